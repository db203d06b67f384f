#include "connectors/postgres/pgoutput/text_values.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::pgoutput {
namespace {

std::string numeric(std::string_view text, std::optional<int> scale = std::nullopt) {
  Numeric n;
  if (!parse_numeric(text, n, scale)) {
    return "refused";
  }
  return n.special != Numeric::Special::none ? "special"
                                             : to_hex(n.unscaled.view()) + ":" + std::to_string(n.scale);
}

// Expected bytes are BigInteger.toByteArray() of the unscaled value.
TEST(PgTextValues, Numeric) {
  EXPECT_EQ(numeric("0"), "00:0");
  EXPECT_EQ(numeric("-0"), "00:0");
  EXPECT_EQ(numeric("1.50"), "0096:2");
  EXPECT_EQ(numeric("127"), "7f:0");
  EXPECT_EQ(numeric("128"), "0080:0");
  EXPECT_EQ(numeric("-128"), "80:0");
  EXPECT_EQ(numeric("-129"), "ff7f:0");
  EXPECT_EQ(numeric("1.5", 4), "3a98:4");
  EXPECT_EQ(numeric("1.5000", 1), "0f:1");
  EXPECT_EQ(numeric("1.55", 1), "refused");
  EXPECT_EQ(numeric("9223372036854775808"), "008000000000000000:0");
  EXPECT_EQ(numeric("-9223372036854775808"), "8000000000000000:0");
  EXPECT_EQ(numeric("-9223372036854775809"), "ff7fffffffffffffff:0");
  EXPECT_EQ(numeric("340282366920938463463374607431768211456"), "0100000000000000000000000000000000:0");
  EXPECT_EQ(numeric("-340282366920938463463374607431768211456"), "ff00000000000000000000000000000000:0");
  EXPECT_EQ(numeric("NaN"), "special");
  EXPECT_EQ(numeric("-Infinity"), "special");
  for (const char* bad : {"", "-", ".", "1.", ".5", "1e5", "1,5", "--1", "+1", " 1"}) {
    EXPECT_EQ(numeric(bad), "refused") << bad;
  }
}

TEST(PgTextValues, Dates) {
  std::int64_t d = 0;
  ASSERT_TRUE(parse_date("1970-01-01", d));
  EXPECT_EQ(d, 0);
  ASSERT_TRUE(parse_date("2024-02-29", d));
  EXPECT_EQ(d, 19782);
  ASSERT_TRUE(parse_date("0001-01-01 BC", d));
  EXPECT_EQ(d, -719528);
  ASSERT_TRUE(parse_date("5874897-12-31", d));
  EXPECT_EQ(d, 2145042905);
  ASSERT_TRUE(parse_date("-infinity", d));
  EXPECT_EQ(d, kMinusInfinity);
  for (const char* bad :
       {"", "2024", "2024-13-01", "2024-00-01", "2024-01-32", "2024-01-01x", "2024-01-01 ", "a-b-c"}) {
    EXPECT_FALSE(parse_date(bad, d)) << bad;
  }
}

TEST(PgTextValues, Times) {
  std::int64_t us = 0;
  ASSERT_TRUE(parse_time("23:59:59.999999", us));
  EXPECT_EQ(us, 86'399'999'999);
  ASSERT_TRUE(parse_time("24:00:00", us));
  EXPECT_EQ(us, 86'400'000'000);
  ASSERT_TRUE(parse_time("12:34:56.789", us));
  EXPECT_EQ(us, 45'296'789'000);
  ZonedTime z;
  ASSERT_TRUE(parse_timetz("12:00:00+02", z));
  EXPECT_EQ(z.offset_seconds, 7200);
  ASSERT_TRUE(parse_timetz("12:00:00.5-03:30:15", z));
  EXPECT_EQ(z.offset_seconds, -12615);
  EXPECT_FALSE(parse_timetz("12:00:00", z));
  for (const char* bad : {"", "1:", "25:00:00", "12:60:00", "12:00", "12:00:00.", "12:00:00x"}) {
    EXPECT_FALSE(parse_time(bad, us)) << bad;
  }
}

TEST(PgTextValues, Timestamps) {
  Moment at;
  ASSERT_TRUE(parse_timestamp("2024-05-06 07:08:09.123456", at));
  EXPECT_EQ(at.seconds, 1'714'979'289);
  EXPECT_EQ(at.us, 123'456);
  ASSERT_TRUE(parse_timestamptz("2024-05-06 07:08:09.123456+03", at));
  EXPECT_EQ(at.seconds, 1'714'968'489);
  ASSERT_TRUE(parse_timestamptz("1900-01-01 00:00:00+00:19:32", at));
  EXPECT_EQ(at.seconds, -25567LL * 86400 - 1172);
  ASSERT_TRUE(parse_timestamp("4713-01-01 00:00:00 BC", at));
  EXPECT_EQ(at.seconds, -210'863'520'000);
  ASSERT_TRUE(parse_timestamp("294276-12-31 23:59:59.999999", at));
  EXPECT_EQ(at.seconds, 9'224'318'015'999);
  EXPECT_EQ(at.infinite, 0);
  ASSERT_TRUE(parse_timestamp("-infinity", at));
  EXPECT_EQ(at.infinite, -1);
  EXPECT_FALSE(parse_timestamp("2024-05-06 07:08:09+00", at));
  EXPECT_FALSE(parse_timestamptz("2024-05-06 07:08:09", at));
  EXPECT_FALSE(parse_timestamp("99999999-05-06 07:08:09", at));
}

TEST(PgTextValues, Intervals) {
  Interval i;
  ASSERT_TRUE(parse_interval("1 year 2 mons 3 days 04:05:06.5", i));
  EXPECT_EQ(i.months, 14);
  EXPECT_EQ(i.days, 3);
  EXPECT_EQ(i.us, 14'706'500'000);
  ASSERT_TRUE(parse_interval("-1 years -2 mons +3 days -04:05:06", i));
  EXPECT_EQ(i.months, -14);
  EXPECT_EQ(i.days, 3);
  EXPECT_EQ(i.us, -14'706'000'000);
  ASSERT_TRUE(parse_interval("00:00:00", i));
  EXPECT_EQ(i.us, 0);
  ASSERT_TRUE(parse_interval("178000000 years", i));
  EXPECT_EQ(i.months, 2'136'000'000);
  ASSERT_TRUE(parse_interval("infinity", i));
  EXPECT_EQ(i.infinite, 1);
  for (const char* bad : {"", "1", "1 ", "1 week", "P1Y", "1 day ", "1 day 2", "04:05", "999999999 years"}) {
    EXPECT_FALSE(parse_interval(bad, i)) << bad;
  }
}

TEST(PgTextValues, Binary) {
  std::string out;
  ASSERT_TRUE(parse_bytea("\\x00fF01", out));
  EXPECT_EQ(to_hex(out), "00ff01");
  ASSERT_TRUE(parse_bytea("\\x", out));
  EXPECT_EQ(out, "");
  EXPECT_FALSE(parse_bytea("\\x0", out));
  EXPECT_FALSE(parse_bytea("\\x0g", out));
  EXPECT_FALSE(parse_bytea("\\000", out));
  ASSERT_TRUE(parse_bits("101010101010", out));
  EXPECT_EQ(to_hex(out), "aa0a");
  ASSERT_TRUE(parse_bits("", out));
  EXPECT_EQ(out, "");
  EXPECT_FALSE(parse_bits("102", out));
  EXPECT_TRUE(parse_uuid("b68a35a7-17ad-35b3-af2a-ae46edb4545a"));
  EXPECT_FALSE(parse_uuid("b68a35a7x17ad-35b3-af2a-ae46edb4545a"));
}

TEST(PgTextValues, MoneyPointFloat) {
  std::string d;
  ASSERT_TRUE(parse_money("-$1,234.56", d));
  EXPECT_EQ(d, "-1234.56");
  ASSERT_TRUE(parse_money("($1.00)", d));
  EXPECT_EQ(d, "-1.00");
  EXPECT_FALSE(parse_money("$", d));
  EXPECT_FALSE(parse_money("1.", d));
  double x = 0, y = 0;
  ASSERT_TRUE(parse_point("(1,-2.5)", x, y));
  EXPECT_EQ(x, 1);
  EXPECT_EQ(y, -2.5);
  EXPECT_FALSE(parse_point("(1)", x, y));
  ASSERT_TRUE(parse_double("-Infinity", x));
  EXPECT_TRUE(std::isinf(x));
  ASSERT_TRUE(parse_double("NaN", x));
  EXPECT_TRUE(std::isnan(x));
  EXPECT_FALSE(parse_double("", x));
}

std::string array(std::string_view text) {
  std::string out;
  const auto r = parse_array(text, [&](std::optional<std::string_view> e) -> Result<void> {
    out += e ? "<" + std::string(*e) + ">" : "null";
    return boost::outcome_v2::success();
  });
  return r.has_value() ? out : "refused";
}

TEST(PgTextValues, Arrays) {
  EXPECT_EQ(array("{}"), "");
  EXPECT_EQ(array("{1,2,NULL}"), "<1><2>null");
  EXPECT_EQ(array(R"({a,"b c","NULL","q\"\\x",""})"), R"(<a><b c><NULL><q"\x><>)");
  EXPECT_EQ(array("[0:1]={7,8}"), "<7><8>");
  EXPECT_EQ(array("{{1},{2}}"), array("{NULL,NULL}"));
  EXPECT_EQ(array("{{{1,\"}\"},{2,3}}}"), array("{NULL}"));
  EXPECT_EQ(array("{{1},{2}"), "refused");
  EXPECT_EQ(array("{{1,{2}"), "refused");
  for (const char* bad : {"", "{", "1", "{,}", "{1,}", "{\"a}", "{a\"b\"}", "{\"a\"b}", "[0:1]", "{a}b}"}) {
    EXPECT_EQ(array(bad), "refused") << bad;
  }
}

TEST(PgTextValues, Hstore) {
  std::string out;
  const auto add = [&](std::string_view k, std::optional<std::string_view> v) {
    out += std::string(k) + "=" + (v ? std::string(*v) : "null") + ";";
  };
  ASSERT_TRUE(parse_hstore(R"("a"=>"1", "b\"q"=>NULL)", add));
  EXPECT_EQ(out, "a=1;b\"q=null;");
  EXPECT_TRUE(parse_hstore("", add));
  for (const char* bad : {"a", "\"a\"", "\"a\"=>", "\"a\"=>\"1\", ", "\"a\"=>\"1\"x", "\"a\"=>1"}) {
    EXPECT_FALSE(parse_hstore(bad, add)) << bad;
  }
}

}  // namespace
}  // namespace tandem::pgoutput
