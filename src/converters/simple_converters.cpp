#include "converters/simple_converters.hpp"

#include "converters/converter_type.hpp"
#include "tandem/base/error.hpp"
#include "tandem/json/java_text.hpp"

#include <bit>

#include <fmt/format.h>

namespace tandem::converters {
namespace {

template <class T>
void append_be(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
  }
}

template <class T>
T from_be(BytesView bytes) {
  T value{};
  ByteReader(bytes).read_be(value);
  return value;
}

std::string_view java_name(SchemaType type) {
  switch (type) {
    case SchemaType::boolean:
      return "boolean";
    case SchemaType::int16:
      return "short";
    case SchemaType::int32:
      return "integer";
    case SchemaType::int64:
      return "long";
    case SchemaType::float32:
      return "float";
    default:
      return "double";
  }
}

}  // namespace

const ConfigDef& NumberConverter::config_def() {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define(type_key());
    return d;
  }();
  return def;
}

const ConfigDef& StringConverter::config_def() {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define(type_key());
    d.define(
        {.name = "converter.encoding",
         .type = ConfigType::string,
         .default_value = default_to("UTF-8"),
         .importance = Importance::high,
         .documentation = "The name of the character set to use for reading and writing strings; only UTF-8.",
         .validator = validators::one_of({"UTF-8", "UTF8"}),
         .width = Width::medium,
         .display_name = "Encoding"});
    return d;
  }();
  return def;
}

void StringConverter::configure(const ConfigMap& config, bool is_key) {
  Config(config_def(), with_type(config, is_key));
}

bool StringConverter::from_connect(std::string_view, const SchemaPtr& schema, const Value& value,
                                   std::string& out) {
  if (value.is_null()) {
    return false;
  }
  json::append_java_text(out, schema, value);
  return true;
}

SchemaAndValue StringConverter::to_connect(std::string_view, std::optional<BytesView> bytes) {
  return {primitive(SchemaType::string, true), bytes ? Value(*bytes) : Value()};
}

bool ByteArrayConverter::from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                                      std::string& out) {
  if (schema && schema->type() != SchemaType::bytes) {
    raise(ErrorKind::data,
          fmt::format("Invalid schema type for ByteArrayConverter: {} (topic '{}')",
                      json_type_name(schema->type()), topic),
          "Use a converter that can write it, such as org.apache.kafka.connect.json.JsonConverter.");
  }
  if (value.is_null()) {
    return false;
  }
  const Bytes* bytes = value.bytes();
  if (bytes == nullptr) {
    raise(
        ErrorKind::data,
        fmt::format("ByteArrayConverter is not compatible with values that are no bytes (topic '{}')", topic),
        "Use a converter that can write it, such as org.apache.kafka.connect.json.JsonConverter.");
  }
  out += bytes->data;
  return true;
}

SchemaAndValue ByteArrayConverter::to_connect(std::string_view, std::optional<BytesView> bytes) {
  return {primitive(SchemaType::bytes, true), bytes ? Value(Bytes{std::string(*bytes)}) : Value()};
}

void NumberConverter::refuse(std::string_view topic, std::string_view why) const {
  raise(ErrorKind::data,
        fmt::format("Failed to convert a {} of topic '{}': {}", java_name(type_), topic, why),
        "Set key.converter or value.converter to what fits this topic.");
}

bool NumberConverter::from_connect(std::string_view topic, const SchemaPtr&, const Value& value,
                                   std::string& out) {
  if (value.is_null()) {
    return false;
  }
  if (const auto* b = value.get_if<bool>(); b != nullptr && type_ == SchemaType::boolean) {
    out += static_cast<char>(*b ? 1 : 0);
  } else if (const auto* i16 = value.get_if<std::int16_t>(); i16 != nullptr && type_ == SchemaType::int16) {
    append_be(out, *i16);
  } else if (const auto* i32 = value.get_if<std::int32_t>(); i32 != nullptr && type_ == SchemaType::int32) {
    append_be(out, *i32);
  } else if (const auto* i64 = value.get_if<std::int64_t>(); i64 != nullptr && type_ == SchemaType::int64) {
    append_be(out, *i64);
  } else if (const auto* f = value.get_if<float>(); f != nullptr && type_ == SchemaType::float32) {
    append_be(out, std::bit_cast<std::uint32_t>(*f));
  } else if (const auto* d = value.get_if<double>(); d != nullptr && type_ == SchemaType::float64) {
    append_be(out, std::bit_cast<std::uint64_t>(*d));
  } else {
    refuse(topic, "the value is of another type");
  }
  return true;
}

SchemaAndValue NumberConverter::to_connect(std::string_view topic, std::optional<BytesView> bytes) {
  SchemaAndValue result{primitive(type_, true), {}};
  if (!bytes) {
    return result;
  }
  const auto expect = [&](std::size_t n) {
    if (bytes->size() != n) {
      refuse(topic, fmt::format("Size of data received is not {}: {} bytes", n, bytes->size()));
    }
  };
  switch (type_) {
    case SchemaType::boolean:
      expect(1);
      if (const char c = bytes->front(); c != 0 && c != 1) {
        refuse(topic, fmt::format("Unexpected byte received: {}", static_cast<int>(c)));
      }
      result.value = bytes->front() == 1;
      break;
    case SchemaType::int16:
      expect(2);
      result.value = from_be<std::int16_t>(*bytes);
      break;
    case SchemaType::int32:
      expect(4);
      result.value = from_be<std::int32_t>(*bytes);
      break;
    case SchemaType::int64:
      expect(8);
      result.value = from_be<std::int64_t>(*bytes);
      break;
    case SchemaType::float32:
      expect(4);
      result.value = std::bit_cast<float>(from_be<std::uint32_t>(*bytes));
      break;
    default:
      expect(8);
      result.value = std::bit_cast<double>(from_be<std::uint64_t>(*bytes));
  }
  return result;
}

}  // namespace tandem::converters
