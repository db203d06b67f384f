#include "json/numbers.hpp"
#include "tandem/base/error.hpp"
#include "tandem/json/reader.hpp"

#include <optional>

#include <fmt/format.h>

namespace tandem::json {
namespace {

struct Parsed {
  SchemaPtr schema;
  std::optional<std::string> field;  ///< the trailing "field" of a struct's field
};

/// The members of one schema object, which may come in any order.
struct Members {
  std::optional<std::string> type, name, doc, field;
  std::optional<std::int32_t> version;
  bool optional = false;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::optional<std::string_view> default_text;
  SchemaPtr items, keys, values;
  std::optional<std::vector<Parsed>> fields;
};

[[noreturn]] void refuse(std::string message) { raise(ErrorKind::data, std::move(message)); }

Parsed read_schema(Cursor& cursor, Format format);

/// A string, or nothing for any other type: what Jackson's isTextual() guards.
std::optional<std::string> text_or_nothing(Cursor& cursor) {
  if (cursor.peek() != Token::string) {
    cursor.skip();
    return std::nullopt;
  }
  std::string text;
  cursor.read_string(text);
  return text;
}

void read_parameters(Cursor& cursor, Members& m) {
  if (cursor.peek() != Token::object) {
    cursor.skip();
    return;
  }
  if (!cursor.enter_object()) {
    return;
  }
  std::string scratch;
  do {
    std::string key(cursor.read_name(scratch));
    auto value = text_or_nothing(cursor);
    if (!value) {
      refuse("Schema parameters must have string values.");
    }
    m.parameters.emplace_back(std::move(key), std::move(*value));
  } while (cursor.next_in_object());
}

void read_fields(Cursor& cursor, Members& m, Format format) {
  if (cursor.peek() != Token::array) {
    cursor.skip();
    return;
  }
  m.fields.emplace();
  if (!cursor.enter_array()) {
    return;
  }
  do {
    m.fields->push_back(read_schema(cursor, format));
  } while (cursor.next_in_array());
}

void read_member(Cursor& cursor, std::string_view name, Members& m, Format format) {
  if (name == "type") {
    m.type = text_or_nothing(cursor);
  } else if (name == "optional") {
    const Token token = cursor.peek();
    m.optional = token == Token::true_;
    cursor.skip();
  } else if (name == "field") {
    m.field = text_or_nothing(cursor);
  } else if (name == "name") {
    m.name = text_or_nothing(cursor);
  } else if (name == "doc") {
    m.doc = text_or_nothing(cursor);
  } else if (name == "version") {
    if (cursor.peek() != Token::number) {
      cursor.skip();
      return;
    }
    const std::string_view number = cursor.read_number();
    std::int64_t version = 0;
    if (Cursor::integral(number) && to_integer(number, version)) {
      m.version = static_cast<std::int32_t>(version);
    }
  } else if (name == "parameters") {
    read_parameters(cursor, m);
  } else if (name == "default") {
    m.default_text = cursor.skip();
  } else if (name == "items") {
    m.items = read_schema(cursor, format).schema;
  } else if (name == "keys") {
    m.keys = read_schema(cursor, format).schema;
  } else if (name == "values") {
    m.values = read_schema(cursor, format).schema;
  } else if (name == "fields") {
    read_fields(cursor, m, format);
  } else {
    cursor.skip();
  }
}

SchemaBuilder builder_of(Members& m) {
  if (!m.type) {
    refuse("Schema must contain 'type' field");
  }
  if (*m.type == "array") {
    if (!m.items) {
      refuse("Array schema did not specify the element type");
    }
    return SchemaBuilder::array(m.items);
  }
  if (*m.type == "map") {
    if (!m.keys) {
      refuse("Map schema did not specify the key type");
    }
    if (!m.values) {
      refuse("Map schema did not specify the value type");
    }
    return SchemaBuilder::map(m.keys, m.values);
  }
  if (*m.type == "struct") {
    if (!m.fields) {
      refuse("Struct schema's \"fields\" argument is not an array.");
    }
    SchemaBuilder builder = SchemaBuilder::structure();
    for (auto& field : *m.fields) {
      if (!field.field || !field.schema) {
        refuse("Struct schema's field name not specified properly");
      }
      builder.field(std::move(*field.field), std::move(field.schema));
    }
    return builder;
  }
  for (int t = 0; t <= static_cast<int>(SchemaType::bytes); ++t) {
    if (*m.type == json_type_name(static_cast<SchemaType>(t))) {
      return SchemaBuilder(static_cast<SchemaType>(t));
    }
  }
  refuse(fmt::format("Unknown schema type: {}", *m.type));
}

Parsed read_schema(Cursor& cursor, Format format) {
  if (cursor.take_null()) {
    return {};
  }
  if (cursor.peek() != Token::object) {
    refuse("Schema must contain 'type' field");
  }
  Members m;
  if (cursor.enter_object()) {
    std::string scratch;
    do {
      const std::string name(cursor.read_name(scratch));
      read_member(cursor, name, m, format);
    } while (cursor.next_in_object());
  }
  SchemaBuilder builder = builder_of(m);
  builder.optional(m.optional);
  if (m.name) {
    builder.name(std::move(*m.name));
  }
  if (m.version) {
    builder.version(*m.version);
  }
  if (m.doc) {
    builder.doc(std::move(*m.doc));
  }
  for (auto& [key, value] : m.parameters) {
    builder.parameter(std::move(key), std::move(value));
  }
  SchemaPtr schema = builder.build();
  if (m.default_text) {
    Cursor text(*m.default_text);
    Value value = ReadPlan(schema, format).read(text);
    if (!value.is_null()) {
      schema = SchemaBuilder::like(*schema).default_value(std::move(value)).build();
    }
  }
  return {std::move(schema), std::move(m.field)};
}

}  // namespace

Result<SchemaPtr> parse_schema(std::string_view text, Format format) {
  try {
    Cursor cursor(text);
    SchemaPtr schema = read_schema(cursor, format).schema;
    cursor.expect_end();
    return schema;
  } catch (const TandemError& e) {
    return e.error();
  }
}

}  // namespace tandem::json
