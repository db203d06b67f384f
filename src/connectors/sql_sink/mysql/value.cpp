#include "connectors/sql_sink/mysql/dialect.hpp"
#include "connectors/sql_sink/wkb.hpp"

#include <charconv>
#include <cmath>

namespace tandem::sql_sink {
namespace {

constexpr std::size_t kLargeText =
    64 << 10;  ///< bytes; growing by doubling would take twice a large value's room

using Form = Scalar::Form;

constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr std::int64_t kFirst = -62167219200000000;  // 0000-01-01, the first that DATETIME takes
constexpr std::int64_t kLast = 253402300799999999;   // 9999-12-31 23:59:59.999999
constexpr std::int64_t kMaxTime = (838 * 3600 + 59 * 60 + 59) * std::int64_t{1'000'000};

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr char digits[] = "0123456789ABCDEF";
  out += "x'";
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  out += '\'';
}

template <class T>
void append_number(std::string& out, T n) {
  char text[20];  // -9223372036854775808
  out.append(text, std::to_chars(text, text + sizeof text, n).ptr);
}

void append_integer(std::string& out, const TargetColumn& column, const Scalar& s, int bits) {
  std::int64_t n = 0;
  switch (s.form) {
    case Form::integer:
    case Form::boolean:
    case Form::duration:
      n = s.integer;
      break;
    case Form::real:
      if (s.real != std::floor(s.real) || std::fabs(s.real) >= 9.2e18) {
        impossible(column, s, "is no whole number that fits");
      }
      n = static_cast<std::int64_t>(s.real);
      break;
    case Form::decimal:
    case Form::text: {
      std::string_view text = s.text;
      if (const auto dot = text.find('.');
          dot != std::string_view::npos && text.find_first_not_of('0', dot + 1) == std::string_view::npos) {
        text = text.substr(0, dot);
      }
      if (!parse_integer(text, n)) {
        // Above 2^63, for BIGINT UNSIGNED: digits go as they are and the server checks the range.
        if (!column.is_unsigned || text.empty() ||
            text.find_first_not_of("0123456789") != std::string_view::npos) {
          impossible(column, s, "is no whole number that fits");
        }
        out += text;
        return;
      }
      break;
    }
    case Form::bits: {
      std::uint64_t v = 0;
      for (std::size_t i = s.text.size(); i > 0; --i) {
        v = v << 8 | static_cast<unsigned char>(s.text[i - 1]);
      }
      n = static_cast<std::int64_t>(v);
      break;
    }
    default:
      impossible(column, s, "is no number");
  }
  if (column.is_unsigned && bits == 64) {
    // bigint.unsigned.handling.mode=long wraps above 2^63 - 1; this is the way back.
    append_number(out, static_cast<std::uint64_t>(n));
    return;
  }
  const std::int64_t high =
      bits == 64 ? INT64_MAX : (std::int64_t{1} << (column.is_unsigned ? bits : bits - 1)) - 1;
  const std::int64_t low = column.is_unsigned ? 0 : -high - 1;
  if (n < low || n > high) {
    impossible(column, s, "is out of range");
  }
  append_number(out, n);
}

void append_number_text(std::string& out, const TargetColumn& column, const Scalar& s) {
  switch (s.form) {
    case Form::integer:
    case Form::boolean:
      append_number(out, s.integer);
      return;
    case Form::decimal:
      out += s.text;
      return;
    case Form::real:
      if (!std::isfinite(s.real)) {
        impossible(column, s, "cannot be held by a number column of MySQL");
      }
      append_real(out, s.real, s.single);
      return;
    case Form::text:
      append_mysql_text(out, s.text);
      return;  // the server judges
    default:
      impossible(column, s, "is no number");
  }
}

void append_moment(std::string& out, const TargetColumn& column, const Scalar& s) {
  std::int64_t us = 0;
  if (s.form == Form::timestamp || s.form == Form::instant) {
    us = s.integer;
  } else if (s.form == Form::date ? __builtin_mul_overflow(s.integer, kDayMicros, &us)
                                  : s.form != Form::text || !parse_timestamp(s.text, us)) {
    impossible(column, s, "is no time stamp");
  }
  if (us < kFirst || us > kLast) {
    impossible(column, s, "is outside the years 0 to 9999");
  }
  out += '\'';
  append_timestamp(out, us);
  out += '\'';
}

void append_day(std::string& out, const TargetColumn& column, const Scalar& s) {
  std::int64_t days = 0;
  if (s.form == Form::date) {
    days = s.integer;
  } else if (s.form == Form::timestamp || s.form == Form::instant) {
    days = s.integer / kDayMicros - (s.integer % kDayMicros < 0 ? 1 : 0);
  } else if (s.form != Form::text || !parse_date(s.text, days)) {
    impossible(column, s, "is no date");
  }
  if (days < kFirst / kDayMicros || days > kLast / kDayMicros) {
    impossible(column, s, "is outside the years 0 to 9999");
  }
  out += '\'';
  append_date(out, days);
  out += '\'';
}

void append_clock(std::string& out, const TargetColumn& column, const Scalar& s) {
  std::int64_t us = 0;
  if (s.form == Form::time || s.form == Form::duration) {
    us = s.integer;
  } else if (s.form == Form::timestamp || s.form == Form::instant) {
    us = (s.integer % kDayMicros + kDayMicros) % kDayMicros;
  } else if (s.form != Form::text || !parse_time(s.text, us)) {
    impossible(column, s, "is no time");
  }
  if (us > kMaxTime || us < -kMaxTime) {
    impossible(column, s, "is outside ±838:59:59");
  }
  out += '\'';
  append_time(out, us);
  out += '\'';
}

void append_characters(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form == Form::text || s.form == Form::decimal) {
    return append_mysql_text(out, s.text);
  }
  std::string text;
  if (!append_plain(text, s)) {
    impossible(column, s, "is binary and the column is not");
  }
  append_mysql_text(out, text);
}

