#include "storage/config_store.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace tandem::storage {
namespace {

using testing::MemoryTopics;

class Recorder final : public ConfigListener {
 public:
  void on_connector_changed(const std::string& c) override { add("connector " + c); }
  void on_tasks_changed(const std::string& c) override { add("tasks " + c); }
  void on_target_state_changed(const std::string& c) override { add("target " + c); }
  void on_restart_requested(const RestartRequest& r) override {
    add("restart " + r.connector + (r.include_tasks ? " tasks" : "") + (r.only_failed ? " failed" : ""));
  }
  std::vector<std::string> events() {
    std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  void add(std::string e) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(e));
  }
  std::mutex mutex_;
  std::vector<std::string> events_;
};

class ConfigStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<ConfigStore> open() {
    auto store = std::make_unique<ConfigStore>(topics_, spec("config", 1), recorder_);
    store->start(kLimit, {});
    return store;
  }
  template <class F>
  void done(F&& call) {
    Waiter w;
    call(w.done());
    ASSERT_FALSE(w.get());
  }
  MemoryTopics topics_;
  Recorder recorder_;
};

TEST_F(ConfigStoreTest, RecordsAreJavasToTheByteAndInItsOrder) {
  auto store = open();
  done([&](auto d) { store->put_connector("c", {{"a", "1"}, {"n", std::nullopt}}, TargetState::paused, d); });
  done([&](auto d) {
    store->put_tasks("c", {{{"task.class", "T"}}, {{"task.class", "T"}, {"x", "\""}}}, d);
  });
  done([&](auto d) { store->put_target_state("c", TargetState::started, d); });
  done([&](auto d) { store->put_target_state("c", TargetState::stopped, d); });
  done([&](auto d) { store->put_restart_request({"c", true, false}, d); });
  done([&](auto d) { store->remove_connector("c", d); });
  EXPECT_EQ(
      lines(topics_, "connect-config"),
      (std::vector<std::string>{
          R"(target-state-c={"state":"PAUSED","state.v2":"PAUSED"})",
          R"(connector-c={"properties":{"a":"1","n":null}})", R"(task-c-0={"properties":{"task.class":"T"}})",
          R"(task-c-1={"properties":{"task.class":"T","x":"\""}})", R"(commit-c={"tasks":2})",
          R"(target-state-c={"state":"STARTED","state.v2":"STARTED"})",
          R"(target-state-c={"state":"PAUSED","state.v2":"STOPPED"})",
          R"(restart-connector-c={"include-tasks":true,"only-failed":false})", "connector-c=null",
          "target-state-c=null"}));
  EXPECT_EQ(recorder_.events(), (std::vector<std::string>{"target c", "connector c", "tasks c", "target c",
                                                          "target c", "restart c tasks", "connector c"}));
}

TEST_F(ConfigStoreTest, EverythingIsThereForTheNextWorkerAndOldRestartsAreNot) {
  {
    auto store = open();
    done([&](auto d) { store->put_connector("c-1", {{"a", "1"}}, std::nullopt, d); });
    done([&](auto d) { store->put_tasks("c-1", {{{"k", "v"}}}, d); });
    done([&](auto d) { store->put_target_state("c-1", TargetState::stopped, d); });
    done([&](auto d) { store->put_restart_request({"c-1", true, true}, d); });
  }
  const auto before = recorder_.events().size();
  auto store = open();
  EXPECT_EQ(store->connectors(), std::vector<std::string>{"c-1"});
  const auto record = store->connector("c-1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->config, (ConfigMap{{"a", "1"}}));
  EXPECT_EQ(record->target, TargetState::stopped);
  ASSERT_TRUE(record->tasks);
  EXPECT_EQ(*record->tasks, (std::vector<ConfigMap>{{{"k", "v"}}}));
  EXPECT_EQ(recorder_.events().size(), before);
}

TEST_F(ConfigStoreTest, AnIncompleteSetOfTasksHidesThem) {
  topics_.put("connect-config", "connector-c", R"({"properties":{"a":"1"}})");
  topics_.put("connect-config", "task-c-0", R"({"properties":{}})");
  topics_.put("connect-config", "commit-c", R"({"tasks":2})");
  auto store = open();
  EXPECT_FALSE(store->connector("c")->tasks);
}

TEST_F(ConfigStoreTest, TasksWithoutTheirCommitRecordDoNotCount) {
  topics_.put("connect-config", "connector-c", R"({"properties":{"a":"1"}})");
  topics_.put("connect-config", "task-c-0", R"({"properties":{"v":"1"}})");
  topics_.put("connect-config", "commit-c", R"({"tasks":1})");
  topics_.put("connect-config", "task-c-0", R"({"properties":{"v":"2"}})");
  auto store = open();
  EXPECT_EQ((*store->connector("c")->tasks)[0].at("v"), "1");
}

TEST_F(ConfigStoreTest, OldWorkersTargetStatesAreUnderstood) {
  topics_.put("connect-config", "connector-c", R"({"properties":{"a":"1"}})");
  topics_.put("connect-config", "target-state-c", R"({"state":"PAUSED"})");
  topics_.put("connect-config", "session-key",
              R"({"key":"x","algorithm":"HmacSHA256","creation-timestamp":1})");
  auto store = open();
  EXPECT_EQ(store->connector("c")->target, TargetState::paused);
  EXPECT_EQ(store->connectors().size(), 1u);
}

}  // namespace
}  // namespace tandem::storage
