#include "tandem/json/java_text.hpp"

#include "tandem/data/logical.hpp"
#include "tandem/json/number_text.hpp"
#include "tandem/json/writer.hpp"

#include <charconv>

namespace tandem::json {
namespace {

int scale_of(const Schema& schema) {
  const auto text = schema.parameter("scale").value_or("0");
  int scale = 0;
  std::from_chars(text.data(), text.data() + text.size(), scale);
  return scale;
}

void append_list(std::string& out, const SchemaPtr& element, const Array& values) {
  out += '[';
  const char* before = "";
  for (const auto& v : values) {
    out += before;
    before = ", ";
    append_java_text(out, element, v);
  }
  out += ']';
}

void append_map(std::string& out, const SchemaPtr& schema, const MapEntries& entries) {
  out += '{';
  const char* before = "";
  for (const auto& [key, value] : entries) {
    out += before;
    before = ", ";
    append_java_text(out, schema ? schema->key_schema() : nullptr, key);
    out += '=';
    append_java_text(out, schema ? schema->value_schema() : nullptr, value);
  }
  out += '}';
}

/// Struct.toString(): null fields are left out.
void append_struct(std::string& out, const Struct& s) {
  out += "Struct{";
  const char* before = "";
  for (const auto& field : s.schema->fields()) {
    const Value& value = s.fields[static_cast<std::size_t>(field.index)];
    if (value.is_null()) {
      continue;
    }
    out += before;
    before = ",";
    out += field.name;
    out += '=';
    append_java_text(out, field.schema, value);
  }
  out += '}';
}

}  // namespace

void append_java_text(std::string& out, const SchemaPtr& schema, const Value& value) {
  std::int64_t integer = 0;
  if (value.is_null()) {
    out += "null";
  } else if (const auto* text = value.string()) {
    out += *text;
  } else if (const auto* b = value.get_if<bool>()) {
    out += *b ? "true" : "false";
  } else if (value.to_int64(integer)) {
    append_integer(out, integer);
  } else if (const auto* d = value.get_if<double>()) {
    append_double(out, *d);
  } else if (const auto* f = value.get_if<float>()) {
    append_float(out, *f);
  } else if (const auto* bytes = value.bytes()) {
    if (schema && schema->name() == logical::kDecimal) {
      append_decimal(out, bytes->view(), scale_of(*schema));
    } else {
      // Java prints an object's address here, which helps nobody.
      append_base64(out, bytes->view());
    }
  } else if (const auto* array = value.array()) {
    append_list(out, schema ? schema->value_schema() : nullptr, *array);
  } else if (const auto* map = value.map()) {
    append_map(out, schema, *map);
  } else if (const auto* s = value.structure()) {
    append_struct(out, *s);
  }
}

}  // namespace tandem::json
