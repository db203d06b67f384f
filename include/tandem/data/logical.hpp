#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/result.hpp"
#include "tandem/data/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem {

/// Names and conversions of Connect's own logical types (connect-runtime.md §4.3).
namespace logical {
inline constexpr std::string_view kDecimal = "org.apache.kafka.connect.data.Decimal";
inline constexpr std::string_view kDate = "org.apache.kafka.connect.data.Date";
inline constexpr std::string_view kTime = "org.apache.kafka.connect.data.Time";
inline constexpr std::string_view kTimestamp = "org.apache.kafka.connect.data.Timestamp";
}  // namespace logical

/// Unscaled value of a plain decimal text ("-12.340", no exponent) rescaled to `scale`: big-endian two's
/// complement, shortest form, as BigDecimal.unscaledValue().toByteArray(). Error(data) when it is no number
/// or would lose digits.
Result<Bytes> decimal_from_text(std::string_view text, int scale);
/// Plain notation ("-0.001230"), as BigDecimal.toPlainString(). Any length.
std::string decimal_to_text(BytesView unscaled, int scale);

/// Connect's Decimal schema: name, version 1, parameter scale, then connect.decimal.precision when precision
/// > 0.
SchemaBuilder decimal_schema(int scale, int precision = 0);

/// Proleptic Gregorian civil date to days since 1970-01-01, and back. Any year that fits.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) noexcept;
struct CivilDate {
  std::int64_t year;
  unsigned month, day;
};
CivilDate civil_from_days(std::int64_t days) noexcept;

}  // namespace tandem
