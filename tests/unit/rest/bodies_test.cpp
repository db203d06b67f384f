#include "rest/bodies.hpp"

#include <gtest/gtest.h>

namespace tandem::rest {
namespace {

// The sentences are those of a Kafka Connect 3.9.1 worker for the same bodies.
TEST(Bodies, CreateReadsNameConfigAndState) {
  const auto r = parse_create(
      R"({"name":"  a b ","config":{"tasks.max":1,"b":true,"c":1.50,"n":null,"t":"x"},"initial_state":"paused"})");
  ASSERT_TRUE(r.has_value()) << r.error().text();
  EXPECT_EQ(r.value().name, "a b");
  EXPECT_EQ(r.value().config.at("tasks.max"), "1");
  EXPECT_EQ(r.value().config.at("b"), "true");
  EXPECT_EQ(r.value().config.at("c"), "1.50");
  EXPECT_EQ(r.value().config.at("n"), std::nullopt);
  EXPECT_EQ(r.value().initial_state, herder::TargetState::paused);
}

std::string refusal(std::string_view body) {
  const auto r = parse_create(body);
  return r.has_value() ? "accepted" : r.error().message;
}

TEST(Bodies, CreateRefusesInJacksonsWords) {
  EXPECT_EQ(refusal(""),
            "Cannot invoke \"org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest.name()\" "
            "because \"createRequest\" is null");
  EXPECT_EQ(refusal(R"({"name":"x"})"),
            "Cannot invoke \"java.util.Map.get(Object)\" because \"connectorConfig\" is null");
  EXPECT_EQ(
      refusal("text"),
      "Unrecognized token 'text': was expecting (JSON String, Number, Array, Object or token 'null', 'true' "
      "or 'false')\n"
      " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 5]");
  EXPECT_TRUE(
      refusal(R"({"name":)").starts_with("Unexpected end-of-input within/between Object entries\n at "))
      << refusal(R"({"name":)");
  EXPECT_TRUE(refusal(R"({"name":"x","config":{"a":{"b":1}}})")
                  .starts_with("Cannot deserialize value of type `java.lang.String` from Object value (token "
                               "`JsonToken.START_OBJECT`)"));
  EXPECT_TRUE(
      refusal(R"({"name":"x","config":[]})")
          .starts_with("Cannot deserialize value of type "
                       "`java.util.LinkedHashMap<java.lang.String,java.lang.String>` from Array value"));
  EXPECT_TRUE(refusal("[]").starts_with(
      "Cannot deserialize value of type "
      "`org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest` from Array value"));
  EXPECT_TRUE(refusal(R"({"name":"x","config":{},"other":1})")
                  .starts_with("Unrecognized field \"other\" (class "
                               "org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest), not "
                               "marked as ignorable"));
  EXPECT_TRUE(refusal(R"({"name":"x","config":{},"initial_state":"bad"})")
                  .starts_with("Cannot construct instance of `"));
  EXPECT_NE(refusal(R"({"name":"x","config":{}} trailing)").find("Unrecognized token 'trailing'"),
            std::string::npos);
}

TEST(Bodies, ConfigIsAFlatMap) {
  EXPECT_EQ(parse_config(R"({"a":12345678901234567890})").value().at("a"), "12345678901234567890");
  EXPECT_FALSE(parse_config("[1]").has_value());
  EXPECT_FALSE(parse_config("null").has_value());
  EXPECT_FALSE(parse_config("{\"a\":\"\xff\"}").has_value());
}

TEST(Bodies, OffsetsKeepTheirKinds) {
  const auto r = parse_offsets(
      R"({"offsets":[{"partition":{"file":"f"},"offset":{"position":30,"x":1.5,"b":true,"n":null}},{"partition":{"a":1},"offset":null}]})");
  ASSERT_TRUE(r.has_value()) << r.error().text();
  ASSERT_EQ(r.value().size(), 2u);
  EXPECT_EQ(r.value()[0].offset->at(0).second, Value(std::int64_t{30}));
  EXPECT_EQ(r.value()[0].offset->at(1).second, Value(1.5));
  EXPECT_EQ(r.value()[0].offset->at(2).second, Value(true));
  EXPECT_TRUE(r.value()[0].offset->at(3).second.is_null());
  EXPECT_FALSE(r.value()[1].offset);
}

TEST(Bodies, OffsetsMustBeThere) {
  for (const char* body : {"{}", R"({"offsets":[]})", R"({"offsets":null})"}) {
    const auto r = parse_offsets(body);
    ASSERT_FALSE(r.has_value()) << body;
    EXPECT_EQ(r.error().kind, ErrorKind::config);
    EXPECT_EQ(r.error().message, "Partitions / offsets need to be provided for an alter offsets request");
  }
  EXPECT_EQ(parse_offsets(R"({"offsets":1})").error().kind, ErrorKind::bug);
  EXPECT_FALSE(parse_offsets(R"({"offsets":[{"partition":null}]})").has_value());
}

}  // namespace
}  // namespace tandem::rest
