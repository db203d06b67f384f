#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// Values as the server's output functions write them, under DateStyle ISO, IntervalStyle postgres,
/// bytea_output hex, lc_monetary C (see session_settings() in the connector). No I/O, no allocation but for
/// what is returned; every function gives false (or Error(data)) for text that is not of that form.
namespace tandem::pgoutput {

/// A finite number is unscaled / 10^scale. `special` is set for NaN, Infinity, -Infinity.
struct Numeric {
  enum class Special : char { none, nan, infinity, minus_infinity } special = Special::none;
  Bytes unscaled;  ///< big-endian two's complement, shortest
  int scale = 0;
};
/// Keeps the digits as they stand ("1.50" has scale 2). With `wanted_scale` the value is brought to that
/// scale; false when digits other than zero would be lost.
bool parse_numeric(std::string_view text, Numeric& out, std::optional<int> wanted_scale = std::nullopt);

/// Ends of the range that infinities stand for.
inline constexpr std::int64_t kInfinity = INT64_MAX;
inline constexpr std::int64_t kMinusInfinity = INT64_MIN;

/// Days since 1970-01-01; kInfinity and kMinusInfinity.
bool parse_date(std::string_view text, std::int64_t& days);
/// Microseconds since midnight; 24:00:00 is allowed.
bool parse_time(std::string_view text, std::int64_t& us);
struct ZonedTime {
  std::int64_t us = 0;              ///< since midnight, local
  std::int32_t offset_seconds = 0;  ///< east of Greenwich
};
bool parse_timetz(std::string_view text, ZonedTime& out);
/// Since 1970-01-01 00:00; the server's last thirty years do not fit 64 bits of microseconds.
struct Moment {
  std::int64_t seconds = 0;
  std::int32_t us = 0;       ///< 0 to 999,999, also before 1970
  std::int8_t infinite = 0;  ///< 1 or -1
};
/// The zone is not looked at (timestamp) or applied (timestamptz, result UTC).
bool parse_timestamp(std::string_view text, Moment& out);
bool parse_timestamptz(std::string_view text, Moment& out);

struct Interval {
  std::int32_t months = 0;  ///< years included
  std::int32_t days = 0;
  std::int64_t us = 0;
  std::int8_t infinite = 0;  ///< PostgreSQL 17: 1 or -1
};
bool parse_interval(std::string_view text, Interval& out);

/// "\x00ff".
bool parse_bytea(std::string_view text, std::string& out);
bool parse_uuid(std::string_view text);
/// "1011" to Connect's Bits bytes: little-endian, ceil(n/8) bytes, the text's last digit is bit 0.
bool parse_bits(std::string_view text, std::string& out);
/// Digits and a sign of "-$1,234.56" or "($1.00)" as plain decimal text "-1234.56".
bool parse_money(std::string_view text, std::string& decimal);
/// Plain decimal text with at most `scale` digits behind the point, halves away from zero (Java's
/// RoundingMode.HALF_UP).
void round_half_up(std::string& decimal, int scale);
bool parse_point(std::string_view text, double& x, double& y);
/// Float text with "NaN", "Infinity", "-Infinity".
bool parse_double(std::string_view text, double& out);
bool parse_float(std::string_view text, float& out);

/// Calls `element` per element with nullopt for NULL; the view is valid during the call. An element that is
/// itself an array is NULL, as Debezium has it: an ARRAY schema of scalars cannot hold it. A lower bound
/// ("[0:1]={…}") is skipped.
Result<void> parse_array(std::string_view text,
                         const std::function<Result<void>(std::optional<std::string_view>)>& element,
                         char delimiter = ',');

/// Calls `entry` per `"key"=>"value"`, nullopt for NULL.
bool parse_hstore(
    std::string_view text,
    const std::function<void(std::string_view key, std::optional<std::string_view> value)>& entry);

}  // namespace tandem::pgoutput