void append_binary(std::string& out, const TargetColumn& column, const Scalar& s) {
  switch (s.form) {
    case Form::bytes:
    case Form::text:
    case Form::bits:
    case Form::geometry:
      append_hex(out, s.text);
      return;
    default:
      impossible(column, s, "is not binary");
  }
}

void append_geometry(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form != Form::geometry) {
    impossible(column, s, "is no geometry");
  }
  // The server's own form: four bytes of SRID, little-endian, then WKB (MySQL manual, "Internal Geometry
  // Storage Format").
  auto srid = static_cast<std::uint32_t>(s.integer);
  const std::string wkb = plain_wkb(s.text, srid);
  std::string inner;
  for (int shift = 0; shift < 32; shift += 8) {
    inner += static_cast<char>(srid >> shift);
  }
  append_hex(out, inner + wkb);
}

}  // namespace

void append_mysql_text(std::string& out, std::string_view text) {
  if (text.size() > kLargeText) {
    out.reserve(out.size() + text.size() + kLargeText);
  }
  out += '\'';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'' || c == '\\' || c == '\0' || c == '\x1a') {
      out.append(text.substr(from, i - from));
      from = i + 1;
      out += '\\';
      out += c == '\0' ? '0' : c == '\x1a' ? 'Z' : c;
    }
  }
  out.append(text.substr(from));
  out += '\'';
}

void append_mysql_literal(std::string& out, const TargetColumn& column, const Scalar& s) {
  if (s.form == Form::null) {
    out += "NULL";
    return;
  }
  switch (column.type) {
    case ColumnType::boolean:
    case ColumnType::int1:
      return append_integer(out, column, s, 8);
    case ColumnType::int2:
    case ColumnType::year:
      return append_integer(out, column, s, 16);
    case ColumnType::int3:
      return append_integer(out, column, s, 24);
    case ColumnType::int4:
      return append_integer(out, column, s, 32);
    case ColumnType::int8:
      return append_integer(out, column, s, 64);
    case ColumnType::bit: {
      TargetColumn wide = column;
      wide.is_unsigned = true;
      return append_integer(out, wide, s, 64);
    }
    case ColumnType::float4:
    case ColumnType::float8:
    case ColumnType::numeric:
      return append_number_text(out, column, s);
    case ColumnType::date:
      return append_day(out, column, s);
    case ColumnType::time:
      return append_clock(out, column, s);
    case ColumnType::timestamp:
    case ColumnType::timestamptz:
      return append_moment(out, column, s);
    case ColumnType::bytes:
      return append_binary(out, column, s);
    case ColumnType::point:
    case ColumnType::geometry:
      return append_geometry(out, column, s);
    default:
      return append_characters(out, column, s);
  }
}

}  // namespace tandem::sql_sink
