#include "connectors/sql_sink/postgres/dialect.hpp"
#include "connectors/sql_sink/wkb.hpp"
#include "tandem/base/bytes.hpp"

#include <bit>
#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

using Form = Scalar::Form;

constexpr std::int64_t kEpochDays = 10957;  // 2000-01-01, PostgreSQL's epoch
constexpr std::int64_t kEpochMicros = kEpochDays * 86'400'000'000;
constexpr std::int64_t kDayMicros = 86'400'000'000;

template <class T>
void put_be(char* to, T v) {
  const auto u = static_cast<std::make_unsigned_t<T>>(v);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    to[i] = static_cast<char>(u >> (8 * (sizeof(T) - 1 - i)));
  }
}

template <class T>
void append_be(std::string& out, T v) {
  char bytes[sizeof(T)];
  put_be(bytes, v);
  out.append(bytes, sizeof(T));
}

/// Length and value.
template <class T>
void element(std::string& out, T v) {
  char bytes[4 + sizeof(T)];
  put_be(bytes, static_cast<std::int32_t>(sizeof(T)));
  put_be(bytes + 4, v);
  out.append(bytes, sizeof bytes);
}

std::int64_t to_integer(const TargetColumn& column, const Scalar& s) {
  std::int64_t n = 0;
  switch (s.form) {
    case Form::integer:
    case Form::boolean:
      return s.integer;
    case Form::real:
      if (s.real == std::floor(s.real) && std::fabs(s.real) < 9.2e18) {
        return static_cast<std::int64_t>(s.real);
      }
      break;
    case Form::decimal:
    case Form::text: {
      std::string_view text = s.text;
      if (const auto dot = text.find('.'); s.form == Form::decimal && dot != std::string_view::npos &&
                                           text.find_first_not_of('0', dot + 1) == std::string_view::npos) {
        text = text.substr(0, dot);
      }
      if (parse_integer(text, n)) {
        return n;
      }
      break;
    }
    case Form::duration:
      return s.integer;
    case Form::bits:
      if (s.text.size() <= 8) {
        std::uint64_t bits = 0;
        for (std::size_t i = s.text.size(); i > 0; --i) {
          bits = bits << 8 | static_cast<unsigned char>(s.text[i - 1]);
        }
        return static_cast<std::int64_t>(bits);
      }
      break;
    default:
      break;
  }
  impossible(column, s, "is no whole number that fits");
}

template <class T>
void integer_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  const std::int64_t n = to_integer(column, s);
  if (n < std::numeric_limits<T>::min() || n > std::numeric_limits<T>::max()) {
    impossible(column, s, "is out of range");
  }
  element<T>(out, static_cast<T>(n));
}

bool to_boolean(const TargetColumn& column, const Scalar& s) {
  if (s.form == Form::text) {
    if (s.text == "t" || s.text == "true" || s.text == "1") {
      return true;
    }
    if (s.text == "f" || s.text == "false" || s.text == "0") {
      return false;
    }
    impossible(column, s, "is no boolean");
  }
  const std::int64_t n = to_integer(column, s);
  if (n != 0 && n != 1) {
    impossible(column, s, "is no boolean (0 or 1)");
  }
  return n == 1;
}

double to_real(const TargetColumn& column, const Scalar& s) {
  switch (s.form) {
    case Form::real:
      return s.real;
    case Form::integer:
    case Form::boolean:
      return static_cast<double>(s.integer);
    case Form::decimal:
    case Form::text: {
      const std::string text(s.text);
      char* end = nullptr;
      const double v = std::strtod(text.c_str(), &end);
      if (!text.empty() && *end == 0) {
        return v;
      }
      break;
    }
    default:
      break;
  }
  impossible(column, s, "is no number");
}

/// Microseconds since 1970, or Debezium's infinities.
std::int64_t to_timestamp(const TargetColumn& column, const Scalar& s) {
  std::int64_t us = 0;
  switch (s.form) {
    case Form::timestamp:
    case Form::instant:
      return s.integer;
    case Form::date:
      if (!__builtin_mul_overflow(s.integer, kDayMicros, &us)) {
        return us;
      }
      break;
    case Form::text:
      if (parse_timestamp(s.text, us)) {
        return us;
      }
      break;
    default:
      break;
  }
  impossible(column, s, "is no time stamp");
}

