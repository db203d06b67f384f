#pragma once
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace tandem::binlog {

enum class CellKind : std::uint8_t {
  absent,  ///< not in this row image (binlog_row_image MINIMAL or NOBLOB): unknown, which is not NULL
  null,
  int64,      ///< i64
  uint64,     ///< u64
  float32,    ///< f32
  float64,    ///< f64
  decimal,    ///< bytes: MySQL's packed form; precision, scale. See decimal.hpp
  string,     ///< bytes, in the column's character set; binary columns too. CHAR and BINARY without their
              ///< padding
  date,       ///< time: year, month, day; zeros possible
  time,       ///< time: negative, hour (to 838), minute, second, micros; scale: fraction digits
  datetime,   ///< time: all but negative; zeros possible; scale: fraction digits
  timestamp,  ///< instant: UTC; scale: fraction digits. 0 seconds and 0 micros is the zero timestamp
  year,       ///< u64: 1901 to 2155, or 0
  bit,        ///< bytes: big-endian, (precision + 7) / 8; precision: bits
  enum_,      ///< u64: number of the member from 1; 0 is the invalid empty member
  set,        ///< u64: bit mask, the first member is bit 0
  json,       ///< bytes: MySQL's binary JSON; see json_binary.hpp. Empty: JSON null
  geometry,   ///< bytes: SRID (4, little-endian), then WKB
  vector,     ///< bytes: IEEE single floats, little-endian
};

std::string_view to_string(CellKind kind) noexcept;

struct TimeParts {
  std::uint32_t micros = 0;
  std::uint16_t year = 0, hour = 0;
  std::uint8_t month = 0, day = 0, minute = 0, second = 0;
  bool negative = false;
  friend bool operator==(const TimeParts&, const TimeParts&) = default;
};

struct InstantParts {
  std::int64_t seconds = 0;
  std::uint32_t micros = 0;
};

/// One value of one row: 24 bytes, no ownership. The member of the union goes by `kind`.
struct CellView {
  CellKind kind = CellKind::absent;
  std::uint8_t precision = 0, scale = 0;
  union {
    std::int64_t i64;
    std::uint64_t u64;
    float f32;
    double f64;
    TimeParts time;
    InstantParts instant;
    BytesView bytes;
  };
  CellView() noexcept : i64(0) {}
  bool has_value() const noexcept { return kind > CellKind::null; }
};

}  // namespace tandem::binlog
