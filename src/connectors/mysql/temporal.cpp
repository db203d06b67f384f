#include "connectors/mysql/temporal.hpp"

#include "tandem/base/digits.hpp"
#include "tandem/data/logical.hpp"

namespace tandem::mysql {
namespace {

constexpr std::int64_t kDay = 86'400'000'000;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Digits up to a non-digit.
bool number(BytesView text, std::size_t& at, std::int64_t& out) {
  const std::size_t from = at;
  out = 0;
  while (at < text.size() && is_digit(text[at]) && at - from < 12) {
    out = out * 10 + (text[at++] - '0');
  }
  return at > from;
}

/// ".5" to 500000; advances.
std::uint32_t fraction(BytesView text, std::size_t& at) {
  std::uint32_t micros = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    std::uint32_t unit = 100'000;
    for (; at < text.size() && is_digit(text[at]); ++at, unit /= 10) {
      micros += unit * static_cast<std::uint32_t>(text[at] - '0');
    }
  }
  return micros;
}

}  // namespace

std::optional<Cell::Civil> parse_datetime(BytesView text) {
  std::size_t at = 0;
  std::int64_t part[6] = {0, 0, 0, 0, 0, 0};
  for (int i = 0; i < 6; ++i) {
    if (!number(text, at, part[i])) {
      return std::nullopt;
    }
    if (at == text.size() || text[at] == '.') {
      if (i < 2) {
        return std::nullopt;
      }
      break;
    }
    ++at;
  }
  Cell::Civil t{static_cast<std::int32_t>(part[0]),
                static_cast<std::uint8_t>(part[1]),
                static_cast<std::uint8_t>(part[2]),
                static_cast<std::uint8_t>(part[3]),
                static_cast<std::uint8_t>(part[4]),
                static_cast<std::uint8_t>(part[5]),
                0};
  t.micros = fraction(text, at);
  return t;
}

std::optional<std::int64_t> parse_time(BytesView text) {
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  at += negative;
  std::int64_t h = 0, m = 0, s = 0;
  if (!number(text, at, h) || at == text.size() || text[at++] != ':' || !number(text, at, m)) {
    return std::nullopt;
  }
  if (at < text.size() && text[at] == ':') {
    ++at;
    if (!number(text, at, s)) {
      return std::nullopt;
    }
  }
  const std::int64_t micros = (h * 3600 + m * 60 + s) * 1'000'000 + fraction(text, at);
  return negative ? -micros : micros;
}

bool is_real_date(const Cell::Civil& t) noexcept { return t.month != 0 && t.day != 0; }

std::int64_t epoch_micros(const Cell::Civil& t) noexcept {
  return days_from_civil(t.year, t.month, t.day) * kDay +
         ((t.hour * 60LL + t.minute) * 60 + t.second) * 1'000'000LL + t.micros;
}

Cell::Civil civil_of_micros(std::int64_t micros) noexcept {
  std::int64_t days = micros / kDay, rest = micros % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const CivilDate date = civil_from_days(days);
  const std::int64_t seconds = rest / 1'000'000;
  return {static_cast<std::int32_t>(date.year),         static_cast<std::uint8_t>(date.month),
          static_cast<std::uint8_t>(date.day),          static_cast<std::uint8_t>(seconds / 3600),
          static_cast<std::uint8_t>(seconds / 60 % 60), static_cast<std::uint8_t>(seconds % 60),
          static_cast<std::uint32_t>(rest % 1'000'000)};
}

void append_iso_date(std::string& out, const Cell::Civil& t) {
  append_ymd(out, static_cast<std::uint32_t>(t.year), t.month, t.day);
}

void append_iso_time(std::string& out, const Cell::Civil& t, int digits) {
  append_hms(out, (t.hour * 60U + t.minute) * 60 + t.second);
  append_fraction(out, t.micros, digits);
}

}  // namespace tandem::mysql
