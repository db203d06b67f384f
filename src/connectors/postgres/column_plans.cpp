#include "connectors/postgres/column_plans.hpp"

#include <boost/regex.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include "connectors/postgres/pgoutput/text_values.hpp"
#include "connectors/relational/model/transaction.hpp"
#include "tandem/base/log.hpp"
#include "tandem/data/logical.hpp"

namespace tandem::postgres_source {
namespace {

using pgoutput::Numeric;

template <class T>
Scalar integer_plan(SchemaType type) {
  return {SchemaBuilder(type),
          [](std::string_view text, Value& out) {
            T v{};
            const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
            out = Value(v);
            return r.ec == std::errc() && r.ptr == text.data() + text.size();
          },
          Value(T{0}), Value(T{0}), true};
}

Scalar text_plan(const TypeSettings& settings, const char* name = nullptr) {
  SchemaBuilder schema(SchemaType::string);
  if (name != nullptr) {
    schema.name(name).version(1);
  }
  return {std::move(schema),
          [](std::string_view text, Value& out) {
            if (auto* kept = std::get_if<std::string>(&out.variant())) {
              kept->assign(text);
            } else {
              out = Value(text);
            }
            return true;
          },
          Value(""), Value(settings.placeholder), true};
}

Value as_bytes(std::string raw, BinaryMode mode) {
  switch (mode) {
    case BinaryMode::bytes:
      return Value(Bytes{std::move(raw)});
    case BinaryMode::hex:
      return Value(to_hex(raw));
    case BinaryMode::base64:
      return Value(to_base64(raw));
    case BinaryMode::base64_url_safe: {
      std::string text = to_base64(raw);
      for (char& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
      }
      return Value(std::move(text));
    }
  }
  return {};
}

Scalar bytea_plan(const TypeSettings& settings) {
  const BinaryMode mode = settings.binary;
  return {SchemaBuilder(mode == BinaryMode::bytes ? SchemaType::bytes : SchemaType::string),
          [mode](std::string_view text, Value& out) {
            std::string raw;
            if (!pgoutput::parse_bytea(text, raw)) {
              return false;
            }
            out = as_bytes(std::move(raw), mode);
            return true;
          },
          as_bytes({}, mode), as_bytes(settings.placeholder, mode), false};
}

/// A column of a type that has no mapping, include.unknown.datatypes=true: its text as bytes.
Scalar unknown_plan(const TypeSettings& settings) {
  const BinaryMode mode = settings.binary;
  return {SchemaBuilder(mode == BinaryMode::bytes ? SchemaType::bytes : SchemaType::string),
          [mode](std::string_view text, Value& out) {
            out = as_bytes(std::string(text), mode);
            return true;
          },
          as_bytes({}, mode), as_bytes(settings.placeholder, mode), false};
}

Scalar real_plan() {
  return {SchemaBuilder(SchemaType::float64),
          [](std::string_view text, Value& out) {
            double v = 0;
            const bool good = pgoutput::parse_double(text, v);
            out = Value(v);
            return good;
          },
          Value(0.0), Value(0.0), true};
}

SchemaPtr variable_scale_struct() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .field("scale", primitive(SchemaType::int32))
                                      .field("value", primitive(SchemaType::bytes))
                                      .build();
  return schema;
}

SchemaBuilder variable_scale_builder() {
  SchemaBuilder b = SchemaBuilder::like(*variable_scale_struct());
  b.name("io.debezium.data.VariableScaleDecimal").version(1).doc("Variable scaled decimal");
  return b;
}

Scalar numeric_plan(const relational::Column& shape, const TypeSettings& settings) {
  if (settings.decimal == DecimalMode::real) {
    return real_plan();
  }
  if (settings.decimal == DecimalMode::string) {
    Scalar s = text_plan(settings);
    s.parse = [read = s.parse](std::string_view text, Value& out) {
      // The names of io.debezium.data.SpecialValueDecimal.
      if (text == "NaN") {
        return read("NAN", out);
      }
      if (text == "Infinity" || text == "-Infinity") {
        return read(text[0] == '-' ? "NEGATIVE_INFINITY" : "POSITIVE_INFINITY", out);
      }
      return read(text, out);
    };
    // Values come with all digits of their scale, default expressions do not.
    s.pad_default = [scale = shape.scale.value_or(0)](std::string text) {
      const auto dot = text.find('.');
      const auto digits = dot == std::string::npos ? 0 : static_cast<int>(text.size() - dot) - 1;
      if (scale > digits) {
        text += dot == std::string::npos ? "." : "";
        text.append(static_cast<std::size_t>(scale - digits), '0');
      }
      return text;
    };
    s.zero = Value(s.pad_default("0"));
    return s;
  }
  if (shape.scale && *shape.scale >= 0) {
    const int scale = *shape.scale;
    return {decimal_schema(scale, shape.length.value_or(0)),
            [scale](std::string_view text, Value& out) {
              Numeric n;
              if (!pgoutput::parse_numeric(text, n, scale) || n.special != Numeric::Special::none) {
                return false;
              }
              out = Value(std::move(n.unscaled));
              return true;
            },
            Value(Bytes{std::string(1, '\0')}), Value(Bytes{std::string(1, '\0')}), true};
  }
  const auto schema = std::make_shared<SchemaPtr>(variable_scale_builder().build());
  const auto make = [schema](Numeric&& n) {
    auto s = std::make_shared<Struct>(*schema);
    s->fields[0] = Value(static_cast<std::int32_t>(n.scale));
    s->fields[1] = Value(std::move(n.unscaled));
    return Value(StructPtr(std::move(s)));
  };
  const Value zero = make(Numeric{Numeric::Special::none, Bytes{std::string(1, '\0')}, 0});
  return {variable_scale_builder(),
          [make](std::string_view text, Value& out) {
            if (text.find('.') != std::string_view::npos) {
              text = text.substr(0, text.find_last_not_of('0') + 1);
              if (text.ends_with('.')) {
                text.remove_suffix(1);
              }
            }
            Numeric n;
            if (!pgoutput::parse_numeric(text, n) || n.special != Numeric::Special::none) {
              return false;
            }
            out = make(std::move(n));
            return true;
          },
          zero,
          Value(),
          false,
          schema};
}

Scalar money_plan(const TypeSettings& settings) {
  if (settings.decimal != DecimalMode::precise) {
    const bool real = settings.decimal == DecimalMode::real;
    Scalar s = real ? real_plan() : text_plan(settings);
    s.zero = real ? Value(0.0) : Value("0.00");
    s.parse = [read = s.parse](std::string_view text, Value& out) {
      std::string plain;
      return pgoutput::parse_money(text, plain) && read(plain, out);
    };
    return s;
  }
  const int scale = settings.money_digits;
  return {decimal_schema(scale),
          [scale](std::string_view text, Value& out) {
            std::string plain;
            Numeric n;
            if (!pgoutput::parse_money(text, plain) || !pgoutput::parse_numeric(plain, n, scale)) {
              return false;
            }
            out = Value(std::move(n.unscaled));
            return true;
          },
          Value(Bytes{std::string(1, '\0')}), Value(Bytes{std::string(1, '\0')}), false};
}

Scalar bits_plan(std::int32_t length) {
  if (length == 1) {
    return {SchemaBuilder(SchemaType::boolean),
            [](std::string_view text, Value& out) {
              out = Value(text == "1");
              return text == "1" || text == "0" || text.empty();
            },
            Value(false), Value(false), true};
  }
  SchemaBuilder schema(SchemaType::bytes);
  // A varbit without length: PostgreSQL's driver gives the largest integer.
  schema.name("io.debezium.data.Bits").version(1).parameter("length", std::to_string(length < 0 ? INT32_MAX : length));
  return {std::move(schema),
          [](std::string_view text, Value& out) {
            std::string raw;
            if (!pgoutput::parse_bits(text, raw)) {
              return false;
            }
            raw.erase(raw.find_last_not_of('\0') + 1);  // java.util.BitSet.toByteArray() ends at the last set bit
            out = Value(Bytes{std::move(raw)});
            return true;
          },
          Value(Bytes{}), Value(Bytes{}), true};
}

SchemaBuilder point_builder() {
  auto b = SchemaBuilder::structure();
  b.name("io.debezium.data.geometry.Point").version(1).doc("Geometry (POINT)");
  b.field("x", primitive(SchemaType::float64)).field("y", primitive(SchemaType::float64));
  b.field("wkb", primitive(SchemaType::bytes, true)).field("srid", primitive(SchemaType::int32, true));
  return b;
}

Scalar point_plan() {
  const auto schema = std::make_shared<SchemaPtr>(point_builder().build());
  const auto make = [schema](double x, double y) {
    std::string wkb("\x01\x01\x00\x00\x00", 5);  // well-known binary: little-endian, type 1
    char raw[16];
    std::memcpy(raw, &x, 8);
    std::memcpy(raw + 8, &y, 8);
    wkb.append(raw, 16);
    auto s = std::make_shared<Struct>(*schema);
    s->fields = {Value(x), Value(y), Value(Bytes{std::move(wkb)}), Value()};
    return Value(StructPtr(std::move(s)));
  };
  return {point_builder(),
          [make](std::string_view text, Value& out) {
            double x = 0, y = 0;
            if (!pgoutput::parse_point(text, x, y)) {
              return false;
            }
            out = make(x, y);
            return true;
          },
          make(0, 0), make(0, 0), false, schema};
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : fmt::format("\\u{:04X}", c);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

/// The driver gives a java.util.HashMap: of equal keys the last, in the order of its buckets.
MapEntries in_hash_order(MapEntries entries) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : entries) {
    keys.push_back(*key.string());
  }
  MapEntries out;
  for (const std::size_t i : relational::java_hash_order(keys)) {
    out.push_back(std::move(entries[i]));
  }
  return out;
}

