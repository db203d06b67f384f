#include "converters/builtin.hpp"

#include "converters/json_converter.hpp"
#include "converters/simple_converters.hpp"

namespace tandem::converters {

void add_builtin_converters(Registry& registry) {
  const ConfigDef none;
  registry.converter("org.apache.kafka.connect.json.JsonConverter", [] { return std::make_unique<JsonConverter>(); },
                     JsonConverter::config_def());
  registry.converter("org.apache.kafka.connect.storage.StringConverter",
                     [] { return std::make_unique<StringConverter>(); }, StringConverter::config_def());
  registry.converter("org.apache.kafka.connect.converters.ByteArrayConverter",
                     [] { return std::make_unique<ByteArrayConverter>(); }, none);
  const auto number = [&](const char* name, SchemaType type) {
    registry.converter(name, [type] { return std::make_unique<NumberConverter>(type); }, none);
  };
  number("org.apache.kafka.connect.converters.BooleanConverter", SchemaType::boolean);
  number("org.apache.kafka.connect.converters.ShortConverter", SchemaType::int16);
  number("org.apache.kafka.connect.converters.IntegerConverter", SchemaType::int32);
  number("org.apache.kafka.connect.converters.LongConverter", SchemaType::int64);
  number("org.apache.kafka.connect.converters.FloatConverter", SchemaType::float32);
  number("org.apache.kafka.connect.converters.DoubleConverter", SchemaType::float64);
}

}  // namespace tandem::converters
