#include "json/text.hpp"
#include "json/type_names.hpp"
#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/number_text.hpp"
#include "tandem/json/writer.hpp"

#include <utility>

#include <fmt/format.h>

namespace tandem::json {
namespace {

/// A longer text than this is not kept beside its struct.
constexpr std::size_t kKnownText = 4096;

}  // namespace

struct WritePlan::Node {
  enum class Kind : std::uint8_t {
    int8,
    int16,
    int32,
    int64,
    float32,
    float64,
    boolean,
    string,
    bytes,
    array,
    object,
    pairs,
    structure,
    decimal
  };

  SchemaPtr schema;
  Kind kind = Kind::string;
  int scale = 0;
  std::string null_text;  ///< what null gives; empty: null is an error
  std::string name_text;  ///< `{"name":` or `,"name":` when this is a field
  std::string name;
  std::vector<Node> children;  ///< fields; element; key and value
  StructPtr known;             ///< the struct whose text is kept
  std::string known_text;

  Node(SchemaPtr s, Format format) : schema(std::move(s)) {
    switch (schema->type()) {
      case SchemaType::bytes:
        kind = Kind::bytes;
        if (format.numeric_decimals && schema->name() == logical::kDecimal) {
          kind = Kind::decimal;
          scale = decimal_scale(*schema);
        }
        break;
      case SchemaType::array:
        kind = Kind::array;
        children.emplace_back(schema->value_schema(), format);
        break;
      case SchemaType::map:
        kind = schema->key_schema()->type() == SchemaType::string ? Kind::object : Kind::pairs;
        children.emplace_back(schema->key_schema(), format);
        children.emplace_back(schema->value_schema(), format);
        break;
      case SchemaType::structure:
        kind = Kind::structure;
        children.reserve(schema->fields().size());
        for (const auto& field : schema->fields()) {
          Node& child = children.emplace_back(field.schema, format);
          child.name = field.name;
          child.name_text = children.size() == 1 ? "{" : ",";
          append_string(child.name_text, field.name);
          child.name_text += ':';
        }
        break;
      default:
        kind = static_cast<Kind>(schema->type());
    }
    if (schema->default_value() && format.replace_null_with_default) {
      append(null_text, *schema->default_value());
    } else if (schema->optional()) {
      null_text = "null";
    }
  }

  template <class T>
  const T& as(const Value& value) const {
    const T* v = value.get_if<T>();
    if (v == nullptr) {
      mismatch(value);
    }
    return *v;
  }

  [[noreturn]] void mismatch(const Value& value) const {
    raise(ErrorKind::data, fmt::format("Invalid type for {}: {}{}", type_name(schema->type()),
                                       type_name(value), name.empty() ? "" : " in field '" + name + "'"));
  }

  void append_null(std::string& out) const {
    if (null_text.empty()) {
      raise(ErrorKind::data,
            fmt::format("Conversion error: null value for field that is required and has no default value{}",
                        name.empty() ? "" : ": '" + name + "'"));
    }
    out += null_text;
  }

  void append(std::string& out, const Value& value) {
    if (value.is_null()) {
      append_null(out);
      return;
    }
    switch (kind) {
      case Kind::int8:
        append_integer(out, as<std::int8_t>(value));
        break;
      case Kind::int16:
        append_integer(out, as<std::int16_t>(value));
        break;
      case Kind::int32:
        append_integer(out, as<std::int32_t>(value));
        break;
      case Kind::int64:
        append_integer(out, as<std::int64_t>(value));
        break;
      case Kind::float32:
        append_number(out, as<float>(value));
        break;
      case Kind::float64:
        append_number(out, as<double>(value));
        break;
      case Kind::boolean:
        out += as<bool>(value) ? "true" : "false";
        break;
      case Kind::string:
        append_string(out, as<std::string>(value));
        break;
      case Kind::bytes:
        append_base64_string(out, as<Bytes>(value).view());
        break;
      case Kind::decimal:
        append_decimal(out, as<Bytes>(value).view(), scale);
        break;
      case Kind::structure:
        append_known_struct(out, value);
        break;
      case Kind::array: {
        const Array* elements = value.array();
        if (elements == nullptr) {
          mismatch(value);
        }
        append_list(out, *elements, "[]", [&](const Value& element) { children[0].append(out, element); });
        break;
      }
      case Kind::object:
      case Kind::pairs:
        append_map(out, value);
        break;
    }
  }

  template <class List, class Each>
  static void append_list(std::string& out, const List& list, const char* brackets, Each each) {
    char before = brackets[0];
    for (const auto& element : list) {
      out += before;
      before = ',';
      each(element);
    }
    if (list.empty()) {
      out += brackets[0];
    }
    out += brackets[1];
  }