Scalar hstore_plan(const TypeSettings& settings) {
  if (settings.hstore_as_map) {
    return {SchemaBuilder::map(primitive(SchemaType::string), primitive(SchemaType::string, true)),
            [](std::string_view text, Value& out) {
              MapEntries entries;
              const bool good = pgoutput::parse_hstore(
                  text, [&](std::string_view key, std::optional<std::string_view> value) {
                    entries.emplace_back(Value(key), value ? Value(*value) : Value());
                  });
              out = Value(in_hash_order(std::move(entries)));
              return good;
            },
            Value(MapEntries{}), Value(MapEntries{{Value(settings.placeholder), Value(settings.placeholder)}}), false};
  }
  Scalar s = text_plan(settings, "io.debezium.data.Json");
  s.zero = Value("{}");
  s.parse = [](std::string_view text, Value& out) {
    MapEntries entries;
    const bool good =
        pgoutput::parse_hstore(text, [&](std::string_view key, std::optional<std::string_view> value) {
          entries.emplace_back(Value(key), value ? Value(*value) : Value());
        });
    std::string json = "{";
    for (const auto& [key, value] : in_hash_order(std::move(entries))) {
      if (json.size() > 1) {
        json.push_back(',');
      }
      append_json_string(json, *key.string());
      json.push_back(':');
      value.is_null() ? void(json += "null") : append_json_string(json, *value.string());
    }
    out = Value(json + "}");
    return good;
  };
  return s;
}

