#include "converters/json_converter.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::converters {
namespace {

JsonConverter make(ConfigMap config = {}, bool is_key = false) {
  JsonConverter c;
  c.configure(config, is_key);
  return c;
}

std::string error_of(JsonConverter& c, std::string_view text) {
  try {
    c.to_connect("orders", text);
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::data);
    return e.what();
  }
  return "none";
}

TEST(JsonConverter, PlainJsonIsRefusedWithTheSettingToChange) {
  auto c = make();
  const std::string text = error_of(c, R"({"id":1})");
  EXPECT_TRUE(
      text.starts_with("JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields"))
      << text;
  EXPECT_NE(text.find("'orders'"), std::string::npos);
  EXPECT_NE(text.find("value.converter.schemas.enable=false"), std::string::npos);
  auto key = make({}, true);
  EXPECT_NE(error_of(key, "7").find("key.converter.schemas.enable=false"), std::string::npos);
}

TEST(JsonConverter, BrokenJsonNamesTopicAndPlace) {
  auto c = make({{"schemas.enable", "false"}});
  const std::string text = error_of(c, R"({"id":1,})");
  EXPECT_NE(text.find("'orders'"), std::string::npos) << text;
  EXPECT_NE(text.find("byte 8"), std::string::npos) << text;
}

TEST(JsonConverter, AMessageWithAKnownPrefixIsStillChecked) {
  auto c = make();
  const std::string prefix = R"({"schema":{"type":"int32","optional":false},"payload":)";
  EXPECT_EQ(c.to_connect("t", prefix + "1}").value, Value(std::int32_t{1}));
  EXPECT_EQ(c.to_connect("t", prefix + "2}").value, Value(std::int32_t{2}));
  EXPECT_EQ(c.to_connect("t", prefix + " 3 } ").value, Value(std::int32_t{3}));
  for (const char* tail :
       {"", "1", "1,\"x\":2}", "1}}", "\"a\"}", "1.5}", "3000000000}", "null}", "[1]}", "1]"}) {
    EXPECT_THROW(c.to_connect("t", prefix + tail), TandemError) << tail;
  }
  EXPECT_EQ(c.to_connect("t", prefix + "4}").value, Value(std::int32_t{4}));
}

TEST(JsonConverter, ChangingSchemasOfOneTopicAreToldApart) {
  auto c = make();
  const auto message = [](int version, const std::string& payload) {
    return R"({"schema":{"type":"int64","optional":false,"version":)" + std::to_string(version) +
           R"(},"payload":)" + payload + "}";
  };
  std::vector<SchemaPtr> schemas;
  for (int v = 0; v < 9; ++v) {
    schemas.push_back(c.to_connect("t", message(v, "1")).schema);
  }
  for (int round = 0; round < 3; ++round) {
    for (int v = 0; v < 9; ++v) {
      const auto data = c.to_connect("t", message(v, std::to_string(round)));
      EXPECT_EQ(data.schema, schemas[static_cast<std::size_t>(v)]);
      EXPECT_EQ(data.value, Value(std::int64_t{round}));
    }
  }
}

TEST(JsonConverter, SmallCachesOnlyCostTime) {
  auto c = make({{"schemas.cache.size", "1"}});
  for (int i = 0; i < 20; ++i) {
    const auto schema = SchemaBuilder(SchemaType::int64).version(i % 3).build();
    std::string out;
    ASSERT_TRUE(c.from_connect("t", schema, std::int64_t{i}, out));
    const auto back = c.to_connect("t" + std::to_string(i % 2), out);
    EXPECT_TRUE(same_schema(back.schema, schema));
    EXPECT_EQ(back.value, Value(std::int64_t{i}));
  }
}

TEST(JsonConverter, FixedSchemaReadsPlainPayloads) {
  auto c = make(
      {{"schema.content", R"({"type":"struct","fields":[{"type":"int16","optional":false,"field":"a"}]})"}});
  const auto data = c.to_connect("t", R"({"a":5})");
  EXPECT_EQ(data.value.structure()->at("a"), Value(std::int16_t{5}));
  EXPECT_THROW(make({{"schema.content", "{"}}), TandemError);
  EXPECT_THROW(make({{"decimal.format", "HEX"}}), TandemError);
}

TEST(JsonConverter, ValuesThatDoNotFitTheirSchemaLeaveNothingBehind) {
  auto c = make();
  const auto row = SchemaBuilder::structure()
                       .field("a", primitive(SchemaType::int32))
                       .field("b", primitive(SchemaType::string))
                       .build();
  auto s = std::make_shared<Struct>(row);
  s->put("a", std::int32_t{1});
  std::string out = "kept";
  EXPECT_THROW(c.from_connect("t", row, s, out), TandemError);  // b is null
  EXPECT_EQ(out, "kept");
  s->put("b", std::int32_t{2});
  EXPECT_THROW(c.from_connect("t", row, s, out), TandemError);
  EXPECT_EQ(out, "kept");
}

TEST(JsonConverter, NotANumberIsAString) {
  auto c = make({{"schemas.enable", "false"}});
  std::string out;
  c.from_connect("t", primitive(SchemaType::float64), std::numeric_limits<double>::quiet_NaN(), out);
  c.from_connect("t", primitive(SchemaType::float32), -std::numeric_limits<float>::infinity(), out);
  EXPECT_EQ(out, R"("NaN""-Infinity")");
}

}  // namespace
}  // namespace tandem::converters
