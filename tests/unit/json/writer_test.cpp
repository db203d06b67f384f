#include "tandem/json/writer.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::json {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

TEST(Writer, EscapesAsJackson) {
  EXPECT_EQ(in_quotes("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(in_quotes("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(in_quotes(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001F\x7f\"");
  EXPECT_EQ(in_quotes("é漢"), "\"é漢\"");
  EXPECT_EQ(in_quotes("a😀b"), R"("a\uD83D\uDE00b")");
  EXPECT_EQ(in_quotes("\xF4\x8F\xBF\xBF"), R"("\uDBFF\uDFFF")");
  EXPECT_EQ(in_quotes("\xF0\x9F"), "\"\xF0\x9F\"");
}

TEST(Writer, EscapesAtEveryPlaceOfAWord) {
  for (std::size_t length = 0; length < 20; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      const std::string before(at, 'x'), after(length - at, 'y');
      EXPECT_EQ(in_quotes(before + "\"" + after), "\"" + before + "\\\"" + after + "\"");
      EXPECT_EQ(in_quotes(before + "\x01" + after), "\"" + before + "\\u0001" + after + "\"");
      EXPECT_EQ(in_quotes(before + "é" + after), "\"" + before + "é" + after + "\"");
      EXPECT_EQ(in_quotes(before + "😀" + after), "\"" + before + "\\uD83D\\uDE00" + after + "\"");
    }
  }
}

TEST(Writer, CompactMaps) {
  EXPECT_EQ(object_text(OffsetMap{}), "{}");
  EXPECT_EQ(object_text(OffsetMap{
                {"ts_sec", std::int64_t{5}}, {"file", "binlog.000001"}, {"snapshot", true}, {"x", Value()}}),
            R"({"ts_sec":5,"file":"binlog.000001","snapshot":true,"x":null})");
  const std::map<std::string, std::optional<std::string>, std::less<>> config{{"b", "1"},
                                                                              {"a", std::nullopt}};
  EXPECT_EQ(object_text(config), R"({"a":null,"b":"1"})");
}

TEST(Writer, ValuesWithoutSchema) {
  std::string out;
  append_value(
      out, Array{Value(), true, 1.0, MapEntries{}, Array{}, Bytes{"a"}, MapEntries{{std::int32_t{1}, "x"}}});
  EXPECT_EQ(out, R"([null,true,1.0,{},[],"YQ==",[[1,"x"]]])");
}

TEST(WritePlan, SharedStructIsWrittenLikeAnyOther) {
  const auto inner = SchemaBuilder::structure().field("n", primitive(SchemaType::string)).build();
  const auto outer = SchemaBuilder::structure().field("a", inner).field("b", inner).build();
  const auto make = [&](std::string text) {
    auto s = std::make_shared<Struct>(inner);
    s->fields[0] = std::move(text);
    return s;
  };
  WritePlan plan(outer, {});
  const auto write = [&](StructPtr a, StructPtr b) {
    Struct record(outer);
    record.fields = {std::move(a), std::move(b)};
    std::string out = "#";
    plan.append(out, Value(std::make_shared<Struct>(std::move(record))));
    return out;
  };
  const auto one = make("1"), two = make("2"), large = make(std::string(10'000, 'x'));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(write(one, one), R"(#{"a":{"n":"1"},"b":{"n":"1"}})");
    EXPECT_EQ(write(two, one), R"(#{"a":{"n":"2"},"b":{"n":"1"}})");
    EXPECT_EQ(write(make("3"), two), R"(#{"a":{"n":"3"},"b":{"n":"2"}})");
    EXPECT_EQ(write(large, one), R"(#{"a":{"n":")" + std::string(10'000, 'x') + R"("},"b":{"n":"1"}})");
  }
  // One that does not fit leaves nothing behind.
  const auto bad = std::make_shared<Struct>(inner);
  bad->fields[0] = std::int32_t{1};
  EXPECT_THROW(write(bad, one), TandemError);
  EXPECT_THROW(write(bad, one), TandemError);
  EXPECT_EQ(write(one, two), R"(#{"a":{"n":"1"},"b":{"n":"2"}})");
}

TEST(Writer, DecimalTextIsBigDecimals) {
  const auto text = [](std::string bytes, int scale) {
    std::string out;
    append_decimal(out, bytes, scale);
    return out;
  };
  EXPECT_EQ(text(std::string(1, '\0'), 0), "0");
  EXPECT_EQ(text(std::string(1, '\0'), 2), "0.00");
  EXPECT_EQ(text(std::string(1, '\0'), 8), "0E-8");
  EXPECT_EQ(text("\x7b", 2), "1.23");
  EXPECT_EQ(text("\x85", 10), "-1.23E-8");
  EXPECT_EQ(text("\x7b", -2), "1.23E+4");
}

}  // namespace
}  // namespace tandem::json
