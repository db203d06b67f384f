#include "connectors/postgres/column_plans.hpp"

#include "connectors/postgres/pgoutput/text_values.hpp"
#include "connectors/postgres/scalar_plans.hpp"
#include "tandem/base/log.hpp"

#include <boost/regex.hpp>
#include <charconv>
#include <set>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

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

/// PostgreSQL's driver has these as doubles and writes them so.
bool is_geometric(const std::string& type) {
  static const std::set<std::string, std::less<>> types = {"box",     "lseg",   "path",
                                                           "polygon", "circle", "line"};
  return types.contains(type);
}

/// Arrays of these are left out by Debezium, include.unknown.datatypes or not.
bool array_left_out(const TypeInfo& element) {
  static const std::set<std::string, std::less<>> out = {"money", "name",  "interval", "varbit",
                                                         "xml",   "point", "refcursor"};
  return out.contains(element.name);
}

/// Debezium knows arrays of these by their own; of others it makes arrays of what cannot be null.
bool null_elements_allowed(const TypeInfo& element) {
  static const std::set<std::string, std::less<>> known = {
      "bool",      "int2",      "int4",      "int8",      "oid",       "float4",   "float8",
      "numeric",   "text",      "varchar",   "bpchar",    "char",      "date",     "time",
      "timetz",    "timestamp", "bytea",     "uuid",      "json",      "jsonb",    "timestamptz",
      "inet",      "cidr",      "macaddr",   "macaddr8",  "int4range", "numrange", "tsrange",
      "int8range", "hstore",    "tstzrange", "daterange", "citext",    "ltree"};
  return element.kind != 'd' && element.kind != 'e' && known.contains(element.name);
}

/// bit[] has the schema of a bit(n) in Debezium, which its values then do not fit: they are null.
Scalar bit_array_plan(std::int32_t length) {
  Scalar s = bits_plan(length);
  s.parse = [](std::string_view, Value& out) {
    out = Value();
    return true;
  };
  s.literal_default = false;
  return s;
}

std::optional<Scalar> element_plan(Catalog& catalog, const TypeInfo& element, std::uint32_t oid,
                                   std::int32_t modifier, const TypeSettings& settings) {
  TypeSettings inner = settings;
  inner.include_unknown = false;
  inner.by_driver = true;
  auto item = element.kind == 'd' ? std::nullopt : make_scalar(catalog, {oid, modifier}, inner);
  return item || !settings.include_unknown ? std::move(item) : std::optional(unknown_plan(settings, false));
}

std::optional<Scalar> array_plan(Catalog& catalog, const TypeInfo& array, std::int32_t modifier, bool domain,
                                 const TypeSettings& settings) {
  const TypeInfo* element = catalog.type(array.element);
  if (element == nullptr || array_left_out(*element)) {
    return std::nullopt;
  }
  if (element->name == "bit" && element->kind != 'd') {
    return bit_array_plan(modifier < 0 ? 1 : modifier);
  }
  auto item = element_plan(catalog, *element, array.element, modifier, settings);
  if (!item) {
    return std::nullopt;
  }
  // Debezium has placeholders of these alone.
  static const std::set<std::string, std::less<>> toast_known = {
      "text", "varchar", "bpchar", "json", "jsonb", "bytea", "int4", "int8", "uuid", "date"};
  const bool placeholder_fits = !domain && element->kind != 'd' && toast_known.contains(element->name) &&
                                (element->name != "bytea" || settings.binary == BinaryMode::bytes) &&
                                (element->name != "date" || (settings.time != TimePrecision::connect &&
                                                             settings.time != TimePrecision::isostring));
  Array placeholder;
  if (element->name == "uuid") {
    placeholder.emplace_back(
        "b68a35a7-17ad-35b3-af2a-ae46edb4545a");  // UUID version 3 of Debezium's default placeholder
  } else if (item->zero.get_if<std::int32_t>() != nullptr || item->zero.get_if<std::int64_t>() != nullptr) {
    for (const char c : settings.placeholder_bytes) {
      placeholder.emplace_back(item->zero.get_if<std::int32_t>() != nullptr
                                   ? Value(static_cast<std::int32_t>(c))
                                   : Value(static_cast<std::int64_t>(c)));
    }
  } else {
    placeholder.push_back(item->placeholder);
  }
  const bool null_allowed = null_elements_allowed(*element);
  if (null_allowed) {
    item->schema.optional();
  }
  const SchemaPtr element_schema = item->schema.build();
  if (item->struct_schema) {
    *item->struct_schema = element_schema;
  }
  return Scalar{SchemaBuilder::array(element_schema),
                [parse = std::move(item->parse), null_allowed](std::string_view text, Value& out) {
                  Array values;
                  const auto r =
                      pgoutput::parse_array(text, [&](std::optional<std::string_view> e) -> Result<void> {
                        Value& v = values.emplace_back();
                        if (e ? !parse(*e, v) : !null_allowed) {
                          return Error(ErrorKind::data, "bad element");
                        }
                        return boost::outcome_v2::success();
                      });
                  out = Value(std::move(values));
                  return r.has_value();
                },
                Value(Array{}),
                Value(std::move(placeholder)),
                false,
                nullptr,
                std::nullopt,
                nullptr,
                placeholder_fits};
}

}  // namespace

