#include "converters/simple_header_converter.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/writer.hpp"

#include <gtest/gtest.h>

namespace tandem::converters {
namespace {

/// "SCHEMA value" in a compact spelling.
std::string read(std::string_view text) {
  const auto data = parse_header_text(text);
  std::string out;
  if (data.schema) {
    json::append_schema(out, data.schema);
    out += ' ';
    json::WritePlan(data.schema, {.numeric_decimals = true}).append(out, data.value);
  } else {
    json::append_value(out, data.value);
  }
  return out;
}

std::string type(std::string_view text) {
  const auto data = parse_header_text(text);
  return data.schema ? std::string(json_type_name(data.schema->type())) : "none";
}

TEST(HeaderText, NumbersTakeTheSmallestType) {
  EXPECT_EQ(type("127"), "int8");
  EXPECT_EQ(type("-129"), "int16");
  EXPECT_EQ(type("32768"), "int32");
  EXPECT_EQ(type("2147483648"), "int64");
  EXPECT_EQ(type("1.0"), "int8");
  EXPECT_EQ(type("1e3"), "int16");
  EXPECT_EQ(type("1.5"), "float");
  EXPECT_EQ(type("1e40"), "double");
  EXPECT_EQ(type("+5"), "int8");
  EXPECT_EQ(type(".5"), "string");
  EXPECT_EQ(type("-"), "string");
  EXPECT_EQ(type("1a"), "string");
  EXPECT_EQ(read("9223372036854775808"),
            R"({"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,)"
            R"("parameters":{"scale":"0"}} 9223372036854775808)");
}

TEST(HeaderText, NothingOfANumberIsLost) {
  EXPECT_EQ(read("3.14159265358979"), R"({"type":"double","optional":false} 3.14159265358979)");
  EXPECT_EQ(type("10:20:30"), "string");
  EXPECT_EQ(type("1,2"), "string");
  EXPECT_EQ(type("[1]x"), "string");
}

TEST(HeaderText, Words) {
  EXPECT_EQ(type("true"), "boolean");
  EXPECT_EQ(type("True"), "string");
  EXPECT_EQ(type("trueish"), "string");
  EXPECT_TRUE(parse_header_text("null").value.is_null());
  EXPECT_EQ(type(""), "string");
  EXPECT_EQ(read(" hello "), R"({"type":"string","optional":false} " hello ")");
  EXPECT_EQ(type("binlog.000001:1234:5"), "string");
}

TEST(HeaderText, DatesAndTimes) {
  EXPECT_EQ(parse_header_text("2024-01-01").schema->name(), logical::kDate);
  EXPECT_EQ(parse_header_text("2024-01-01").value, Value(std::int32_t{19723}));
  EXPECT_EQ(parse_header_text("10:20:30.123Z").value, Value(std::int32_t{37230123}));
  EXPECT_EQ(parse_header_text("2024-01-01T10:20:30.123Z").value, Value(std::int64_t{1704104430123}));
  EXPECT_EQ(type("2024-13-01"), "string");
  EXPECT_EQ(type("2024-02-30"), "string");
  EXPECT_EQ(type("2024-01-01T10:20:30Z"), "string");
}

TEST(HeaderText, ArraysAndMaps) {
  EXPECT_EQ(read("[1,200]"),
            R"({"type":"array","items":{"type":"int16","optional":false},"optional":false} [1,200])");
  EXPECT_EQ(read("[1,2.5]"),
            R"({"type":"array","items":{"type":"float","optional":false},"optional":false} [1.0,2.5])");
  EXPECT_EQ(read(R"([ "a" , "b" ])"),
            R"({"type":"array","items":{"type":"string","optional":false},"optional":false} ["a","b"])");
  EXPECT_EQ(
      read(R"({"a":{"b":[1,2]}})"),
      R"({"type":"map","keys":{"type":"string","optional":false},"values":{"type":"map","keys":{"type":"string",)"
      R"("optional":false},"values":{"type":"array","items":{"type":"int8","optional":false},"optional":false},)"
      R"("optional":false},"optional":false} {"a":{"b":[1,2]}})");
  EXPECT_EQ(read(R"([1,"a"])"), R"([1,"a"])");
  EXPECT_EQ(read("[]"), "[]");
  EXPECT_EQ(read("[null]"), "[null]");
  EXPECT_EQ(read(R"(["2024-01-01T10:20:30.123Z"])").substr(0, 40),
            R"({"type":"array","items":{"type":"int64",)");
  EXPECT_EQ(type("[2024-01-01T10:20:30.123Z]"), "array");
  for (const char* text : {"[1", "[,1]", "[1 2]", "[a]", "[null,1]", "[null,1,2]", "[1,null,2]", "{a:1}",
                           R"({"a":1)", R"({"a"})", "{null:1}", "[1]]"}) {
    EXPECT_EQ(type(text), "string") << text;
  }
  EXPECT_EQ(type(std::string(5000, '[')), "string");
}

TEST(HeaderText, WritesWhatJavaWrites) {
  const auto text = [](const SchemaPtr& schema, const Value& value) {
    std::string out;
    append_header_text(out, schema, value);
    return out;
  };
  EXPECT_EQ(text(nullptr, "x\"y"), "x\"y");
  EXPECT_EQ(text(nullptr, true), "true");
  EXPECT_EQ(text(nullptr, 1.0e10), "1.0E10");
  EXPECT_EQ(text(nullptr, Array{"x\"y", std::int32_t{1}, Value()}), R"(["x\"y",1,null])");
  EXPECT_EQ(text(nullptr, MapEntries{{"a", std::int8_t{1}}, {"b", Array{}}}), R"({"a":1,"b":[]})");
  EXPECT_EQ(text(nullptr, Bytes{"\x01"}), "AQ==");
  EXPECT_EQ(text(decimal_schema(2).build(), Bytes{"\x7b"}), "1.23");
  const auto date = SchemaBuilder(SchemaType::int32).name(std::string(logical::kDate)).version(1).build();
  EXPECT_EQ(text(date, std::int32_t{19723}), "2024-01-01");
  const auto timestamp =
      SchemaBuilder(SchemaType::int64).name(std::string(logical::kTimestamp)).version(1).build();
  EXPECT_EQ(text(timestamp, std::int64_t{1704104430123}), "2024-01-01T10:20:30.123Z");
  EXPECT_EQ(text(timestamp, std::int64_t{-1}), "23:59:59.999Z");
  const auto row =
      SchemaBuilder::structure().field("a", primitive(SchemaType::string)).field("d", date).build();
  auto s = std::make_shared<Struct>(row);
  s->put("a", "v");
  s->put("d", std::int32_t{0});
  EXPECT_EQ(text(row, s), R"({"a":"v","d":00:00:00.000Z})");
}

TEST(HeaderText, ComesBackAsItWas) {
  for (const char* text :
       {"1.5", R"(["x\"y","z\\"])", R"({"a":[1,2]})", "2024-01-01T10:20:30.123Z", "plain", "-7"}) {
    const auto data = parse_header_text(text);
    std::string out;
    append_header_text(out, data.schema, data.value);
    EXPECT_EQ(out, text);
  }
}

}  // namespace
}  // namespace tandem::converters
