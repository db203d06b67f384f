#include "connectors/postgres/pgoutput/text_values.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace tandem;
using namespace tandem::pgoutput;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::int64_t number = 0;
  std::string bytes;
  double x = 0, y = 0;
  Numeric numeric;
  ZonedTime zoned;
  Interval interval;
  Moment moment;
  switch (data[0] % 10) {
    case 0:
      (void)parse_numeric(text, numeric);
      (void)parse_numeric(text, numeric, 6);
      break;
    case 1:
      (void)parse_date(text, number);
      break;
    case 2:
      (void)parse_time(text, number);
      (void)parse_timetz(text, zoned);
      break;
    case 3:
      (void)parse_timestamp(text, moment);
      (void)parse_timestamptz(text, moment);
      break;
    case 4:
      (void)parse_interval(text, interval);
      break;
    case 5:
      (void)parse_bytea(text, bytes);
      (void)parse_bits(text, bytes);
      break;
    case 6:
      (void)parse_money(text, bytes);
      (void)parse_point(text, x, y);
      break;
    case 7:
      (void)parse_double(text, x);
      (void)parse_uuid(text);
      break;
    case 8:
      (void)parse_array(
          text, [](std::optional<std::string_view>) -> Result<void> { return boost::outcome_v2::success(); });
      break;
    default:
      (void)parse_hstore(text, [](std::string_view, std::optional<std::string_view>) {});
  }
  return 0;
}
