#include "converters/builtin.hpp"

#include "converters/json_converter.hpp"
#include "converters/simple_converters.hpp"
#include "converters/simple_header_converter.hpp"

namespace tandem::converters {

namespace {

/// Connect's converters of values also serve as header converters.
template <class Made, class... Args>
void add(Registry& registry, const std::string& name, const ConfigDef& def, Args... args) {
  registry.converter(
      name, [args...] { return std::make_unique<Made>(args...); }, def);
  registry.header_converter(
      name,
      [args...] { return std::make_unique<ConverterAsHeaderConverter>(std::make_unique<Made>(args...)); },
      def);
}

}  // namespace

void add_builtin_converters(Registry& registry) {
  const ConfigDef none;
  const ConfigDef& number = NumberConverter::config_def();
  const std::string converters = "org.apache.kafka.connect.converters.";
  add<JsonConverter>(registry, "org.apache.kafka.connect.json.JsonConverter", JsonConverter::config_def());
  add<StringConverter>(registry, "org.apache.kafka.connect.storage.StringConverter",
                       StringConverter::config_def());
  add<ByteArrayConverter>(registry, converters + "ByteArrayConverter", none);
  add<NumberConverter>(registry, converters + "BooleanConverter", number, SchemaType::boolean);
  add<NumberConverter>(registry, converters + "ShortConverter", number, SchemaType::int16);
  add<NumberConverter>(registry, converters + "IntegerConverter", number, SchemaType::int32);
  add<NumberConverter>(registry, converters + "LongConverter", number, SchemaType::int64);
  add<NumberConverter>(registry, converters + "FloatConverter", number, SchemaType::float32);
  add<NumberConverter>(registry, converters + "DoubleConverter", number, SchemaType::float64);
  registry.header_converter(
      "org.apache.kafka.connect.storage.SimpleHeaderConverter",
      [] { return std::make_unique<SimpleHeaderConverter>(); }, none);
}

}  // namespace tandem::converters
