#pragma once
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::sql_sink {

/// What a record's field means, from its schema's type and logical name: resolved once per schema.
enum class SourceKind : std::uint8_t {
  boolean,
  integer,
  real,
  text,
  bytes,
  decimal,
  variable_decimal,
  date,
  time_ms,
  time_us,
  time_ns,
  timestamp_ms,
  timestamp_us,
  timestamp_ns,
  zoned_timestamp,
  micro_duration,
  nano_duration,
  bits,
  geometry,
  json,
  array,
  map,
  structure
};

SourceKind source_kind(const Schema& schema) noexcept;
/// Of a schemaless value.
SourceKind source_kind(const Value& value) noexcept;

/// A value in the few forms that both dialects write. Views point into the value or into the scratch text.
struct Scalar {
  enum class Form : std::uint8_t {
    null,
    boolean,
    integer,
    real,
    decimal,  ///< `text`: plain notation
    text,
    bytes,
    date,       ///< `integer`: days since 1970-01-01
    time,       ///< `integer`: microseconds, any sign and size
    timestamp,  ///< `integer`: microseconds since the epoch, no zone
    instant,    ///< the same, UTC
    duration,   ///< `integer`: microseconds
    bits,       ///< `text`: little-endian bytes; `integer`: number of bits
    geometry,   ///< `text`: WKB or EWKB; `integer`: SRID, 0 unknown
    list,       ///< `value`: array, map or struct
  };
  Form form = Form::null;
  std::int64_t integer = 0;
  double real = 0;
  bool single = false;  ///< real came from FLOAT32
  std::string_view text;
  const Value* value = nullptr;
};

/// PostgreSQL's ±infinity as Debezium sends it for TIMESTAMP in microseconds (debezium-sources.md §2.4).
inline constexpr std::int64_t kPlusInfinity = 9223372036825200000;
inline constexpr std::int64_t kMinusInfinity = -9223372036832400000;

/// Throws TandemError(data) when the value does not have the shape its schema promises. `scratch` is
/// overwritten.
Scalar to_scalar(SourceKind kind, const Schema* schema, const Value& value, std::string& scratch);

/// ISO date and time, "2024-02-29[T ]12:00:00[.123456789][Z|+hh[:mm]]", also "infinity". False when it is
/// none. Nanoseconds are cut to microseconds; a zone is subtracted.
bool parse_timestamp(std::string_view text, std::int64_t& micros);
bool parse_date(std::string_view text, std::int64_t& days);
/// "[-]h:mm[:ss[.ffffff]]" with an optional trailing Z.
bool parse_time(std::string_view text, std::int64_t& micros);
bool parse_integer(std::string_view text, std::int64_t& out);

void append_date(std::string& out, std::int64_t days);          ///< 2024-02-29
void append_time(std::string& out, std::int64_t micros);        ///< [-]838:59:59[.123456]
void append_timestamp(std::string& out, std::int64_t micros);   ///< 2024-02-29 12:00:00[.123456]
void append_real(std::string& out, double value, bool single);  ///< shortest text that reads back
/// JSON of a Connect value, for maps, arrays and structs that go into a JSON or text column.
void append_json(std::string& out, const Value& value);
/// Plain text of a scalar for a text column; false when it has none (bytes, geometry).
bool append_plain(std::string& out, const Scalar& scalar);

}  // namespace tandem::sql_sink
