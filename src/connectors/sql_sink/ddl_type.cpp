#include "connectors/sql_sink/ddl_type.hpp"

#include "connectors/sql_sink/scalar.hpp"
#include "tandem/data/logical.hpp"

#include <map>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

std::int64_t number(const Schema& schema, std::string_view parameter, std::int64_t otherwise) {
  std::int64_t n = 0;
  const auto text = schema.parameter(parameter);
  return text && parse_integer(*text, n) ? n : otherwise;
}

std::string fit(const char* word, std::int64_t precision, std::int64_t scale, std::int64_t most,
                const char* otherwise) {
  return precision > 0 && precision <= most && scale >= 0 && scale <= precision
             ? fmt::format("{}({},{})", word, precision, scale)
             : otherwise;
}

std::string members(const Schema& schema) {
  std::string out;
  std::string_view rest = schema.parameter("allowed").value_or("");
  while (!rest.empty()) {
    const auto one = rest.substr(0, rest.find(','));
    rest = one.size() == rest.size() ? std::string_view{} : rest.substr(one.size() + 1);
    out += out.empty() ? "'" : ",'";
    for (const char c : one) {
      out += c;
      if (c == '\'') {
        out += c;
      }
    }
    out += '\'';
  }
  return out;
}

const char* postgres_plain(SchemaType type) {
  switch (type) {
    case SchemaType::int8:
    case SchemaType::int16:
      return "smallint";
    case SchemaType::int32:
      return "integer";
    case SchemaType::int64:
      return "bigint";
    case SchemaType::float32:
      return "real";
    case SchemaType::float64:
      return "double precision";
    case SchemaType::boolean:
      return "boolean";
    case SchemaType::bytes:
      return "bytea";
    case SchemaType::map:
    case SchemaType::structure:
      return "json";
    default:
      return "text";
  }
}

const char* mysql_plain(SchemaType type) {
  switch (type) {
    case SchemaType::int8:
      return "tinyint";
    case SchemaType::int16:
      return "smallint";
    case SchemaType::int32:
      return "int";
    case SchemaType::int64:
      return "bigint";
    case SchemaType::float32:
      return "float";
    case SchemaType::float64:
      return "double";
    case SchemaType::boolean:
      return "tinyint(1)";
    case SchemaType::bytes:
      return "longblob";
    case SchemaType::array:
    case SchemaType::map:
    case SchemaType::structure:
      return "json";
    default:
      return "longtext";
  }
}

}  // namespace

std::string postgres_type(const Schema* schema, bool key) {
  (void)key;
  if (schema == nullptr) {
    return "text";
  }
  static const std::map<std::string_view, const char*> names = {
      {"io.debezium.time.ZonedTime", "timetz"},
      {"io.debezium.time.Year", "integer"},
      {"io.debezium.time.Interval", "interval"},
      {"io.debezium.time.IsoDate", "date"},
      {"io.debezium.time.IsoTime", "time(6)"},
      {"io.debezium.time.IsoTimestamp", "timestamp(6)"},
      {"io.debezium.data.Json", "json"},
      {"io.debezium.data.Xml", "xml"},
      {"io.debezium.data.Ltree", "ltree"},
      {"io.debezium.data.Uuid", "uuid"},
      {"io.debezium.data.Tsvector", "tsvector"},
      {"io.debezium.data.geometry.Point", "point"},
      {"io.debezium.data.geometry.Geometry", "geometry"},
      {"io.debezium.data.geometry.Geography", "geography"}};
  if (const auto it = names.find(schema->name()); it != names.end()) {
    return it->second;
  }
  switch (source_kind(*schema)) {
    case SourceKind::decimal:
      return fit("numeric", number(*schema, "connect.decimal.precision", 0), number(*schema, "scale", -1),
                 1000, "numeric");
    case SourceKind::variable_decimal:
      return "numeric";
    case SourceKind::date:
      return "date";
    case SourceKind::time_ms:
      return "time(3)";
    case SourceKind::time_us:
    case SourceKind::time_ns:
      return "time(6)";
    case SourceKind::timestamp_ms:
      return "timestamp(3)";
    case SourceKind::timestamp_us:
    case SourceKind::timestamp_ns:
      return "timestamp(6)";
    case SourceKind::zoned_timestamp:
      return "timestamptz";
    case SourceKind::micro_duration:
    case SourceKind::nano_duration:
      return "interval";
    case SourceKind::bits: {
      const auto length = number(*schema, "length", 0);
      return length > 0 && length <= 83886080 ? fmt::format("bit({})", length) : "bit varying";
    }
    case SourceKind::array:
      return (schema->value_schema() ? postgres_type(schema->value_schema().get(), false)
                                     : std::string("text")) +
             "[]";
    default:
      return postgres_plain(schema->type());
  }
}

std::string mysql_type(const Schema* schema, bool key) {
  if (schema == nullptr) {
    return key ? "varchar(255)" : "longtext";
  }
  static const std::map<std::string_view, const char*> names = {
      {"io.debezium.time.Year", "year"},
      {"io.debezium.time.IsoDate", "date"},
      {"io.debezium.time.IsoTime", "time(6)"},
      {"io.debezium.time.IsoTimestamp", "datetime(6)"},
      {"io.debezium.data.Uuid", "char(36)"},
      {"io.debezium.time.ZonedTime", "varchar(32)"},
      {"io.debezium.time.Interval", "varchar(128)"}};
  if (const auto it = names.find(schema->name()); it != names.end()) {
    return it->second;
  }
  if (schema->name() == "io.debezium.data.Enum" || schema->name() == "io.debezium.data.EnumSet") {
    const std::string allowed = members(*schema);
    if (!allowed.empty()) {
      return (schema->name().ends_with("Set") ? "set(" : "enum(") + allowed + ")";
    }
  }
  switch (source_kind(*schema)) {
    case SourceKind::decimal: {
      const auto scale = number(*schema, "scale", 0);
      return scale <= 30 ? fit("decimal", number(*schema, "connect.decimal.precision", 65), scale, 65,
                               "decimal(65,30)")
                         : "varchar(255)";
    }
    case SourceKind::variable_decimal:
      return "decimal(65,30)";
    case SourceKind::date:
      return "date";
    case SourceKind::time_ms:
      return "time(3)";
    case SourceKind::time_us:
    case SourceKind::time_ns:
      return "time(6)";
    case SourceKind::timestamp_ms:
      return "datetime(3)";
    case SourceKind::timestamp_us:
    case SourceKind::timestamp_ns:
    case SourceKind::zoned_timestamp:
      return "datetime(6)";
    case SourceKind::micro_duration:
    case SourceKind::nano_duration:
      return "bigint";
    case SourceKind::json:
      return "json";
    case SourceKind::bits: {
      const auto length = number(*schema, "length", 0);
      return length > 0 && length <= 64 ? fmt::format("bit({})", length) : "longblob";
    }
    case SourceKind::geometry:
      return schema->name().ends_with("Point") ? "point" : "geometry";
    case SourceKind::text:
      if (key) {
        const auto length = number(*schema, "__debezium.source.column.length", 255);
        return fmt::format("varchar({})", length > 0 && length <= 768 ? length : 255);
      }
      break;
    case SourceKind::bytes:
      if (key) {
        return "varbinary(255)";
      }
      break;
    default:
      break;
  }
  return mysql_plain(schema->type());
}

}  // namespace tandem::sql_sink