Scalar enum_plan(const TypeInfo& type, const TypeSettings& settings) {
  Scalar s = text_plan(settings, "io.debezium.data.Enum");
  s.schema.parameter("allowed", fmt::format("{}", fmt::join(type.labels, ",")));
  return s;
}

/// Arrays of these are left out by Debezium.
bool array_has_mapping(const TypeInfo& element) {
  static const std::set<std::string, std::less<>> none = {"money", "name",      "interval", "varbit", "bit",
                                                          "xml",   "refcursor", "point",    "char",   "tsvector"};
  return element.kind != 'd' && element.kind != 'c' && !none.contains(element.name);
}

std::optional<Scalar> array_plan(Catalog& catalog, const TypeInfo& array, std::int32_t modifier,
                                 const TypeSettings& settings) {
  const TypeInfo* element = catalog.type(array.element);
  if (element == nullptr || !array_has_mapping(*element)) {
    return std::nullopt;
  }
  TypeSettings inner = settings;
  inner.include_unknown = false;
  auto item = make_scalar(catalog, {array.element, modifier}, inner);
  if (!item) {
    return std::nullopt;
  }
  Array placeholder;
  if (element->name == "uuid") {
    placeholder.emplace_back(
        "b68a35a7-17ad-35b3-af2a-ae46edb4545a");  // UUID version 3 of Debezium's default placeholder
  } else if (item->zero.get_if<std::int32_t>() != nullptr || item->zero.get_if<std::int64_t>() != nullptr) {
    for (const char c : settings.placeholder) {
      placeholder.emplace_back(item->zero.get_if<std::int32_t>() != nullptr
                                   ? Value(static_cast<std::int32_t>(c))
                                   : Value(static_cast<std::int64_t>(c)));
    }
  } else {
    placeholder.push_back(item->placeholder);
  }
  if (element->kind != 'e') {
    item->schema.optional();
  }
  const SchemaPtr element_schema = item->schema.build();
  if (item->struct_schema) {
    *item->struct_schema = element_schema;
  }
  return Scalar{SchemaBuilder::array(element_schema),
                [parse = std::move(item->parse)](std::string_view text, Value& out) {
                  Array values;
                  const auto r = pgoutput::parse_array(text, [&](std::optional<std::string_view> e) -> Result<void> {
                    Value& v = values.emplace_back();
                    if (e && !parse(*e, v)) {
                      return Error(ErrorKind::data, "bad element");
                    }
                    return boost::outcome_v2::success();
                  });
                  out = Value(std::move(values));
                  return r.has_value();
                },
                Value(Array{}), Value(std::move(placeholder)), false};
}

}  // namespace