  void append_map(std::string& out, const Value& value) {
    const MapEntries* entries = value.map();
    if (entries == nullptr) {
      mismatch(value);
    }
    if (kind == Kind::pairs) {
      append_list(out, *entries, "[]", [&](const auto& entry) {
        out += '[';
        children[0].append(out, entry.first);
        out += ',';
        children[1].append(out, entry.second);
        out += ']';
      });
      return;
    }
    append_list(out, *entries, "{}", [&](const auto& entry) {
      if (entry.first.is_null() && children[0].null_text == "null") {
        out += "\"null\"";  // NullNode.asText()
      } else {
        children[0].append(out, entry.first);
      }
      out += ':';
      children[1].append(out, entry.second);
    });
  }

  /// A struct that many records share (a snapshot's source block) is written once and copied then.
  void append_known_struct(std::string& out, const Value& value) {
    const auto* shared = value.composite<StructPtr>();
    if (shared == nullptr || shared->use_count() == 1) {
      append_struct(out, value);
      return;
    }
    if (*shared == known) {
      out += known_text;
      return;
    }
    const std::size_t from = out.size();
    append_struct(out, value);
    if (out.size() - from <= kKnownText) {
      known = *shared;
      known_text.assign(out, from);
    }
  }

  void append_struct(std::string& out, const Value& value) {
    const Struct* s = value.structure();
    if (s == nullptr) {
      mismatch(value);
    }
    if (s->schema.get() != schema.get() && !same_schema(s->schema, schema)) {
      raise(ErrorKind::data,
            fmt::format("Mismatching schema. The value has '{}', '{}' was expected{}", s->schema->name(),
                        schema->name(), name.empty() ? "" : " in field '" + name + "'"));
    }
    for (std::size_t i = 0; i < children.size(); ++i) {
      out += children[i].name_text;
      children[i].append(out, s->fields[i]);
    }
    out += children.empty() ? "{}" : "}";
  }
};

WritePlan::WritePlan(SchemaPtr schema, Format format)
    : root_(std::make_unique<Node>(std::move(schema), format)) {}
WritePlan::~WritePlan() = default;
WritePlan::WritePlan(WritePlan&&) noexcept = default;
WritePlan& WritePlan::operator=(WritePlan&&) noexcept = default;
void WritePlan::append(std::string& out, const Value& value) { root_->append(out, value); }
const SchemaPtr& WritePlan::schema() const noexcept { return root_->schema; }

namespace {

/// Without the closing brace, which a field's name may still precede.
void append_open_schema(std::string& out, const Schema& schema, Format format) {
  out += "{\"type\":\"";
  out += json_type_name(schema.type());
  out += '"';
  if (schema.type() == SchemaType::array) {
    out += ",\"items\":";
    append_schema(out, schema.value_schema(), format);
  } else if (schema.type() == SchemaType::map) {
    out += ",\"keys\":";
    append_schema(out, schema.key_schema(), format);
    out += ",\"values\":";
    append_schema(out, schema.value_schema(), format);
  } else if (schema.type() == SchemaType::structure) {
    out += ",\"fields\":[";
    for (const auto& field : schema.fields()) {
      if (field.index != 0) {
        out += ',';
      }
      append_open_schema(out, *field.schema, format);
      out += ",\"field\":";
      append_string(out, field.name);
      out += '}';
    }
    out += ']';
  }
  out += schema.optional() ? ",\"optional\":true" : ",\"optional\":false";
  if (!schema.name().empty()) {
    out += ",\"name\":";
    append_string(out, schema.name());
  }
  if (schema.version()) {
    out += ",\"version\":";
    append_integer(out, *schema.version());
  }
  if (schema.doc()) {
    out += ",\"doc\":";
    append_string(out, *schema.doc());
  }
  if (!schema.parameters().empty()) {
    char before = '{';
    out += ",\"parameters\":";
    for (const auto& [key, value] : schema.parameters()) {
      out += before;
      before = ',';
      append_string(out, key);
      out += ':';
      append_string(out, value);
    }
    out += '}';
  }
  if (schema.default_value()) {
    out += ",\"default\":";
    // A plan needs a shared schema; this one outlives it.
    WritePlan(SchemaPtr(std::shared_ptr<const void>{}, &schema), format).append(out, *schema.default_value());
  }
}

}  // namespace

void append_schema(std::string& out, const SchemaPtr& schema, Format format) {
  if (!schema) {
    out += "null";
    return;
  }
  append_open_schema(out, *schema, format);
  out += '}';
}

}  // namespace tandem::json