std::optional<Scalar> make_scalar(Catalog& catalog, ColumnType type, const TypeSettings& settings) {
  const ColumnType resolved = catalog.resolve(type.oid, type.modifier);
  const TypeInfo* info = catalog.type(resolved.oid);
  const auto unknown = [&] {
    return settings.include_unknown
               ? std::optional(unknown_plan(settings, info != nullptr && is_geometric(info->name)))
               : std::nullopt;
  };
  if (info == nullptr) {
    return unknown();
  }
  const std::string& n = info->name;
  if (info->element != 0) {
    return array_plan(catalog, *info, resolved.modifier, resolved.domain || type.domain, settings);
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
      "char",     "bpchar",  "varchar",   "text",      "name",      "citext",
      "inet",     "cidr",    "macaddr",   "macaddr8",  "int4range", "int8range",
      "numrange", "tsrange", "tstzrange", "daterange", "isbn"};
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
  if (expression.find('\'') != std::string::npos) {
    // Up to the next quote, also where it is a doubled one: Debezium's events have "it" for the default
    // 'it''s'. Its pattern does not reach over the end of a line.
    static const boost::regex quoted(R"('([^'\n\r]*)')");
    boost::smatch match;
    if (!boost::regex_search(expression, match, quoted)) {
      return std::nullopt;
    }
    literal = match[1].str();
  } else if (expression.starts_with("NULL::")) {
    return std::nullopt;
  }
  Value out;
  if (!(scalar.parse_default ? scalar.parse_default : scalar.parse)(literal, out)) {
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
  // Debezium looks for the reader of a default by the name of the declared type, and finds none of a domain.
  if (column.has_default && column.default_expression && scalar->literal_default && !type.domain) {
    const TypeInfo* info = catalog.type(type.oid);
    if (info != nullptr && info->kind == 'e') {
      fallback = enum_default(*column.default_expression);
    } else if (info != nullptr && has_readable_default(info->name)) {
      fallback = default_value(*column.default_expression, *scalar);
    }
  }
  Value null = column.optional ? Value() : fallback ? *fallback : scalar->zero;
  const auto write = [parse = std::move(scalar->parse), null, placeholder = std::move(scalar->placeholder),
                      mode = settings.on_bad_value, name = column.name, fits = scalar->placeholder_fits,
                      optional = column.optional,
                      bound = scalar->struct_schema](const Cell& cell, Value& out) {
    if (cell.kind == Cell::Kind::text) {
      if (parse(cell.bytes, out)) {
        return;
      }
      const std::string what =
          fmt::format("value of column {} cannot be converted: {}", name, cell.bytes.substr(0, 64));
      if (mode == FailureMode::fail) {
        raise(ErrorKind::data, what,
              "event.converting.failure.handling.mode=warn gives null for such values");
      }
      if (mode == FailureMode::warn) {
        log::warn("tandem.postgres", "{}", what);
      }
      out = Value();
      return;
    }
    if (cell.kind != Cell::Kind::null && !fits && optional) {
      log::warn("tandem.postgres", "unchanged TOASTed value of column {} has no placeholder: null", name);
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