std::optional<Scalar> make_scalar(Catalog& catalog, ColumnType type, const TypeSettings& settings) {
  const ColumnType resolved = catalog.resolve(type.oid, type.modifier);
  const TypeInfo* info = catalog.type(resolved.oid);
  const auto unknown = [&] { return settings.include_unknown ? std::optional(unknown_plan(settings)) : std::nullopt; };
  if (info == nullptr) {
    return unknown();
  }
  const std::string& n = info->name;
  if (info->element != 0) {
    return array_plan(catalog, *info, resolved.modifier, settings);
  }
  if (info->kind == 'e') {
    return enum_plan(*info, settings);
  }
  if (auto temporal = make_temporal(n, resolved.modifier, settings)) {
    return temporal;
  }
  relational::Column shape;
  describe_type(shape, info, resolved);
  if (n == "bool") {
    return Scalar{SchemaBuilder(SchemaType::boolean),
                  [](std::string_view text, Value& out) {
                    out = Value(text == "t" || text == "true");
                    return text == "t" || text == "f" || text == "true" || text == "false";
                  },
                  Value(false), Value(false), true};
  }
  if (n == "int2") {
    return integer_plan<std::int16_t>(SchemaType::int16);
  }
  if (n == "int4") {
    return integer_plan<std::int32_t>(SchemaType::int32);
  }
  if (n == "int8" || n == "oid") {
    return integer_plan<std::int64_t>(SchemaType::int64);
  }
  if (n == "float8") {
    return real_plan();
  }
  if (n == "float4") {
    return Scalar{SchemaBuilder(SchemaType::float32),
                  [](std::string_view text, Value& out) {
                    float v = 0;
                    const bool good = pgoutput::parse_float(text, v);
                    out = Value(v);
                    return good;
                  },
                  Value(0.0F), Value(0.0F), true};
  }
  if (n == "numeric") {
    return numeric_plan(shape, settings);
  }
  if (n == "money") {
    return money_plan(settings);
  }
  if (n == "bytea") {
    return bytea_plan(settings);
  }
  if (n == "bit" || n == "varbit") {
    return bits_plan(n == "bit" && resolved.modifier < 0 ? 1 : resolved.modifier);
  }
  if (n == "json" || n == "jsonb") {
    return text_plan(settings, "io.debezium.data.Json");
  }
  if (n == "xml") {
    return text_plan(settings, "io.debezium.data.Xml");
  }
  if (n == "uuid") {
    Scalar s = text_plan(settings, "io.debezium.data.Uuid");
    s.function_default = Value("00000000-0000-0000-0000-000000000000");
    return s;
  }
  if (n == "tsvector") {
    return text_plan(settings, "io.debezium.data.Tsvector");
  }
  if (n == "ltree") {
    return text_plan(settings, "io.debezium.data.Ltree");
  }
  if (n == "hstore") {
    return hstore_plan(settings);
  }
  if (n == "point") {
    return point_plan();
  }
  static const std::set<std::string, std::less<>> plain = {
      "char", "bpchar", "varchar", "text", "name", "citext", "inet", "cidr", "macaddr", "macaddr8", "int4range", "int8range",
      "numrange", "tsrange", "tstzrange", "daterange", "isbn", "isbn13", "issn", "issn13", "ismn", "ismn13", "ean13", "upc"};
  if (plain.contains(n)) {
    return text_plan(settings);
  }
  return unknown();
}

