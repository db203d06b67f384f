#include "tandem/data/logical.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tandem {
namespace {

std::string hex(std::string_view text, int scale) {
  return to_hex(value_or_throw(decimal_from_text(text, scale)).view());
}

TEST(Decimal, BytesAsBigIntegerMakesThem) {
  EXPECT_EQ(hex("0", 0), "00");
  EXPECT_EQ(hex("127", 0), "7f");
  EXPECT_EQ(hex("128", 0), "0080");
  EXPECT_EQ(hex("-128", 0), "80");
  EXPECT_EQ(hex("-129", 0), "ff7f");
  EXPECT_EQ(hex("1.10", 2), "6e");
  EXPECT_EQ(hex("1.1", 4), "2af8");
  EXPECT_EQ(hex("18446744073709551615", 0), "00ffffffffffffffff");
  EXPECT_EQ(hex("-18446744073709551616", 0), "ff0000000000000000");
  EXPECT_EQ(hex("-12345678901234.123456", 6), "ff54ab567314e7bd40");
}

TEST(Decimal, RefusesWhatIsNoNumberOrWouldLoseDigits) {
  for (const char* bad : {"", "-", ".", "1e5", "1.2.3", "0x1", "NaN"}) {
    EXPECT_FALSE(decimal_from_text(bad, 2).has_value()) << bad;
  }
  EXPECT_FALSE(decimal_from_text("1.234", 2).has_value());
  EXPECT_TRUE(decimal_from_text("1.2300", 2).has_value());
}

TEST(Decimal, PlainText) {
  EXPECT_EQ(decimal_to_text(std::string("\x6e", 1), 2), "1.10");
  EXPECT_EQ(decimal_to_text(std::string("\xff", 1), 3), "-0.001");
  EXPECT_EQ(decimal_to_text(std::string("\x05", 1), -2), "500");
  EXPECT_EQ(decimal_to_text(std::string("\x00", 1), 0), "0");
}

TEST(Decimal, RoundTripOfRandomNumbersOfAnyLength) {
  std::mt19937 random(2);
  for (int n = 0; n < 2000; ++n) {
    const int scale = static_cast<int>(random() % 31);
    std::string text = random() % 2 == 0 ? "-" : "";
    const auto digits = 1 + random() % 60;
    text += static_cast<char>('1' + random() % 9);
    for (unsigned i = 1; i < digits; ++i) {
      text += static_cast<char>('0' + random() % 10);
    }
    if (scale > 0) {
      text += '.';
      for (int i = 0; i < scale; ++i) {
        text += static_cast<char>('0' + random() % 10);
      }
    }
    ASSERT_EQ(decimal_to_text(value_or_throw(decimal_from_text(text, scale)).view(), scale), text);
  }
}

TEST(Civil, BothWaysOverFarYears) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2024, 2, 29), 19782);
  EXPECT_EQ(days_from_civil(1000, 1, 1), -354285);
  for (std::int64_t d = -4'000'000; d < 4'000'000; d += 997) {
    const auto c = civil_from_days(d);
    ASSERT_EQ(days_from_civil(c.year, c.month, c.day), d);
  }
}

}  // namespace
}  // namespace tandem
