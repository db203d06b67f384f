#include "pipeline/header_reader.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::pipeline {
namespace {

using topics::RecordHeader;

/// Text as it is, with the topic before it; "bad" fails.
struct Counting final : HeaderConverter {
  void configure(const ConfigMap&) override {}
  bool from_connect(std::string_view, const Header&, std::string&) override { return false; }
  SchemaAndValue to_connect(std::string_view topic, std::string_view,
                            std::optional<BytesView> bytes) override {
    ++calls;
    if (bytes == "bad") {
      raise(ErrorKind::data, "bad");
    }
    return {nullptr, bytes ? Value(std::string(topic) + ":" + std::string(*bytes)) : Value()};
  }
  int calls = 0;
};

class HeaderReaderTest : public ::testing::Test {
 protected:
  std::vector<std::string> texts(const std::vector<RecordHeader>& raw, const std::string& topic = "t") {
    auto& name = names[topic];
    if (!name) {
      name = std::make_shared<const std::string>(topic);
    }
    std::vector<std::string> out;
    for (const Header& h : reader.read(name, raw)) {
      out.push_back(h.key + "=" + (h.value.is_null() ? "null" : *h.value.string()));
    }
    return out;
  }
  using Texts = std::vector<std::string>;

  Counting converter;
  HeaderReader reader{converter};
  std::map<std::string, std::shared_ptr<const std::string>> names;
};

TEST_F(HeaderReaderTest, WhatComesAgainIsConvertedOnce) {
  EXPECT_EQ(texts({{"a", "1"}, {"b", std::nullopt}}), (Texts{"a=t:1", "b=null"}));
  EXPECT_EQ(converter.calls, 2);
  EXPECT_EQ(texts({{"a", "1"}, {"b", std::nullopt}}), (Texts{"a=t:1", "b=null"}));
  EXPECT_EQ(converter.calls, 2);
  EXPECT_EQ(texts({{"a", "1"}, {"b", std::nullopt}, {"c", "x"}}), (Texts{"a=t:1", "b=null", "c=t:x"}));
  EXPECT_EQ(converter.calls, 3) << "only what is new";
}

TEST_F(HeaderReaderTest, ALastHeaderThatDiffersLeavesTheCommonOnesKnown) {
  EXPECT_EQ(texts({{"a", "1"}, {"pos", "1"}}), (Texts{"a=t:1", "pos=t:1"}));
  EXPECT_EQ(texts({{"a", "1"}, {"pos", "2"}}), (Texts{"a=t:1", "pos=t:2"}));
  converter.calls = 0;
  EXPECT_EQ(texts({{"a", "1"}, {"pos", "3"}}), (Texts{"a=t:1", "pos=t:3"}));
  EXPECT_EQ(converter.calls, 1);
}

TEST_F(HeaderReaderTest, OtherHeadersAreNotTakenForKnownOnes) {
  texts({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(texts({{"a", "1"}}), (Texts{"a=t:1"})) << "fewer";
  EXPECT_EQ(texts({{"a", std::nullopt}}), (Texts{"a=null"}));
  EXPECT_EQ(texts({{"a", ""}}), (Texts{"a=t:"})) << "null is not empty";
  EXPECT_EQ(texts({{"b", ""}}), (Texts{"b=t:"})) << "another name";
  EXPECT_EQ(texts({}), Texts());
  EXPECT_EQ(texts({{"b", ""}}, "u"), (Texts{"b=u:"})) << "another topic";
  EXPECT_EQ(texts({{"b", ""}}), (Texts{"b=t:"}));
}

TEST_F(HeaderReaderTest, AFailureLeavesNothingKnown) {
  EXPECT_THROW(texts({{"a", "1"}, {"b", "bad"}}), TandemError);
  EXPECT_THROW(texts({{"a", "1"}, {"b", "bad"}}), TandemError);
  EXPECT_EQ(texts({{"a", "1"}, {"b", "2"}}), (Texts{"a=t:1", "b=t:2"}));
}

}  // namespace
}  // namespace tandem::pipeline