std::optional<Value> default_value(const std::string& expression, const Scalar& scalar) {
  // The patterns of io.debezium.connector.postgresql.connection.PostgresDefaultValueConverter.
  static const boost::regex function(R"(^[(]?[A-Za-z0-9_.]+\((?:.+(?:, ?.+)*)?\))");
  static const std::set<std::string, std::less<>> clocks = {"CURRENT_TIMESTAMP", "CURRENT_TIME",
                                                            "CURRENT_DATE", "LOCALTIME", "LOCALTIMESTAMP"};
  std::string literal = expression;
  if (boost::regex_search(expression, function) || clocks.contains(expression)) {
    return scalar.function_default ? *scalar.function_default : scalar.zero;  // its value is not known
  }
  if (const auto open = expression.find('\''); open != std::string::npos) {
    // Up to the next quote, also where it is a doubled one: Debezium's events have "it" for the default
    // 'it''s'.
    literal = expression.substr(open + 1, expression.find('\'', open + 1) - open - 1);
  } else if (expression.starts_with("NULL::")) {
    return std::nullopt;
  }
  if (scalar.pad_default) {
    literal = scalar.pad_default(std::move(literal));
  }
  Value out;
  if (!scalar.parse(literal, out)) {
    return std::nullopt;
  }
  return out;
}

namespace {

/// An enum's default names its type: 'ok'::mood. Quotes inside stay doubled.
std::optional<Value> enum_default(const std::string& expression) {
  const auto cast = expression.rfind("::");
  if (cast == std::string::npos || cast < 2 || expression.front() != '\'' || expression[cast - 1] != '\'') {
    return std::nullopt;
  }
  return Value(expression.substr(1, cast - 2));
}

/// Debezium knows how to read defaults of these types and of enums.
bool has_readable_default(const std::string& type) {
  static const std::set<std::string, std::less<>> types = {
      "bit",    "varbit", "bool", "bpchar", "varchar",   "text",        "numeric",
      "float4", "float8", "int2", "int4",   "int8",      "json",        "jsonb",
      "xml",    "uuid",   "date", "time",   "timestamp", "timestamptz", "interval"};
  return types.contains(type);
}

}  // namespace

std::optional<BoundColumn> make_column_plan(Catalog& catalog, const relational::Column& column,
                                            ColumnType type, const TypeSettings& settings) {
  auto scalar = make_scalar(catalog, type, settings);
  if (!scalar) {
    return std::nullopt;
  }
  std::optional<Value> fallback;
  if (column.has_default && column.default_expression && scalar->literal_default) {
    const TypeInfo* info = catalog.type(type.oid);
    if (info != nullptr && info->kind == 'e') {
      fallback = enum_default(*column.default_expression);
    } else if (info != nullptr && has_readable_default(info->name)) {
      fallback = default_value(*column.default_expression, *scalar);
    }
  }
  Value null = column.optional ? Value() : fallback ? *fallback : scalar->zero;
  const auto write = [parse = std::move(scalar->parse), null, placeholder = std::move(scalar->placeholder),
                      mode = settings.on_bad_value, name = column.name, bound = scalar->struct_schema](const Cell& cell, Value& out) {
    if (cell.kind == Cell::Kind::text) {
      if (parse(cell.bytes, out)) {
        return;
      }
      const std::string what = fmt::format("value of column {} cannot be converted: {}", name, cell.bytes.substr(0, 64));
      if (mode == FailureMode::fail) {
        raise(ErrorKind::data, what, "event.converting.failure.handling.mode=warn gives null for such values");
      }
      if (mode == FailureMode::warn) {
        log::warn("tandem.postgres", "{}", what);
      }
      out = Value();
      return;
    }
    out = cell.kind == Cell::Kind::null ? null : placeholder;
    if (bound && out.structure() != nullptr) {
      auto own = std::make_shared<Struct>(*out.structure());
      own->schema = *bound;
      out = Value(StructPtr(std::move(own)));
    }
  };
  return BoundColumn{{std::move(scalar->schema), write, std::move(fallback), {}}, scalar->struct_schema};
}

}  // namespace tandem::postgres_source
