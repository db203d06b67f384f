#include "tandem/base/digits.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

std::string padded(std::uint64_t value, std::size_t width) {
  std::string out = "<";
  append_padded(out, value, width);
  return out;
}

std::string fraction(std::uint32_t micros, int digits) {
  std::string out = "59";
  append_fraction(out, micros, digits);
  return out;
}

TEST(Digits, PaddedFillsWithZerosAndNeverCuts) {
  EXPECT_EQ(padded(7, 2), "<07");
  EXPECT_EQ(padded(0, 1), "<0");
  EXPECT_EQ(padded(838, 2), "<838");
  EXPECT_EQ(padded(2024, 4), "<2024");
  EXPECT_EQ(padded(UINT64_MAX, 4), "<18446744073709551615");
}

TEST(Digits, DatesAndClocksFillTheirPlaces) {
  std::string out;
  append_ymd(out, 24, 2, 9);
  out += ' ';
  append_hms(out, 3'600 + 2 * 60 + 3);
  EXPECT_EQ(out, "0024-02-09 01:02:03");
  out.clear();
  append_ymd(out, 294'276, 12, 31);
  out += ' ';
  append_hms(out, 838 * 3'600 + 59 * 60 + 59);
  EXPECT_EQ(out, "294276-12-31 838:59:59");
}

TEST(Digits, FractionIsOfTheColumnsPrecision) {
  EXPECT_EQ(fraction(120'000, 0), "59");
  EXPECT_EQ(fraction(0, 3), "59.000");
  EXPECT_EQ(fraction(123'456, 3), "59.123");
  EXPECT_EQ(fraction(7, 6), "59.000007");
}

TEST(Digits, FractionIsAsLongAsNeeded) {
  EXPECT_EQ(fraction(0, -1), "59");
  EXPECT_EQ(fraction(500'000, -1), "59.5");
  EXPECT_EQ(fraction(10, -1), "59.00001");
  EXPECT_EQ(fraction(999'999, -1), "59.999999");
}

}  // namespace
}  // namespace tandem
