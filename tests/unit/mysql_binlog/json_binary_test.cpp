#include "connectors/mysql/binlog/json_binary.hpp"

#include "connectors/mysql/binlog/table_map.hpp"
#include "tests/support/binlog_bytes.hpp"
#include "tests/support/binlog_writer.hpp"

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

using test::binlog_writer::Json;

std::string text(const std::string& document) {
  std::string out;
  value_or_throw(append_json_text(out, document));
  return out;
}

std::string packed(std::int64_t hour, int minute, int second, std::int64_t micros, bool negative = false) {
  std::string out;
  const std::int64_t v = (hour << 12 | minute << 6 | second) << 24 | micros;
  test::binlog_writer::put(out, static_cast<std::uint64_t>(negative ? -v : v), 8);
  return out;
}

TEST(JsonBinary, WritesAsDebeziumDoes) {
  const Json doc =
      Json::object({{"a", Json::object({{"n", Json::integer(-1)}})},
                    {"b", Json::array({Json::integer(1), Json::real(2.5), Json::string("x"), Json::null(),
                                       Json::boolean(true), Json::boolean(false)})}});
  EXPECT_EQ(text(doc.document()), R"({"a":{"n":-1},"b":[1,2.5,"x",null,true,false]})");
  EXPECT_EQ(text(Json::array({}).document()), "[]");
  EXPECT_EQ(text(Json::string("\"\\/\n\x01\x1f é😀").document()), R"("\"\\/\n\u0001\u001F é😀")");
  EXPECT_EQ(text(Json::u64(UINT64_MAX).document()), "18446744073709551615");
  EXPECT_EQ(text(""), "null");
}

TEST(JsonBinary, LargeContainersInlineFourBytes) {
  const Json doc = Json::array(
      {Json::integer(70000), Json::integer(5'000'000'000), Json::string(std::string(200, 'y'))}, true);
  EXPECT_EQ(text(doc.document()), "[70000,5000000000,\"" + std::string(200, 'y') + "\"]");
  EXPECT_EQ(text(Json::object({{"k", Json::array({}, true)}}, true).document()), R"({"k":[]})");
}

TEST(JsonBinary, NumbersAreSpelledPlainly) {
  const auto number = [](double v) {
    std::string out;
    append_json_double(out, v);
    return out;
  };
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(-0.0), "-0.0");
  EXPECT_EQ(number(1), "1.0");
  EXPECT_EQ(number(9999999), "9999999.0");
  EXPECT_EQ(number(1e7), "10000000");
  EXPECT_EQ(number(123456789.5), "123456789.5");
  EXPECT_EQ(number(0.001), "0.001");
  EXPECT_EQ(number(1e23), "99999999999999991611392");
  EXPECT_EQ(number(0.00099), "0.0009899999999999999945876627549523618654347956180572509765625");
}

TEST(JsonBinary, OpaqueValues) {
  EXPECT_EQ(text(Json::opaque(ColumnType::time_old, packed(1, 2, 3, 500000)).document()), "\"01:02:03.5\"");
  EXPECT_EQ(text(Json::opaque(ColumnType::time_old, packed(1, 2, 3, 500000, true)).document()),
            "\"-01:02:03.5\"");
  EXPECT_EQ(text(Json::opaque(ColumnType::time_old, packed(838, 59, 59, 0)).document()), "\"838:59:59\"");
  EXPECT_EQ(text(Json::opaque(ColumnType::decimal, std::string("\x0A\x03", 2) +
                                                       test::binlog_writer::packed_decimal("-12.340", 10, 3))
                     .document()),
            "-12.340");
  EXPECT_EQ(text(Json::opaque(ColumnType::var_string, std::string("\0\xff", 2)).document()), "\"AP8=\"");
}

TEST(JsonBinary, OffsetsThatPointBackOrShareAreRefused) {
  // An array whose one element is the array itself.
  std::string self("\x02\x01\x00\x07\x00\x02\x00\x00", 8);
  std::string out = "before";
  EXPECT_FALSE(append_json_text(out, self).has_value());
  EXPECT_EQ(out, "before");
  // 40 levels in which all of ten elements point at the same child would write 10^40 values.
  std::string inner("\x00\x00\x04\x00", 4);
  for (int level = 0; level < 40; ++level) {
    std::string array;
    test::binlog_writer::put(array, 10, 2);
    test::binlog_writer::put(array, 34 + inner.size(), 2);
    for (int i = 0; i < 10; ++i) {
      array += '\x02';
      test::binlog_writer::put(array, 34, 2);
    }
    inner = array + inner;
  }
  EXPECT_FALSE(append_json_text(out, "\x02" + inner).has_value());
}

}  // namespace
}  // namespace tandem::binlog
