#include "connectors/mysql/values.hpp"

#include "connectors/mysql/charset.hpp"
#include "connectors/mysql/temporal.hpp"
#include "connectors/mysql/value_writers.hpp"
#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"

#include <boost/regex.hpp>
#include <charconv>
#include <cstring>
#include <limits>

namespace tandem::mysql {
namespace {

using relational::Column;
using relational::ColumnPlan;
using Writer = relational::CellWriter<Cell>;

std::string base_type(const std::string& type_name) {
  std::string t = type_name;
  for (const char* suffix : {" ZEROFILL", " UNSIGNED", " SIGNED", " BINARY"}) {
    for (auto at = t.find(suffix); at != std::string::npos; at = t.find(suffix)) {
      t.erase(at, std::strlen(suffix));
    }
  }
  return t;
}

template <class T>
T pick(const std::string& key, const std::string& text,
       std::initializer_list<std::pair<const char*, T>> words) {
  std::string known;
  for (const auto& [word, value] : words) {
    if (text == word) {
      return value;
    }
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  raise(ErrorKind::config, "Invalid value " + text + " for configuration " + key, "use one of: " + known);
}

ColumnPlan<Cell> plan(SchemaBuilder schema, Writer write) {
  return {std::move(schema), std::move(write), std::nullopt, {}};
}

SchemaBuilder named(SchemaType type, const char* name) {
  SchemaBuilder b(type);
  b.name(name).version(1);
  return b;
}

std::optional<ColumnPlan<Cell>> integer_plan(const std::string& type, bool is_unsigned,
                                             const ValueOptions& o) {
  if (type == "TINYINT" || type == "INT1" || ((type == "SMALLINT" || type == "INT2") && !is_unsigned)) {
    return plan(SchemaBuilder(SchemaType::int16), write_integer<std::int16_t>);
  }
  if (type == "SMALLINT" || type == "INT2" || type == "MEDIUMINT" || type == "INT3" || type == "MIDDLEINT" ||
      ((type == "INT" || type == "INTEGER" || type == "INT4") && !is_unsigned)) {
    return plan(SchemaBuilder(SchemaType::int32), write_integer<std::int32_t>);
  }
  if (type == "BIGINT" || type == "INT8") {
    if (is_unsigned && o.unsigned_bigint_precise) {
      return plan(decimal_schema(0, 20), write_decimal(0));
    }
    return plan(SchemaBuilder(SchemaType::int64), write_integer<std::int64_t>);
  }
  if (type == "INT" || type == "INTEGER" || type == "INT4") {
    return plan(SchemaBuilder(SchemaType::int64), write_integer<std::int64_t>);
  }
  return std::nullopt;
}

std::optional<ColumnPlan<Cell>> number_plan(const std::string& type, const Column& c, const ValueOptions& o) {
  if (type == "REAL") {
    return plan(SchemaBuilder(SchemaType::float32), write_float);
  }
  if (type == "FLOAT" || type == "FLOAT4") {
    if (!c.scale && c.length.value_or(0) <= 24) {
      return plan(SchemaBuilder(SchemaType::float32), write_float);
    }
    return plan(SchemaBuilder(SchemaType::float64),
                !c.scale && c.length.value_or(0) > 24 ? Writer(write_double) : Writer(write_float_as_double));
  }
  if (type == "DOUBLE" || type == "DOUBLE PRECISION" || type == "FLOAT8") {
    return plan(SchemaBuilder(SchemaType::float64), write_double);
  }
  if (type == "DECIMAL" || type == "DEC" || type == "FIXED" || type == "NUMERIC") {
    if (o.decimal == ValueOptions::Decimal::real) {
      return plan(SchemaBuilder(SchemaType::float64), write_double);
    }
    if (o.decimal == ValueOptions::Decimal::text) {
      return plan(SchemaBuilder(SchemaType::string), write_decimal_text(c.scale.value_or(0)));
    }
    return plan(decimal_schema(c.scale.value_or(0), c.length.value_or(10)),
                write_decimal(c.scale.value_or(0)));
  }
  return std::nullopt;
}

std::optional<ColumnPlan<Cell>> temporal_plan(const std::string& type, const Column& c,
                                              const ValueOptions& o) {
  using Time = ValueOptions::Time;
  const int precision = c.length.value_or(0);
  if (type == "DATE") {
    if (o.time == Time::isostring) {
      return plan(named(SchemaType::string, "io.debezium.time.IsoDate"), write_iso_date(c.optional));
    }
    return o.time == Time::connect
               ? plan(named(SchemaType::int32, logical::kDate.data()), write_date(c.optional))
               : plan(named(SchemaType::int32, "io.debezium.time.Date"), write_date(c.optional));
  }
  if (type == "TIME") {
    switch (o.time) {
      case Time::connect:
        return plan(named(SchemaType::int32, logical::kTime.data()), write_time_millis);
      case Time::isostring:
        return plan(named(SchemaType::string, "io.debezium.time.IsoTime"), write_iso_time);
      case Time::nanoseconds:
        return plan(named(SchemaType::int64, "io.debezium.time.NanoTime"), write_time_scaled<1000>);
      default:
        return plan(named(SchemaType::int64, "io.debezium.time.MicroTime"), write_time_scaled<1>);
    }
  }
  if (type == "DATETIME") {
    switch (o.time) {
      case Time::connect:
        return plan(named(SchemaType::int64, logical::kTimestamp.data()),
                    write_datetime(c.optional, DatetimeUnit::millis));
      case Time::isostring:
        return plan(named(SchemaType::string, "io.debezium.time.IsoTimestamp"),
                    write_iso_datetime(c.optional));
      case Time::nanoseconds:
        return plan(named(SchemaType::int64, "io.debezium.time.NanoTimestamp"),
                    write_datetime(c.optional, DatetimeUnit::nanos));
      case Time::microseconds:
        return plan(named(SchemaType::int64, "io.debezium.time.MicroTimestamp"),
                    write_datetime(c.optional, DatetimeUnit::micros));
      case Time::adaptive_microseconds:
        break;
    }
    return precision <= 3 ? plan(named(SchemaType::int64, "io.debezium.time.Timestamp"),
                                 write_datetime(c.optional, DatetimeUnit::millis))
                          : plan(named(SchemaType::int64, "io.debezium.time.MicroTimestamp"),
                                 write_datetime(c.optional, DatetimeUnit::micros));
  }
  if (type == "TIMESTAMP") {
    return plan(named(SchemaType::string, "io.debezium.time.ZonedTimestamp"),
                write_timestamp(c.optional, precision));
  }
  if (type == "YEAR") {
    return plan(named(SchemaType::int32, "io.debezium.time.Year"), write_year(o.adjust_years));
  }
  return std::nullopt;
}

std::optional<ColumnPlan<Cell>> binary_plan(const std::string& type, const Column& c, const ValueOptions& o) {
  const bool is_blob = type == "BINARY" || type == "VARBINARY" || type == "LONG VARBINARY" ||
                       type == "TINYBLOB" || type == "BLOB" || type == "MEDIUMBLOB" || type == "LONGBLOB";
  if (!is_blob) {
    return std::nullopt;
  }
  const std::size_t pad = type == "BINARY" ? static_cast<std::size_t>(c.length.value_or(1)) : 0;
  return plan(SchemaBuilder(o.binary == ValueOptions::Binary::bytes ? SchemaType::bytes : SchemaType::string),
              write_binary(o.binary, pad));
}

std::optional<ColumnPlan<Cell>> text_plan(const std::string& type, const Column& c) {
  if (type == "ENUM" || type == "SET") {
    std::vector<std::string> values = enum_labels(c.enum_values);
    std::string allowed;
    for (const auto& v : values) {
      allowed += (allowed.empty() ? "" : ",") + v;
    }
    SchemaBuilder b =
        named(SchemaType::string, type == "ENUM" ? "io.debezium.data.Enum" : "io.debezium.data.EnumSet");
    b.parameter("allowed", allowed);
    return plan(std::move(b), type == "ENUM" ? write_enum(std::move(values)) : write_set(std::move(values)));
  }
  if (!c.charset) {
    return std::nullopt;
  }
  return plan(SchemaBuilder(SchemaType::string), write_text(decoder_of(*c.charset)));
}

std::optional<ColumnPlan<Cell>> other_plan(const std::string& type) {
  if (type == "JSON") {
    return plan(named(SchemaType::string, "io.debezium.data.Json"), write_text({}));
  }
  if (type == "POINT") {
    return ColumnPlan<Cell>{point_schema(), {}, std::nullopt, write_point};
  }
  for (const char* g : {"GEOMETRY", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
                        "GEOMETRYCOLLECTION", "GEOMCOLLECTION"}) {
    if (type == g) {
      return ColumnPlan<Cell>{geometry_schema(), {}, std::nullopt, write_geometry};
    }
  }
  if (type == "VECTOR") {
    SchemaBuilder b = SchemaBuilder::array(primitive(SchemaType::float32));
    b.name("io.debezium.data.FloatVector").version(1);
    return plan(std::move(b), write_vector);
  }
  if (type == "UUID") {
    return plan(named(SchemaType::string, "io.debezium.data.Uuid"), write_uuid);
  }
  return std::nullopt;
}

/// What Debezium reads as the default of a DATE or DATETIME: ISO text with all its digits, or a zero date.
bool is_iso_or_zero(const std::string& text) {
  static const boost::regex iso(R"(\s*(\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2}(\.\d{0,9})?)?)?|0)\s*)");
  return boost::regex_match(text, iso);
}

/// What the default's text says, in the column's own mapping. nullopt: no schema default.
std::optional<Value> default_of(const Column& c, const std::string& type, bool is_unsigned,
                                const ValueOptions& o, const Writer& write) {
  if (!c.has_default || !c.default_expression) {
    return std::nullopt;
  }
  const std::string& text = *c.default_expression;
  if (type == "BOOLEAN" || type == "BOOL") {
    return Value(text == "true" || text == "TRUE" ||
                 (!text.empty() && text != "0" && text != "false" && text != "FALSE"));
  }
  if (type == "TIMESTAMP" && c.optional && text == "1970-01-01 00:00:00") {
    return std::nullopt;
  }
  if (type == "BIGINT" && !(is_unsigned && o.unsigned_bigint_precise)) {  // through a double, as in Debezium
    const double d = std::strtod(text.c_str(), nullptr);
    return Value(d >= 0x1p63    ? std::numeric_limits<std::int64_t>::max()
                 : d <= -0x1p63 ? std::numeric_limits<std::int64_t>::min()
                                : static_cast<std::int64_t>(d));
  }
  if (type == "UUID") {
    return std::nullopt;  // Debezium has no reading of it
  }
  Value out;
  if ((type == "DATE" || type == "DATETIME") && !is_iso_or_zero(text)) {
    if (!c.optional) {
      write(Cell::of_text("1970-01-01"), out);
    }
  } else if (const auto moment = type == "TIMESTAMP" ? parse_datetime(text) : std::nullopt;
             moment && is_real_date(*moment) && epoch_micros(*moment) != 0) {
    Cell cell;  // with the column's digits, as read from the log
    cell.kind = Cell::Kind::timestamp;
    cell.i = epoch_micros(*moment);
    write(cell, out);
  } else if (type == "BIT") {
    if (text.find_first_not_of("01") != std::string::npos) {
      return std::nullopt;
    }
    Cell cell;
    cell.kind = Cell::Kind::unsigned_int;
    cell.u = std::strtoull(text.c_str(), nullptr, 2);
    write(cell, out);
  } else if (type == "BINARY") {
    write_binary(o.binary, 0)(Cell::of_text(text), out);
  } else {
    write(Cell::of_text(text), out);
  }
  return out.is_null() ? std::nullopt : std::optional<Value>(std::move(out));
}

}  // namespace

ValueOptions ValueOptions::from(const Config& c) {
  ValueOptions o;
  o.time = pick<Time>("time.precision.mode", c.string("time.precision.mode"),
                      {{"adaptive_time_microseconds", Time::adaptive_microseconds},
                       {"connect", Time::connect},
                       {"isostring", Time::isostring},
                       {"microseconds", Time::microseconds},
                       {"nanoseconds", Time::nanoseconds}});
  o.decimal =
      pick<Decimal>("decimal.handling.mode", c.string("decimal.handling.mode"),
                    {{"precise", Decimal::precise}, {"double", Decimal::real}, {"string", Decimal::text}});
  o.binary = pick<Binary>("binary.handling.mode", c.string("binary.handling.mode"),
                          {{"bytes", Binary::bytes},
                           {"base64", Binary::base64},
                           {"base64-url-safe", Binary::base64_url},
                           {"hex", Binary::hex}});
  o.unsigned_bigint_precise =
      pick<bool>("bigint.unsigned.handling.mode", c.string("bigint.unsigned.handling.mode"),
                 {{"long", false}, {"precise", true}});
  o.adjust_years = c.boolean("enable.time.adjuster");
  return o;
}

std::optional<ColumnPlan<Cell>> plan_column(const Column& c, const ValueOptions& o) {
  const std::string type = base_type(c.type_name);
  const bool is_unsigned =
      c.type_name.find("UNSIGNED") != std::string::npos || c.type_name.find("ZEROFILL") != std::string::npos;
  std::optional<ColumnPlan<Cell>> out;
  if (type == "BOOLEAN" || type == "BOOL") {
    out = plan(SchemaBuilder(SchemaType::boolean), write_boolean);
  } else if (type == "BIT") {
    const int n = c.length.value_or(1);
    if (n <= 1) {
      out = plan(SchemaBuilder(SchemaType::boolean), write_bit);
    } else {
      SchemaBuilder b = named(SchemaType::bytes, "io.debezium.data.Bits");
      b.parameter("length", std::to_string(n));
      out = plan(std::move(b), write_bits((static_cast<std::size_t>(n) + 7) / 8));
    }
  } else {
    out = integer_plan(type, is_unsigned, o);
    if (!out) {
      out = number_plan(type, c, o);
    }
    if (!out) {
      out = temporal_plan(type, c, o);
    }
    if (!out) {
      out = binary_plan(type, c, o);
    }
    if (!out) {
      out = text_plan(type, c);
    }
    if (!out) {
      out = other_plan(type);
    }
  }
  if (out && out->write) {
    out->default_value = default_of(c, type, is_unsigned, o, out->write);
    if (!c.optional && out->default_value && (type == "DATE" || type == "DATETIME" || type == "TIMESTAMP")) {
      out->write = or_default_if_zero(std::move(out->write), *out->default_value);
    }
  }
  return out;
}

}  // namespace tandem::mysql
