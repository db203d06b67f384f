#pragma once
#include "connectors/relational/model/table_schema.hpp"
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tandem::mysql {

/// One column value on its way to a Connect value, from a binlog row or from a text result set. Views into
/// the packet.
struct Cell {
  enum class Kind : std::uint8_t {
    null,
    signed_int,    ///< i; also YEAR (the year; 0 is 0000), ENUM index, SET bits, BIT bits
    unsigned_int,  ///< u
    real32,        ///< f
    real64,        ///< d
    text,          ///< bytes in the column's character set; DECIMAL in plain digits; JSON as text
    sql_text,      ///< bytes as the server prints the value in a result set of utf8mb4
    date,          ///< t, without time
    datetime,      ///< t
    time,          ///< i: signed microseconds
    timestamp,     ///< i: microseconds since the epoch, 0 with zero_date: 0000-00-00
  };
  struct Civil {
    std::int32_t year = 0;
    std::uint8_t month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::uint32_t micros = 0;
  };
  Kind kind = Kind::null;
  bool zero_date = false;
  union {
    std::int64_t i = 0;
    std::uint64_t u;
    double d;
    float f;
  };
  Civil t;
  BytesView bytes;

  static Cell of_text(BytesView text) {
    Cell c;
    c.kind = Kind::sql_text;
    c.bytes = text;
    return c;
  }
};

/// The settings that choose between mappings (TYPES.md).
struct ValueOptions {
  enum class Time { adaptive_microseconds, connect, isostring, microseconds, nanoseconds };
  enum class Decimal { precise, real, text };
  enum class Binary { bytes, base64, base64_url, hex };
  Time time = Time::adaptive_microseconds;
  Decimal decimal = Decimal::precise;
  Binary binary = Binary::bytes;
  bool unsigned_bigint_precise = false;
  bool adjust_years = true;  ///< enable.time.adjuster
  /// Each throws TandemError(config) for a word that is none of the setting's.
  static ValueOptions from(const Config& config);
};

/// Schema and writer of a column; nullopt: no mapping, the field is left out.
std::optional<relational::ColumnPlan<Cell>> plan_column(const relational::Column& column,
                                                        const ValueOptions& options);

}  // namespace tandem::mysql
