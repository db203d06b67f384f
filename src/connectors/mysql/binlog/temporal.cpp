#include "connectors/mysql/binlog/temporal.hpp"

namespace tandem::binlog {
namespace {

bool read_be(ByteReader& in, std::uint64_t& out, std::size_t bytes) noexcept {
  BytesView raw;
  if (!in.read_bytes(raw, bytes)) {
    return false;
  }
  out = 0;
  for (unsigned char c : raw) {
    out = out << 8 | c;
  }
  return true;
}

constexpr std::uint32_t kMicrosOfUnit[] = {0, 10'000, 100, 1};  // by bytes of the fraction

/// Fraction of 0 to 3 bytes, big-endian, in hundredths, ten-thousandths or millionths.
bool read_fraction(ByteReader& in, unsigned digits, std::uint32_t& micros) noexcept {
  std::uint64_t v = 0;
  const unsigned bytes = (digits + 1) / 2;
  if (digits > 6 || !read_be(in, v, bytes)) {
    return false;
  }
  micros = static_cast<std::uint32_t>(v) * kMicrosOfUnit[bytes];
  return micros < 1'000'000;
}

/// year * 13 + month in 17 bits, day in 5, hour in 5, minute in 6, second in 6.
TimeParts split_datetime(std::uint64_t packed) noexcept {
  TimeParts t;
  t.second = static_cast<std::uint8_t>(packed & 63);
  t.minute = static_cast<std::uint8_t>(packed >> 6 & 63);
  t.hour = static_cast<std::uint16_t>(packed >> 12 & 31);
  t.day = static_cast<std::uint8_t>(packed >> 17 & 31);
  const std::uint64_t months = packed >> 22;
  t.year = static_cast<std::uint16_t>(months / 13);
  t.month = static_cast<std::uint8_t>(months % 13);
  return t;
}

TimeParts split_time(std::uint64_t packed) noexcept {
  TimeParts t;
  t.second = static_cast<std::uint8_t>(packed & 63);
  t.minute = static_cast<std::uint8_t>(packed >> 6 & 63);
  t.hour = static_cast<std::uint16_t>(packed >> 12 & 1023);
  return t;
}

void set_time(CellView& cell, CellKind kind, unsigned digits, const TimeParts& parts) noexcept {
  cell.kind = kind;
  cell.scale = static_cast<std::uint8_t>(digits);
  cell.time = parts;
}

}  // namespace

bool read_date(ByteReader& in, CellView& cell) noexcept {
  std::uint64_t v = 0;
  if (!in.read_uint(v, 3)) {
    return false;
  }
  TimeParts t;
  t.day = static_cast<std::uint8_t>(v & 31);
  t.month = static_cast<std::uint8_t>(v >> 5 & 15);
  t.year = static_cast<std::uint16_t>(v >> 9);
  set_time(cell, CellKind::date, 0, t);
  return true;
}

bool read_time(ByteReader& in, unsigned digits, CellView& cell) noexcept {
  // Whole seconds and fraction are one number, offset so that negative ones sort first; so a negative value
  // has to be taken together before it is split.
  const unsigned fraction_bytes = (digits + 1) / 2;
  std::uint64_t raw = 0;
  if (digits > 6 || !read_be(in, raw, 3 + fraction_bytes)) {
    return false;
  }
  const std::int64_t offset = std::int64_t{0x800000} << (8 * fraction_bytes);
  const std::int64_t v = static_cast<std::int64_t>(raw) - offset;
  const std::uint64_t absolute = static_cast<std::uint64_t>(v < 0 ? -v : v);
  TimeParts t = split_time(absolute >> (8 * fraction_bytes));
  const std::uint64_t fraction = absolute & ((1ULL << (8 * fraction_bytes)) - 1);
  t.micros = static_cast<std::uint32_t>(fraction) * kMicrosOfUnit[fraction_bytes];
  t.negative = v < 0;
  set_time(cell, CellKind::time, digits, t);
  return t.micros < 1'000'000;
}

bool read_datetime(ByteReader& in, unsigned digits, CellView& cell) noexcept {
  std::uint64_t v = 0;
  std::uint32_t micros = 0;
  if (!read_be(in, v, 5) || !read_fraction(in, digits, micros)) {
    return false;
  }
  TimeParts t = split_datetime(v & 0x7FFFFFFFFFULL);
  t.micros = micros;
  set_time(cell, CellKind::datetime, digits, t);
  return true;
}

bool read_timestamp(ByteReader& in, unsigned digits, CellView& cell) noexcept {
  std::uint64_t seconds = 0;
  std::uint32_t micros = 0;
  if (!read_be(in, seconds, 4) || !read_fraction(in, digits, micros)) {
    return false;
  }
  cell.kind = CellKind::timestamp;
  cell.scale = static_cast<std::uint8_t>(digits);
  cell.instant = {static_cast<std::int64_t>(seconds), micros};
  return true;
}

bool read_time_old(ByteReader& in, CellView& cell) noexcept {
  std::uint64_t v = 0;
  if (!in.read_uint(v, 3)) {
    return false;
  }
  auto number = static_cast<std::int32_t>(v);
  number = (number & 0x800000) != 0 ? number - 0x1000000 : number;
  TimeParts t;
  t.negative = number < 0;
  const auto absolute = static_cast<std::uint32_t>(number < 0 ? -number : number);
  t.hour = static_cast<std::uint16_t>(absolute / 10000);
  t.minute = static_cast<std::uint8_t>(absolute / 100 % 100);
  t.second = static_cast<std::uint8_t>(absolute % 100);
  set_time(cell, CellKind::time, 0, t);
  return true;
}

bool read_datetime_old(ByteReader& in, CellView& cell) noexcept {
  std::uint64_t v = 0;
  if (!in.read(v)) {
    return false;
  }
  TimeParts t;
  const std::uint64_t date = v / 1'000'000, time = v % 1'000'000;
  t.year = static_cast<std::uint16_t>(date / 10000);
  t.month = static_cast<std::uint8_t>(date / 100 % 100);
  t.day = static_cast<std::uint8_t>(date % 100);
  t.hour = static_cast<std::uint16_t>(time / 10000);
  t.minute = static_cast<std::uint8_t>(time / 100 % 100);
  t.second = static_cast<std::uint8_t>(time % 100);
  set_time(cell, CellKind::datetime, 0, t);
  return true;
}

bool read_timestamp_old(ByteReader& in, CellView& cell) noexcept {
  std::uint32_t seconds = 0;
  if (!in.read(seconds)) {
    return false;
  }
  cell.kind = CellKind::timestamp;
  cell.instant = {seconds, 0};
  return true;
}

TimeParts time_from_packed(std::int64_t packed) noexcept {
  const auto absolute =
      packed < 0 ? 0 - static_cast<std::uint64_t>(packed) : static_cast<std::uint64_t>(packed);
  TimeParts t = split_time(absolute >> 24);
  t.micros = static_cast<std::uint32_t>(absolute & 0xFFFFFF);
  t.negative = packed < 0;
  return t;
}

TimeParts datetime_from_packed(std::int64_t packed) noexcept {
  const auto absolute =
      packed < 0 ? 0 - static_cast<std::uint64_t>(packed) : static_cast<std::uint64_t>(packed);
  TimeParts t = split_datetime(absolute >> 24);
  t.micros = static_cast<std::uint32_t>(absolute & 0xFFFFFF);
  return t;
}

}  // namespace tandem::binlog