void timestamp_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  const std::int64_t us = to_timestamp(column, s);
  if (us == kPlusInfinity || us == kMinusInfinity) {
    return element<std::int64_t>(out, us > 0 ? INT64_MAX : INT64_MIN);
  }
  // From 4714-11-24 BC (PostgreSQL documentation, "Date/Time Types"); what 64 bits hold from 1970 does not
  // reach its upper end.
  if (us < -210866803200000000) {
    impossible(column, s, "is out of range");
  }
  element<std::int64_t>(out, us - kEpochMicros);
}

void date_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  std::int64_t days = 0;
  if (s.form == Form::date) {
    days = s.integer;
  } else if (s.form == Form::text ? !parse_date(s.text, days)
                                  : s.form != Form::timestamp && s.form != Form::instant) {
    impossible(column, s, "is no date");
  } else if (s.form != Form::text) {
    days = s.integer / kDayMicros - (s.integer % kDayMicros < 0 ? 1 : 0);
  }
  // Debezium sends the driver's sentinels for infinite dates as the days of Long-range instants.
  if (days >= INT32_MAX - 1 || days == kPlusInfinity / kDayMicros) {
    return element<std::int32_t>(out, INT32_MAX);
  }
  if (days <= INT32_MIN + 1) {
    return element<std::int32_t>(out, INT32_MIN);
  }
  if (days < -2440588 || days - kEpochDays > 2145031948) {
    impossible(column, s, "is out of range");
  }
  element<std::int32_t>(out, static_cast<std::int32_t>(days - kEpochDays));
}

void time_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  std::int64_t us = 0;
  if (s.form == Form::time || s.form == Form::duration) {
    us = s.integer;
  } else if (s.form == Form::timestamp || s.form == Form::instant) {
    us = (s.integer % kDayMicros + kDayMicros) % kDayMicros;
  } else if (s.form != Form::text || !parse_time(s.text, us)) {
    impossible(column, s, "is no time of day");
  }
  if (us < 0 || us > kDayMicros) {
    impossible(column, s, "is outside 00:00 to 24:00 (an interval column would hold it)");
  }
  element<std::int64_t>(out, us);
}

void uuid_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form == Form::bytes && s.text.size() == 16) {
    append_be<std::int32_t>(out, 16);
    out += s.text;
    return;
  }
  char raw[16] = {};
  std::size_t digits = 0;
  for (const char c : s.form == Form::text ? s.text : std::string_view{}) {
    if (c == '-' || c == '{' || c == '}') {
      continue;
    }
    const int v = c >= '0' && c <= '9'   ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;
    if (v < 0 || digits == 32) {
      impossible(column, s, "is no UUID");
    }
    raw[digits / 2] = static_cast<char>(static_cast<unsigned char>(raw[digits / 2]) << 4 | v);
    ++digits;
  }
  if (digits != 32) {
    impossible(column, s, "is no UUID");
  }
  append_be<std::int32_t>(out, 16);
  out.append(raw, 16);
}

void append_array_text(std::string& out, const Value& value) {
  const auto* array = value.array();
  out += '{';
  char before = 0;
  for (const auto& e : *array) {
    if (before != 0) {
      out += before;
    }
    before = ',';
    std::string scratch, text;
    if (e.is_null()) {
      out += "NULL";
    } else if (e.array() != nullptr) {
      append_array_text(out, e);
    } else {
      const Scalar s = to_scalar(source_kind(e), nullptr, e, scratch);
      if (s.form == Form::bytes) {
        text = "\\x" + to_hex(s.text);
      } else {
        append_plain(text, s);
      }
      out += '"';
      for (const char c : text) {
        if (c == '"' || c == '\\') {
          out += '\\';
        }
        out += c;
      }
      out += '"';
    }
  }
  out += '}';
}

