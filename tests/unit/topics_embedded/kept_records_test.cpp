#include "tandem/base/clock.hpp"
#include "tests/unit/topics_embedded/log_on_disk.hpp"
#include "topics/embedded/log.hpp"
#include "topics/embedded/producer.hpp"

/// Compaction and retention: which records a log keeps.
namespace tandem::topics::test {
namespace {

struct KeptRecords : ::testing::Test {
  Folder folder;
  std::unique_ptr<embedded::Log> log = std::make_unique<embedded::Log>(folder.path(), nullptr);

  void write(const std::string& topic,
             const std::vector<std::pair<std::string, std::optional<std::string>>>& records,
             std::int64_t timestamp_ms = -1) {
    Acks acks;
    embedded::LogProducer producer(*log, 1 << 26, 1 << 26, acks);
    std::vector<OutRecord> out;
    for (const auto& [key, value] : records) {
      OutRecord& r = out.emplace_back();
      r.topic = topic;
      r.partition = 0;
      r.key = key;
      r.value = value;
      r.timestamp_ms = timestamp_ms;
    }
    producer.send(1, out, {});
    ASSERT_TRUE(wait_done(producer, acks, 1));
  }
  std::vector<std::int64_t> offsets(const std::string& topic) {
    std::vector<std::int64_t> out;
    std::int64_t next = 0;
    while (log->read({topic, 0}, next, 1000, 1 << 26,
                     [&](std::int64_t o, BytesView, std::string&) { out.push_back(o); }) != 0) {
    }
    return out;
  }
  using Seen = std::vector<std::int64_t>;
  const std::int64_t now = Clock::system().now_ms();
};

TEST_F(KeptRecords, CompactedTopicsKeepTheLastOfEachKeyAndTheOffsets) {
  log->create({"c", 1, 1, {{"cleanup.policy", "compact"}}});
  write("c", {{"a", "1"}, {"b", "1"}, {"a", "2"}});  // within one batch
  EXPECT_EQ(offsets("c"), (Seen{1, 2}));
  write("c", {{"b", "2"}});  // across batches
  EXPECT_EQ(offsets("c"), (Seen{2, 3}));
  log.reset();
  log = std::make_unique<embedded::Log>(folder.path(), nullptr);  // and across a restart
  write("c", {{"a", "3"}, {"c", std::nullopt}});
  EXPECT_EQ(offsets("c"), (Seen{3, 4, 5}));
  EXPECT_EQ(log->watermarks({"c", 0}).high, 6);
  std::int64_t next = 0;  // a reader far behind passes the holes
  log->read({"c", 0}, next, 1, 1 << 20, [](std::int64_t, BytesView, std::string&) {});
  EXPECT_EQ(next, 4);
}

TEST_F(KeptRecords, RetentionByTimeAndBySizeRemovesTheOldest) {
  log->create({"time", 1, 1, {{"retention.ms", "1000"}}});
  log->create({"size", 1, 1, {{"retention.ms", "-1"}, {"retention.bytes", "5000"}}});
  log->create({"both", 1, 1, {{"cleanup.policy", "compact,delete"}, {"retention.ms", "1000"}}});
  log->create({"compact", 1, 1, {{"cleanup.policy", "compact"}, {"retention.ms", "1"}}});
  for (const char* topic : {"time", "size", "both", "compact"}) {
    write(topic, {{"a", std::string(1000, 'x')}, {"b", std::string(1000, 'x')}}, now - 5000);
    write(topic, {{"c", std::string(3000, 'x')}, {"d", std::string(1000, 'x')}}, now);
  }
  log->apply_retention(now);
  EXPECT_EQ(offsets("time"), (Seen{2, 3}));
  EXPECT_EQ(log->watermarks({"time", 0}).low, 2);
  EXPECT_EQ(offsets("size"), (Seen{2, 3}));
  EXPECT_EQ(offsets("both"), (Seen{2, 3}));
  EXPECT_EQ(offsets("compact"), (Seen{0, 1, 2, 3}));
  log.reset();
  log = std::make_unique<embedded::Log>(folder.path(), nullptr);
  EXPECT_EQ(log->watermarks({"time", 0}).low, 2);
  log->apply_retention(now + 100'000);
  EXPECT_EQ(offsets("time"), Seen{});
  EXPECT_EQ(log->watermarks({"time", 0}).low, 4);
  write("time", {{"e", "1"}});
  EXPECT_EQ(offsets("time"), (Seen{4}));
}

TEST_F(KeptRecords, RetentionNeverPassesAGroupOrALiveReader) {
  log->create({"t", 1, 1, {{"retention.ms", "1000"}}});
  write("t", {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}, now - 5000);
  log->commit("slow", {{{"t", 0}, 1}});
  log->commit("fast", {{{"t", 0}, 4}});
  log->apply_retention(now);
  EXPECT_EQ(offsets("t"), (Seen{1, 2, 3}));
  log->commit("slow", {{{"t", 0}, 3}});
  log->hold(this, {{{"t", 0}, 2}});
  log->apply_retention(now);
  EXPECT_EQ(offsets("t"), (Seen{2, 3}));
  log->release(this);
  log->apply_retention(now);
  EXPECT_EQ(offsets("t"), (Seen{3}));
  log->delete_group("slow");
  log->apply_retention(now);
  EXPECT_EQ(offsets("t"), Seen{});
}

TEST_F(KeptRecords, ATopicMadeAgainHasNothingOfTheOld) {
  log->create({"t", 2, 1, {{"cleanup.policy", "compact"}}});
  write("t", {{"a", "1"}});
  log->commit("g", {{{"t", 0}, 1}});
  const std::string id = log->topic("t")->id;
  log->remove("t");
  EXPECT_TRUE(log->committed("g").empty());
  log->create({"t", 1, 1, {{"cleanup.policy", "compact"}}});
  EXPECT_NE(log->topic("t")->id, id);
  EXPECT_EQ(offsets("t"), Seen{});
  write("t", {{"a", "2"}});
  EXPECT_EQ(offsets("t"), (Seen{0}));
}

}  // namespace
}  // namespace tandem::topics::test
