#include "pipeline/topic_creation.hpp"

#include "tests/support/memory_topics.hpp"

#include <gtest/gtest.h>

namespace tandem::pipeline {
namespace {

TEST(TopicCreationTest, GroupsAreTriedInOrderExcludeWinsAndDefaultIsLast) {
  testing::MemoryTopics topics;
  const ConfigMap config{{"topic.creation.groups", "big, logs"},
                         {"topic.creation.default.partitions", "1"},
                         {"topic.creation.default.replication.factor", "-1"},
                         {"topic.creation.default.cleanup.policy", "compact"},
                         {"topic.creation.big.include", "app\\..*"},
                         {"topic.creation.big.exclude", "app\\.small"},
                         {"topic.creation.big.partitions", "12"},
                         {"topic.creation.logs.include", ".*"},
                         {"topic.creation.logs.retention.ms", "1000"}};
  TopicCreation creation(config, true, topics.admin());
  EXPECT_EQ(creation.spec_for("app.users").partitions, 12);
  EXPECT_EQ(creation.spec_for("app.users").replication_factor, -1);
  EXPECT_EQ(creation.spec_for("app.small").config.at("retention.ms"), "1000");
  creation.ensure("app.users");
  EXPECT_EQ(topics.admin().describe("app.users")->partitions, 12);
}

TEST(TopicCreationTest, WithoutItsKeysNothingIsMade) {
  testing::MemoryTopics topics;
  TopicCreation creation({{"topics", "x"}}, true, topics.admin());
  creation.ensure("t");
  EXPECT_FALSE(topics.admin().describe("t"));
}

TEST(TopicCreationTest, WhatIsRequiredOnceAnyKeyIsSetIsNamed) {
  const auto refusal = [](ConfigMap config) -> std::string {
    try {
      TopicCreation::check(config);
    } catch (const TandemError& e) {
      return e.error().message;
    }
    return "";
  };
  const auto missing = [](const std::string& key) {
    return "Missing required configuration \"topic.creation." + key + "\" which has no default value.";
  };
  ConfigMap config{{"topic.creation.groups", "logs"}};
  EXPECT_EQ(refusal(config), missing("default.replication.factor"));
  config["topic.creation.default.replication.factor"] = "-1";
  EXPECT_EQ(refusal(config), missing("default.partitions"));
  config["topic.creation.default.partitions"] = "1";
  EXPECT_EQ(refusal(config), missing("logs.include"));
  config["topic.creation.logs.include"] = ".*";
  EXPECT_EQ(refusal(config), "");
  EXPECT_EQ(refusal({{"topic", "x"}}), "");
}

}  // namespace
}  // namespace tandem::pipeline
