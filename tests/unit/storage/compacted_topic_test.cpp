#include "tests/unit/storage/store_fixture.hpp"

#include <set>

namespace tandem::storage {
namespace {

using testing::MemoryTopics;

TEST(CompactedTopicTest, CreatesTheTopicCompactedWithItsPartitions) {
  MemoryTopics topics;
  CompactedTopic log(topics, spec("offset", 25), [](const auto&) {});
  log.start(kLimit, {});
  const auto description = topics.admin().describe("connect-offset");
  ASSERT_TRUE(description);
  EXPECT_EQ(description->partitions, 25);
  EXPECT_EQ(description->config.at("cleanup.policy"), "compact");
}

TEST(CompactedTopicTest, RefusesAnotherCleanupPolicyInJavasWords) {
  MemoryTopics topics;
  topics.admin().create_topic({"connect-config", 1, 1, {{"cleanup.policy", "delete"}}});
  CompactedTopic log(topics, spec("config", 1), [](const auto&) {});
  try {
    log.start(kLimit, {});
    FAIL() << "started";
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::config);
    EXPECT_EQ(
        e.error().message.find(
            "Topic 'connect-config' supplied via the 'config.storage.topic' property is required to have "
            "'cleanup.policy=compact'"),
        0u)
        << e.what();
    EXPECT_NE(e.error().message.find("'cleanup.policy=delete'"), std::string::npos);
  }
}

TEST(CompactedTopicTest, RefusesMoreThanOnePartitionWhereOrderCounts) {
  MemoryTopics topics;
  topics.admin().create_topic({"connect-config", 3, 1, {{"cleanup.policy", "compact"}}});
  CompactedTopic log(topics, spec("config", 1), [](const auto&) {});
  EXPECT_THROW(log.start(kLimit, {}), TandemError);
}

TEST(CompactedTopicTest, ReadsWhatStandsBeforeStartReturnsAndTailsAfter) {
  MemoryTopics topics;
  topics.admin().create_topic({"connect-status", 5, 1, {{"cleanup.policy", "compact"}}});
  for (int i = 0; i < 5; ++i) {
    topics.put("connect-status", "k" + std::to_string(i), "v", i);
  }
  std::mutex mutex;
  std::set<std::string> keys;
  CompactedTopic log(topics, spec("status", 5), [&](const CompactedTopic::Record& r) {
    std::lock_guard lock(mutex);
    keys.insert(std::string(*r.key));
  });
  log.start(kLimit, {});
  EXPECT_EQ(keys.size(), 5u);
  topics.put("connect-status", "late", "v", 2);
  log.read_to_end(kLimit);
  std::lock_guard lock(mutex);
  EXPECT_TRUE(keys.contains("late"));
}

TEST(CompactedTopicTest, AnAppendIsDoneWhenDurableAndReadBackByABarrier) {
  MemoryTopics topics;
  std::atomic<int> applied = 0;
  CompactedTopic log(topics, spec("status", 5), [&](const auto&) { ++applied; });
  log.start(kLimit, {});
  Waiter written, read;
  log.append({{"a", "1"}, {"b", std::nullopt}}, written.done());
  EXPECT_FALSE(written.get());
  log.read_to_end(read.done());
  EXPECT_FALSE(read.get());
  EXPECT_EQ(applied, 2);
}

TEST(CompactedTopicTest, AFailedWriteReachesItsCallerOnly) {
  MemoryTopics topics;
  CompactedTopic log(topics, spec("status", 5), [](const auto&) {});
  log.start(kLimit, {});
  topics.set_fault([](auto records) -> std::optional<Error> {
    return records[0].key == "bad" ? std::optional(Error(ErrorKind::transient, "no")) : std::nullopt;
  });
  Waiter bad, good;
  log.append({{"bad", "1"}}, bad.done());
  log.append({{"good", "1"}}, good.done());
  EXPECT_TRUE(bad.get());
  EXPECT_FALSE(good.get());
}

TEST(CompactedTopicTest, StopCompletesWhatIsPending) {
  MemoryTopics topics;
  auto log = std::make_unique<CompactedTopic>(topics, spec("status", 5), [](const auto&) {});
  log->start(kLimit, {});
  Waiter last, after;
  log->append({{"last", "1"}}, last.done());
  log->stop();
  last.get();
  EXPECT_EQ(topics.values("connect-status").size(), 1u);
  log->append({{"after", "1"}}, after.done());
  ASSERT_TRUE(after.get());
}

}  // namespace
}  // namespace tandem::storage
