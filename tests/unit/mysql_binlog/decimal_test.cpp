#include "connectors/mysql/binlog/decimal.hpp"

#include "tests/support/binlog_writer.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

using test::binlog_writer::packed_decimal;

std::string text(std::string_view packed, unsigned p, unsigned s) {
  std::string out;
  EXPECT_TRUE(append_decimal_text(out, packed, p, s));
  return out;
}

TEST(Decimal, ReadsMySqlsOwnExample) {
  // The comment of decimal2bin in MySQL's strings/decimal.cc: 1234567890.1234 as DECIMAL(14,4), and its
  // negative.
  EXPECT_EQ(text("\x81\x0D\xFB\x38\xD2\x04\xD2", 14, 4), "1234567890.1234");
  EXPECT_EQ(text("\x7E\xF2\x04\xC7\x2D\xFB\x2D", 14, 4), "-1234567890.1234");
}

TEST(Decimal, RoundTripsAtEveryPrecisionAndScale) {
  std::mt19937 random(7);
  for (unsigned p = 1; p <= 65; ++p) {
    for (unsigned s = 0; s <= p && s <= 30; ++s) {
      std::string digits;
      for (unsigned i = 0; i < p; ++i) {
        digits += static_cast<char>('0' + random() % 10);
      }
      digits[0] = digits[0] == '0' ? '3' : digits[0];
      std::string value = p == s ? "0" : digits.substr(0, p - s);
      value += s > 0 ? "." + digits.substr(p - s) : "";
      value = random() % 2 == 0 ? "-" + value : value;
      EXPECT_EQ(text(packed_decimal(value, p, s), p, s), value) << p << "," << s;
    }
  }
}

TEST(Decimal, RefusesWhatIsNoDecimal) {
  std::string out;
  EXPECT_FALSE(append_decimal_text(out, "", 10, 0));
  EXPECT_FALSE(append_decimal_text(out, "\x80", 10, 0));
  EXPECT_FALSE(append_decimal_text(out, "\x80", 2, 3));
  EXPECT_FALSE(append_decimal_text(out, "\xFF", 2, 0));  // 127 in a group of two digits
  EXPECT_EQ(decimal_size(82, 0), 0U);
}

}  // namespace
}  // namespace tandem::binlog