void text_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  const std::size_t at = out.size();
  append_be<std::int32_t>(out, 0);
  if (column.type == ColumnType::jsonb) {
    out += '\x01';
  }
  const std::size_t start = out.size();
  if (column.type == ColumnType::point && s.form == Form::geometry) {
    const auto point = point_of_wkb(s.text);
    if (!point) {
      impossible(column, s, "is no point");
    }
    out += '(';
    append_real(out, point->x, false);
    out += ',';
    append_real(out, point->y, false);
    out += ')';
  } else if (s.form == Form::geometry) {
    out += to_hex(ewkb(s.text, static_cast<std::uint32_t>(s.integer)));
  } else if (column.type == ColumnType::array && s.form == Form::list && s.value->array() != nullptr) {
    append_array_text(out, *s.value);
  } else if (column.type == ColumnType::bit && (s.form == Form::boolean || s.form == Form::integer)) {
    const auto bits = static_cast<std::int64_t>(column.length > 0 ? column.length : 1);
    for (std::int64_t i = bits - 1; i >= 0; --i) {
      out += i < 64 && (static_cast<std::uint64_t>(s.integer) >> i & 1) != 0 ? '1' : '0';
    }
  } else if (!append_plain(out, s)) {
    out.resize(at);
    impossible(column, s, "is binary and the column is not");
  }
  if (std::memchr(out.data() + start, 0, out.size() - start) != nullptr) {
    out.resize(at);
    impossible(column, s, "holds a NUL character, which PostgreSQL text cannot");
  }
  const auto size = static_cast<std::uint32_t>(out.size() - at - 4);
  for (std::size_t i = 0; i < 4; ++i) {
    out[at + i] = static_cast<char>(size >> (8 * (3 - i)));
  }
}

void bytes_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form != Form::bytes && s.form != Form::text && s.form != Form::geometry && s.form != Form::bits) {
    impossible(column, s, "is not binary");
  }
  append_be<std::int32_t>(out, static_cast<std::int32_t>(s.text.size()));
  out += s.text;
}

}  // namespace

PostgresWire postgres_wire(const TargetColumn& column) noexcept {
  switch (column.type) {
    case ColumnType::boolean:
      return {16, 1000, "bool", false};
    case ColumnType::int1:
    case ColumnType::int2:
      return {21, 1005, "int2", false};
    case ColumnType::year:
    case ColumnType::int3:
    case ColumnType::int4:
      return {23, 1007, "int4", false};
    case ColumnType::int8:
      return {20, 1016, "int8", false};
    case ColumnType::float4:
      return {700, 1021, "float4", false};
    case ColumnType::float8:
      return {701, 1022, "float8", false};
    case ColumnType::text:
      return {25, 1009, "text", false};
    case ColumnType::bytes:
      return {17, 1001, "bytea", false};
    case ColumnType::date:
      return {1082, 1182, "date", false};
    case ColumnType::time:
      return {1083, 1183, "time", false};
    case ColumnType::timestamp:
      return {1114, 1115, "timestamp", false};
    case ColumnType::timestamptz:
      return {1184, 1185, "timestamptz", false};
    case ColumnType::uuid:
      return {2950, 2951, "uuid", false};
    case ColumnType::json:
      return {114, 199, "json", false};
    case ColumnType::jsonb:
      return {3802, 3807, "jsonb", false};
    default:
      return {25, 1009, "text", true};
  }
}

void append_postgres_element(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form == Form::null) {
    return append_be<std::int32_t>(out, -1);
  }
  switch (column.type) {
    case ColumnType::boolean:
      return element<std::int8_t>(out, to_boolean(column, s) ? 1 : 0);
    case ColumnType::int1:
    case ColumnType::int2:
      return integer_element<std::int16_t>(out, column, s);
    case ColumnType::year:
    case ColumnType::int3:
    case ColumnType::int4:
      return integer_element<std::int32_t>(out, column, s);
    case ColumnType::int8:
      return integer_element<std::int64_t>(out, column, s);
    case ColumnType::float4:
      return element<std::int32_t>(out, std::bit_cast<std::int32_t>(static_cast<float>(to_real(column, s))));
    case ColumnType::float8:
      return element<std::int64_t>(out, std::bit_cast<std::int64_t>(to_real(column, s)));
    case ColumnType::bytes:
      return bytes_element(out, column, s);
    case ColumnType::date:
      return date_element(out, column, s);
    case ColumnType::time:
      return time_element(out, column, s);
    case ColumnType::timestamp:
    case ColumnType::timestamptz:
      return timestamp_element(out, column, s);
    case ColumnType::uuid:
      return uuid_element(out, column, s);
    default:
      return text_element(out, column, s);
  }
}

}  // namespace tandem::sql_sink
