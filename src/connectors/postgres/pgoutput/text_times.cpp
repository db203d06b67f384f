#include "connectors/postgres/pgoutput/text_values.hpp"

#include <charconv>

namespace tandem::pgoutput {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// Eats digits (1 to `most`) from the front.
bool take_number(std::string_view& text, std::int64_t& out, std::size_t most = 9) {
  std::size_t n = 0;
  out = 0;
  while (n < text.size() && n < most && text[n] >= '0' && text[n] <= '9') {
    out = out * 10 + (text[n] - '0');
    ++n;
  }
  text.remove_prefix(n);
  return n > 0;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

/// Howard Hinnant's days_from_civil (public domain); the data room has it too, but decoders stand on base
/// alone.
std::int64_t days_from_civil(std::int64_t y, std::int64_t m, std::int64_t d) {
  y -= m <= 2 ? 1 : 0;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + (yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

/// "YYYY-MM-DD" without the era, which stands at the very end of the text.
bool take_date(std::string_view& text, bool bc, std::int64_t& days) {
  std::int64_t y = 0, m = 0, d = 0;
  if (!take_number(text, y, 7) || !take(text, '-') || !take_number(text, m, 2) || !take(text, '-') ||
      !take_number(text, d, 2) || m < 1 || m > 12 || d < 1 || d > 31) {
    return false;
  }
  days = days_from_civil(bc ? 1 - y : y, m, d);
  return true;
}

/// "HH:MM:SS[.ffffff]", hours up to `max_hours`.
bool take_clock(std::string_view& text, std::int64_t& us, std::int64_t max_hours) {
  std::int64_t h = 0, m = 0, s = 0, fraction = 0;
  if (!take_number(text, h, 10) || !take(text, ':') || !take_number(text, m, 2) || !take(text, ':') ||
      !take_number(text, s, 2) || h > max_hours || m > 59 || s > 60) {
    return false;
  }
  if (take(text, '.')) {
    const std::size_t before = text.size();
    if (!take_number(text, fraction, 6)) {
      return false;
    }
    for (std::size_t n = before - text.size(); n < 6; ++n) {
      fraction *= 10;
    }
  }
  us = ((h * 60 + m) * 60 + s) * kSecond + fraction;
  return true;
}

/// "+HH[:MM[:SS]]", seconds east.
bool take_zone(std::string_view& text, std::int32_t& seconds) {
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) {
    return false;
  }
  text.remove_prefix(1);
  std::int64_t h = 0, m = 0, s = 0;
  if (!take_number(text, h, 2)) {
    return false;
  }
  if (take(text, ':')) {
    if (!take_number(text, m, 2) || (take(text, ':') && !take_number(text, s, 2))) {
      return false;
    }
  }
  const auto total = static_cast<std::int32_t>((h * 60 + m) * 60 + s);
  seconds = west ? -total : total;
  return true;
}

bool take_era(std::string_view& text) {
  const bool bc = text.ends_with(" BC");
  text.remove_suffix(bc ? 3 : 0);
  return bc;
}

bool parse_timestamp_at(std::string_view text, bool zoned, Moment& out) {
  out = {};
  if (text == "infinity" || text == "-infinity") {
    out.infinite = text[0] == '-' ? -1 : 1;
    return true;
  }
  const bool bc = take_era(text);
  std::int64_t days = 0, clock = 0;
  std::int32_t offset = 0;
  if (!take_date(text, bc, days) || !take(text, ' ') || !take_clock(text, clock, 24) ||
      (zoned && !take_zone(text, offset)) || !text.empty()) {
    return false;
  }
  out.seconds = days * 86'400 + clock / kSecond - offset;
  out.us = static_cast<std::int32_t>(clock % kSecond);
  return true;
}

}  // namespace

bool parse_date(std::string_view text, std::int64_t& days) {
  if (text == "infinity" || text == "-infinity") {
    days = text[0] == '-' ? kMinusInfinity : kInfinity;
    return true;
  }
  const bool bc = take_era(text);
  return take_date(text, bc, days) && text.empty();
}

bool parse_time(std::string_view text, std::int64_t& us) { return take_clock(text, us, 24) && text.empty(); }

bool parse_timetz(std::string_view text, ZonedTime& out) {
  return take_clock(text, out.us, 24) && take_zone(text, out.offset_seconds) && text.empty();
}

bool parse_timestamp(std::string_view text, Moment& out) { return parse_timestamp_at(text, false, out); }
bool parse_timestamptz(std::string_view text, Moment& out) { return parse_timestamp_at(text, true, out); }

bool parse_interval(std::string_view text, Interval& out) {
  // IntervalStyle postgres: "1 year -2 mons +3 days -04:05:06.5"; each part carries its own sign.
  out = {};
  if (text == "infinity" || text == "-infinity") {
    out.infinite = text[0] == '-' ? -1 : 1;
    return true;
  }
  if (text.empty()) {
    return false;
  }
  while (!text.empty()) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
      text.remove_prefix(1);
    }
    std::string_view ahead = text;
    std::int64_t n = 0;
    if (!take_number(ahead, n, 10)) {
      return false;
    }
    if (ahead.starts_with(':')) {
      std::int64_t us = 0;
      if (!take_clock(text, us, 2'562'047'788) || !text.empty()) {
        return false;
      }
      out.us = negative ? -us : us;
      return true;
    }
    if (!take(ahead, ' ') || n > 2'147'483'648) {
      return false;
    }
    const std::string_view unit = ahead.substr(0, ahead.find(' '));
    ahead.remove_prefix(unit.size());
    if (!ahead.empty() && (!take(ahead, ' ') || ahead.empty())) {
      return false;
    }
    const std::int64_t value = negative ? -n : n;
    std::int64_t months = out.months, days = out.days;
    if (unit == "year" || unit == "years") {
      months += value * 12;
    } else if (unit == "mon" || unit == "mons") {
      months += value;
    } else if (unit == "day" || unit == "days") {
      days += value;
    } else {
      return false;
    }
    if (months > INT32_MAX || months < INT32_MIN || days > INT32_MAX || days < INT32_MIN) {
      return false;
    }
    out.months = static_cast<std::int32_t>(months);
    out.days = static_cast<std::int32_t>(days);
    text = ahead;
  }
  return true;
}

}  // namespace tandem::pgoutput
