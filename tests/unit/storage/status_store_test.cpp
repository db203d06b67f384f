#include "storage/status_store.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace tandem::storage {
namespace {

using testing::MemoryTopics;

class StatusStoreTest : public ::testing::Test {
 protected:
  void wait_for(std::size_t records) {
    for (int i = 0; i < 500 && topics_.records("connect-status").size() < records; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_EQ(topics_.records("connect-status").size(), records);
  }
  std::string value_of(const std::string& key) {
    std::string value;
    for (const auto& r : topics_.records("connect-status")) {
      if (r.key == key) {
        value = r.value.value_or("null");
      }
    }
    return value;
  }
  MemoryTopics topics_;
};

TEST_F(StatusStoreTest, RecordsAreJavasToTheByte) {
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  store.put_connector("c", {"RUNNING", std::nullopt, "h:8083", 3});
  store.put_task("c-x", 0, {"FAILED", "boom\n\tat x", "h:8083", 3});
  store.put_topic("c", "orders", 0, 1700000000123);
  wait_for(3);
  EXPECT_EQ(value_of("status-connector-c"),
            R"({"state":"RUNNING","trace":null,"worker_id":"h:8083","generation":3})");
  EXPECT_EQ(value_of("status-task-c-x-0"),
            R"({"state":"FAILED","trace":"boom\n\tat x","worker_id":"h:8083","generation":3})");
  EXPECT_EQ(value_of("status-topic-orders:connector-c"),
            R"({"topic":{"name":"orders","connector":"c","task":0,"discoverTimestamp":1700000000123}})");
}

TEST_F(StatusStoreTest, IsReadBackByAnotherWorker) {
  {
    StatusStore store(topics_, spec("status", 5));
    store.start(kLimit, {});
    store.put_connector("c", {"RUNNING", std::nullopt, "h:1", 7});
    store.put_task("c", 1, {"PAUSED", std::nullopt, "h:1", 8});
    store.put_topic("c", "t", 1, 5);
    wait_for(3);
  }
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  EXPECT_EQ(store.connector("c")->state, "RUNNING");
  EXPECT_EQ(store.task("c", 1)->state, "PAUSED");
  EXPECT_EQ(store.tasks("c"), std::vector<int>{1});
  EXPECT_EQ(store.topics("c"), std::vector<std::string>{"t"});
  EXPECT_EQ(store.highest_generation(), 8);
}

TEST_F(StatusStoreTest, FailedAndUnassignedNeverReplaceANewerGenerationOfAnotherWorker) {
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  store.put_task("c", 0, {"RUNNING", std::nullopt, "new:1", 5});
  store.put_task("c", 0, {"UNASSIGNED", std::nullopt, "old:1", 4});
  store.put_task("c", 0, {"FAILED", "x", "old:1", 4});
  EXPECT_EQ(store.task("c", 0)->state, "RUNNING");
  store.put_task("c", 0, {"FAILED", "x", "old:1", 5});
  EXPECT_EQ(store.task("c", 0)->state, "FAILED");
  store.put_task("c", 0, {"RUNNING", std::nullopt, "old:1", 1});
  EXPECT_EQ(store.task("c", 0)->state, "RUNNING");
}

TEST_F(StatusStoreTest, AnOlderUnassignedThatIsReadNeverHidesRunning) {
  topics_.put("connect-status", "status-task-c-0",
              R"({"state":"RUNNING","trace":null,"worker_id":"a","generation":4})");
  topics_.put("connect-status", "status-task-c-0",
              R"({"state":"UNASSIGNED","trace":null,"worker_id":"b","generation":4})");
  topics_.put("connect-status", "status-connector-bad", "{}");
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  EXPECT_EQ(store.task("c", 0)->state, "RUNNING");
  EXPECT_FALSE(store.connector("bad"));
}

TEST_F(StatusStoreTest, OwnOlderRecordsThatComeBackDoNotUndoNewerOnes) {
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  for (int i = 0; i < 200; ++i) {
    store.put_topic("c", "t", 0, i);
    store.put_task("c", 0, {"RUNNING", std::nullopt, "h:1", 1});
    store.delete_topic("c", "t");
    store.put_task("c", 0, {"PAUSED", std::nullopt, "h:1", 1});
    std::this_thread::sleep_for(std::chrono::microseconds(i * 5));
    ASSERT_TRUE(store.topics("c").empty()) << i;
    ASSERT_EQ(store.task("c", 0)->state, "PAUSED") << i;
  }
}

TEST_F(StatusStoreTest, DeletingWritesTombstones) {
  StatusStore store(topics_, spec("status", 5));
  store.start(kLimit, {});
  store.put_connector("c", {"RUNNING", std::nullopt, "h:1", 1});
  store.delete_connector("c");
  wait_for(2);
  EXPECT_EQ(value_of("status-connector-c"), "null");
  EXPECT_FALSE(store.connector("c"));
}

}  // namespace
}  // namespace tandem::storage
