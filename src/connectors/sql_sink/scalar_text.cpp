#include "connectors/sql_sink/scalar.hpp"
#include "tandem/base/bytes.hpp"
#include "tandem/base/digits.hpp"
#include "tandem/data/logical.hpp"

#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

bool take_digits(std::string_view& text, std::size_t min, std::size_t max, std::int64_t& out) {
  std::size_t n = 0;
  out = 0;
  while (n < text.size() && n < max && text[n] >= '0' && text[n] <= '9') {
    out = out * 10 + (text[n++] - '0');
  }
  text.remove_prefix(n);
  return n >= min;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, std::int64_t& days) {
  const bool negative = take(text, '-');
  if (!negative) {
    take(text, '+');
  }
  std::int64_t year = 0, month = 0, day = 0;
  if (!take_digits(text, 4, 9, year) || !take(text, '-') || !take_digits(text, 2, 2, month) ||
      !take(text, '-') || !take_digits(text, 2, 2, day) || month < 1 || month > 12 || day < 1 || day > 31) {
    return false;
  }
  days = days_from_civil(negative ? -year : year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  return true;
}

bool take_clock(std::string_view& text, std::size_t hour_digits, std::int64_t& micros) {
  std::int64_t hours = 0, minutes = 0, seconds = 0;
  if (!take_digits(text, 1, hour_digits, hours) || !take(text, ':') || !take_digits(text, 2, 2, minutes)) {
    return false;
  }
  micros = 0;
  if (take(text, ':')) {
    if (!take_digits(text, 2, 2, seconds)) {
      return false;
    }
    if (take(text, '.')) {
      std::int64_t unit = 100'000;
      bool any = false;
      while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
        micros += (text[0] - '0') * unit;
        unit /= 10;
        text.remove_prefix(1);
        any = true;
      }
      if (!any) {
        return false;
      }
    }
  }
  micros += ((hours * 60 + minutes) * 60 + seconds) * kSecond;
  return minutes < 60 && seconds < 61;
}

bool take_zone(std::string_view& text, std::int64_t& offset) {
  offset = 0;
  if (text.empty() || take(text, 'Z')) {
    return true;
  }
  const bool west = text[0] == '-';
  if (!west && text[0] != '+') {
    return false;
  }
  text.remove_prefix(1);
  std::int64_t hours = 0, minutes = 0;
  if (!take_digits(text, 2, 2, hours)) {
    return false;
  }
  if (take(text, ':') || !text.empty()) {
    if (!take_digits(text, 2, 2, minutes)) {
      return false;
    }
  }
  offset = (hours * 60 + minutes) * 60 * kSecond * (west ? -1 : 1);
  return true;
}

}  // namespace

bool parse_timestamp(std::string_view text, std::int64_t& micros) {
  if (text == "infinity" || text == "-infinity") {
    micros = text[0] == '-' ? kMinusInfinity : kPlusInfinity;
    return true;
  }
  std::int64_t days = 0, clock = 0, offset = 0;
  if (!take_date(text, days)) {
    return false;
  }
  if (!text.empty() && (text[0] == 'T' || text[0] == ' ')) {
    text.remove_prefix(1);
    if (!take_clock(text, 2, clock)) {
      return false;
    }
  }
  if (!take_zone(text, offset) || !text.empty()) {
    return false;
  }
  return !__builtin_mul_overflow(days, kDay, &micros) &&
         !__builtin_add_overflow(micros, clock - offset, &micros);
}

bool parse_date(std::string_view text, std::int64_t& days) {
  std::int64_t micros = 0;
  if (text.find(':') != std::string_view::npos && parse_timestamp(text, micros)) {
    days = micros / kDay - (micros % kDay < 0 ? 1 : 0);
    return true;
  }
  return take_date(text, days) && (text.empty() || text == "Z");
}

bool parse_time(std::string_view text, std::int64_t& micros) {
  const bool negative = take(text, '-');
  if (!take_clock(text, 9, micros)) {
    return false;
  }
  take(text, 'Z');
  micros = negative ? -micros : micros;
  return text.empty();
}

bool parse_integer(std::string_view text, std::int64_t& out) {
  const auto [at, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc() && at == text.data() + text.size();
}

void append_date(std::string& out, std::int64_t days) {
  const CivilDate d = civil_from_days(days);
  if (d.year < 0) {  // no server's literal; shown in errors
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", d.year, d.month, d.day);
    return;
  }
  append_ymd(out, static_cast<std::uint64_t>(d.year), d.month, d.day);
}

void append_time(std::string& out, std::int64_t micros) {
  const std::uint64_t all =
      micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  if (micros < 0) {
    out += '-';
  }
  append_hms(out, all / kSecond);
  const auto fraction = static_cast<std::uint32_t>(all % kSecond);
  append_fraction(out, fraction, fraction == 0 ? 0 : 6);
}

void append_timestamp(std::string& out, std::int64_t micros) {
  const std::int64_t days = micros / kDay - (micros % kDay < 0 ? 1 : 0);
  append_date(out, days);
  out += ' ';
  append_time(out, micros - days * kDay);
}

namespace {

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

}  // namespace

void append_json(std::string& out, const Value& value) {
  std::int64_t n = 0;
  if (value.is_null()) {
    out += "null";
  } else if (const auto* b = value.get_if<bool>()) {
    out += *b ? "true" : "false";
  } else if (value.to_int64(n)) {
    fmt::format_to(std::back_inserter(out), "{}", n);
  } else if (const auto* d = value.get_if<double>(); d != nullptr && std::isfinite(*d)) {
    append_real(out, *d, false);
  } else if (const auto* f = value.get_if<float>(); f != nullptr && std::isfinite(*f)) {
    append_real(out, *f, true);
  } else if (const auto* text = value.string()) {
    append_json_text(out, *text);
  } else if (const auto* bytes = value.bytes()) {
    out += '"';
    append_base64(out, bytes->data);
    out += '"';
  } else if (const auto* array = value.array()) {
    char before = '[';
    for (const auto& element : *array) {
      out += before;
      before = ',';
      append_json(out, element);
    }
    out += before == '[' ? "[]" : "]";
  } else if (const auto* map = value.map()) {
    char before = '{';
    for (const auto& [k, v] : *map) {
      out += before;
      before = ',';
      append_json_text(
          out, k.string() != nullptr ? *k.string() : [&k] {
            std::string t;
            append_json(t, k);
            return t;
          }());
      out += ':';
      append_json(out, v);
    }
    out += before == '{' ? "{}" : "}";
  } else if (const auto* s = value.structure()) {
    char before = '{';
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      out += before;
      before = ',';
      append_json_text(out, s->schema->fields()[i].name);
      out += ':';
      append_json(out, s->fields[i]);
    }
    out += before == '{' ? "{}" : "}";
  } else {
    out += "null";
  }
}

}  // namespace tandem::sql_sink
