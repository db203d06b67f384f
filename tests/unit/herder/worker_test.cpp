#include "tests/unit/herder/herder_fixture.hpp"

namespace tandem::herder {
namespace {

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    converters::add_builtin_converters(registry_);
    registry_.source("x.IdleConnector", "1.0", [s = script_] { return std::make_unique<IdleConnector>(s); });
    registry_.sink("x.QuietSinkConnector", "1.0", [] { return std::make_unique<QuietSinkConnector>(); });
    start();
  }
  ~WorkerTest() override {
    script_->release = true;
    worker_.reset();
  }
  void start() {
    worker_ = std::make_unique<Worker>(WorkerParts{WorkerConfig(worker_properties()),
                                                   {},
                                                   topics_,
                                                   registry_,
                                                   Clock::system(),
                                                   nullptr,
                                                   [this](const Error& e) { fatal_ = e.text(); }});
    worker_->start();
    ASSERT_TRUE(eventually([&] { return worker_->ready(); }));
  }
  /// As kill -9 and a start: nothing is written at the end that the log does not hold already.
  void start_again() {
    worker_.reset();
    start();
  }
  template <class T, class... A, class... B>
  Result<T> call(void (Worker::*method)(A...), B&&... args) {
    Reply<T> reply;
    (worker_.get()->*method)(std::forward<B>(args)..., reply.answer());
    return reply.get();
  }
  void create(const std::string& name, ConfigMap more = {}, std::optional<TargetState> state = {}) {
    ConfigMap config{{"connector.class", "Idle"}, {"server", "s"}};
    more.merge(config);
    const auto r = call<ConnectorInfo>(&Worker::create, name, more, state);
    ASSERT_TRUE(r.has_value()) << r.error().text();
  }
  /// "CONNECTOR task0 task1 …"
  std::string states(const std::string& name) {
    const auto r = call<ConnectorStatus>(&Worker::connector_status, name);
    if (!r.has_value()) {
      return r.error().text();
    }
    std::string out = r.value().connector.state;
    for (const auto& t : r.value().tasks) {
      out += " " + t.state;
    }
    return out;
  }
  ::testing::AssertionResult reaches(const std::string& name, const std::string& wanted) {
    std::string seen;
    auto r = eventually([&] { return (seen = states(name)) == wanted; });
    return r ? r : ::testing::AssertionFailure() << "is " << seen << ", not " << wanted;
  }
  void ok(Result<Nothing> r) { EXPECT_TRUE(r.has_value()) << r.error().text(); }
  std::string last(const std::string& topic, const std::string& key) {
    std::string value = "none";
    for (const auto& r : topics_.records(topic)) {
      if (r.key == key) {
        value = r.value.value_or("null");
      }
    }
    return value;
  }

  MemoryTopics topics_;
  Registry registry_;
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  std::string fatal_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(WorkerTest, CreateRunsItsTaskAndWritesEveryRecord) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(last("configs", "connector-c"),
            R"({"properties":{"connector.class":"Idle","name":"c","server":"s"}})");
  EXPECT_EQ(last("configs", "task-c-0"),
            R"({"properties":{"connector.class":"Idle","name":"c","server":"s","task.class":"x.IdleTask"}})");
  EXPECT_EQ(last("configs", "commit-c"), R"({"tasks":1})");
  ASSERT_TRUE(eventually([&] {
    return last("statuses", "status-task-c-0") ==
           R"({"state":"RUNNING","trace":null,"worker_id":"h:8083","generation":1})";
  }));
  const auto info = call<ConnectorInfo>(&Worker::connector_info, "c");
  EXPECT_EQ(info.value().type, "source");
  EXPECT_EQ(info.value().tasks, std::vector<int>{0});
}

TEST_F(WorkerTest, RequestsAboutTheUnknownSpeakAsJavaDoes) {
  EXPECT_EQ(call<ConnectorInfo>(&Worker::connector_info, "no").error().message, "Connector no not found");
  EXPECT_EQ(call<ConnectorStatus>(&Worker::connector_status, "no").error().message,
            "No status found for connector no");
  EXPECT_EQ(call<TaskStateView>(&Worker::task_status, "no", 0).error().message,
            "No status found for task no-0");
  EXPECT_EQ(call<Nothing>(&Worker::pause, "no").error().message, "Unknown connector no");
  EXPECT_EQ(call<Nothing>(&Worker::stop_connector, "no").error().message, "Unknown connector no");
  EXPECT_EQ(call<Nothing>(&Worker::restart_connector, "no").error().message, "Unknown connector: no");
  EXPECT_EQ(call<Nothing>(&Worker::restart_task, "no", 7).error().message, "Unknown connector: no");
  EXPECT_EQ(call<Nothing>(&Worker::remove, "no").error().message, "Connector no not found");
  EXPECT_EQ(http_status(call<Nothing>(&Worker::remove, "no").error().kind), 404);
}

TEST_F(WorkerTest, CreateRefusesTwinsAndInvalidConfigurations) {
  create("c");
  const ConfigMap good{{"connector.class", "Idle"}, {"server", "s"}};
  EXPECT_EQ(call<ConnectorInfo>(&Worker::create, "c", good, std::nullopt).error().message,
            "Connector c already exists");
  const auto bad =
      call<ConnectorInfo>(&Worker::create, "d", ConfigMap{{"connector.class", "Idle"}}, std::nullopt);
  EXPECT_EQ(bad.error().kind, ErrorKind::config);
  EXPECT_TRUE(bad.error().message.starts_with(
      "Connector configuration is invalid and contains the following 1 error(s):"));
  const auto other = call<ConnectorInfo>(&Worker::create, "d",
                                         ConfigMap{{"connector.class", "Idle"}, {"name", "e"}}, std::nullopt);
  EXPECT_EQ(other.error().kind, ErrorKind::config);
}

TEST_F(WorkerTest, PauseResumeStop) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  ok(call<Nothing>(&Worker::pause, "c"));
  ASSERT_TRUE(reaches("c", "PAUSED PAUSED"));
  ok(call<Nothing>(&Worker::resume, "c"));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(script_->task_starts, 1);
  ok(call<Nothing>(&Worker::stop_connector, "c"));
  ASSERT_TRUE(reaches("c", "STOPPED"));
  EXPECT_EQ(last("configs", "commit-c"), R"({"tasks":0})");
  EXPECT_EQ(last("configs", "target-state-c"), R"({"state":"PAUSED","state.v2":"STOPPED"})");
  EXPECT_TRUE(call<ConnectorInfo>(&Worker::connector_info, "c").value().tasks.empty());
  ok(call<Nothing>(&Worker::resume, "c"));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(script_->task_starts, 2);
}

TEST_F(WorkerTest, TasksConfiguredWhileAConnectorIsStoppedAreNotWritten) {
  const auto stopped = [this] { return last("configs", "commit-c") == R"({"tasks":0})"; };
  std::atomic<bool> late = false;
  script_->in_task_configs = [&] {
    if (late) {
      (void)eventually(stopped);
    }
  };
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  for (int i = 0; i < 20; ++i) {
    late = true;
    ok(call<Nothing>(&Worker::pause, "c"));
    ASSERT_TRUE(reaches("c", "PAUSED PAUSED"));
    ok(call<Nothing>(&Worker::resume, "c"));
    ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
    ok(call<Nothing>(&Worker::stop_connector, "c"));
    ASSERT_TRUE(reaches("c", "STOPPED"));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(stopped());
    EXPECT_TRUE(call<ConnectorInfo>(&Worker::connector_info, "c").value().tasks.empty());
    late = false;
    ok(call<Nothing>(&Worker::resume, "c"));
    ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  }
}

TEST_F(WorkerTest, StoppedIsToldWhenTheLastTaskHasEnded) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  script_->hang_stop = true;
  const auto asked = std::chrono::steady_clock::now();
  ok(call<Nothing>(&Worker::stop_connector, "c"));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const std::string meanwhile = states("c");
  if (std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(250)) {  // 300: given up
    EXPECT_EQ(meanwhile, "RUNNING");
  }
  script_->release = true;
  EXPECT_TRUE(reaches("c", "STOPPED"));
}

TEST_F(WorkerTest, InitialStates) {
  create("p", {}, TargetState::paused);
  create("s", {}, TargetState::stopped);
  EXPECT_TRUE(reaches("p", "PAUSED"));
  EXPECT_TRUE(reaches("s", "STOPPED"));
  EXPECT_EQ(script_->task_starts, 0);
}

TEST_F(WorkerTest, AFailedTaskStaysFailedWithItsRemedyUntilItIsRestarted) {
  script_->fail_starts = 1;
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING FAILED"));
  const auto task = call<TaskStateView>(&Worker::task_status, "c", 0).value();
  EXPECT_NE(task.trace.find("GRANT REPLICATION SLAVE"), std::string::npos);
  EXPECT_EQ(task.worker_id, "h:8083");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(script_->task_starts, 1);
  EXPECT_EQ(call<Nothing>(&Worker::restart_task, "c", 7).error().message, "Unknown task: c-7");
  ok(call<Nothing>(&Worker::restart_task, "c", 0));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
}

TEST_F(WorkerTest, TheRestartPlanTakesWhatItIsAskedFor) {
  script_->tasks = 2;
  script_->fail_starts = 1;
  create("c", {{"tasks.max", "2"}});
  ASSERT_TRUE(eventually(
      [&] { return states("c") == "RUNNING FAILED RUNNING" || states("c") == "RUNNING RUNNING FAILED"; }));
  const auto plan = call<ConnectorStatus>(&Worker::restart_connector_and_tasks, "c", true, true).value();
  EXPECT_EQ(plan.connector.state, "RUNNING");
  EXPECT_EQ((plan.tasks[0].state == "RESTARTING") + (plan.tasks[1].state == "RESTARTING"), 1);
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING RUNNING"));
  EXPECT_EQ(script_->task_starts, 3);
  const auto all = call<ConnectorStatus>(&Worker::restart_connector_and_tasks, "c", true, false).value();
  EXPECT_EQ(all.connector.state, "RESTARTING");
  ASSERT_TRUE(eventually([&] { return script_->task_starts == 5; }));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING RUNNING"));
  EXPECT_EQ(last("configs", "restart-connector-c"), R"({"include-tasks":true,"only-failed":false})");
}

TEST_F(WorkerTest, AnotherConfigurationRestartsTheTasksOnceAndThePatchMerges) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  const auto put =
      call<PutResult>(&Worker::put_config, "c", ConfigMap{{"connector.class", "Idle"}, {"server", "t"}});
  ASSERT_TRUE(put.has_value());
  EXPECT_FALSE(put.value().created);
  ASSERT_TRUE(eventually([&] { return script_->task_starts == 2; }));
  const auto patched = call<ConnectorInfo>(&Worker::patch_config, "c",
                                           ConfigMap{{"errors.tolerance", "all"}, {"server", "u"}});
  ASSERT_TRUE(patched.has_value()) << patched.error().text();
  EXPECT_EQ(patched.value().config.at("server"), "u");
  EXPECT_EQ(patched.value().config.at("errors.tolerance"), "all");
  ASSERT_TRUE(eventually([&] { return script_->task_starts == 3; }));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(script_->task_starts, 3);
}

TEST_F(WorkerTest, DeleteEndsEverythingButTheOffsets) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  topics_.put("offsets", R"(["c",{"server":"s"}])", R"({"pos":1})");
  ok(call<Nothing>(&Worker::remove, "c"));
  EXPECT_EQ(states("c"), "No status found for connector c");
  EXPECT_TRUE(call<std::vector<std::string>>(&Worker::connectors).value().empty());
  ASSERT_TRUE(eventually([&] {
    return last("statuses", "status-task-c-0") == "null" && last("statuses", "status-connector-c") == "null";
  }));
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(call<std::vector<ConnectorOffset>>(&Worker::offsets, "c").value().size(), 1u);
}

TEST_F(WorkerTest, StateSurvivesTheWorker) {
  script_->tasks = 2;
  create("run", {{"tasks.max", "2"}});
  create("paused");
  create("stopped");
  ok(call<Nothing>(&Worker::pause, "paused"));
  ok(call<Nothing>(&Worker::stop_connector, "stopped"));
  ASSERT_TRUE(reaches("run", "RUNNING RUNNING RUNNING"));
  start_again();
  EXPECT_TRUE(reaches("run", "RUNNING RUNNING RUNNING"));
  EXPECT_TRUE(reaches("stopped", "STOPPED"));
  EXPECT_EQ(states("paused").substr(0, 6), "PAUSED");
  ASSERT_TRUE(eventually(
      [&] { return last("statuses", "status-task-run-0").find("\"generation\":2") != std::string::npos; }));
}

TEST_F(WorkerTest, StatusesOfConnectorsThatAreGoneAreCleared) {
  worker_.reset();
  topics_.put("statuses", "status-connector-old",
              R"({"state":"RUNNING","trace":null,"worker_id":"x:1","generation":9})", 1);
  topics_.put("statuses", "status-task-old-0",
              R"({"state":"RUNNING","trace":null,"worker_id":"x:1","generation":9})", 1);
  start();
  const auto tombstone = [&](const std::string& key) {
    const auto records = topics_.records("statuses");
    return std::any_of(records.begin(), records.end(),
                       [&](const auto& r) { return r.key == key && !r.value; });
  };
  ASSERT_TRUE(
      eventually([&] { return tombstone("status-connector-old") && tombstone("status-task-old-0"); }));
}

TEST_F(WorkerTest, AServerThatIsAwayDelaysTaskConfigurationsButDoesNotFailTheConnector) {
  script_->transient_configs = 2;
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  EXPECT_EQ(script_->task_configs_calls, 3);
}

TEST_F(WorkerTest, MoreTasksThanAllowedFailTheConnector) {
  script_->tasks = 3;
  create("c");
  ASSERT_TRUE(reaches("c", "FAILED"));
  EXPECT_NE(
      call<ConnectorStatus>(&Worker::connector_status, "c").value().connector.trace.find("greater than 1"),
      std::string::npos);
}

TEST_F(WorkerTest, AHungTaskIsGivenUpAndItsSuccessorRuns) {
  script_->hang_stop = true;
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  ok(call<Nothing>(&Worker::restart_task, "c", 0));
  ASSERT_TRUE(eventually([&] { return script_->task_starts == 2; }));
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  script_->release = true;
  // A process ends with tasks that it gave up; here the worker ends alone, and they tell it of their end.
  ASSERT_TRUE(eventually([&] { return script_->tasks_alive == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

TEST_F(WorkerTest, AHungConnectorHoldsNobodyElseUp) {
  script_->hang_validate = true;
  Reply<ConfigInfos> hung;
  worker_->validate({{"connector.class", "Idle"}, {"name", "x"}, {"server", "s"}}, hung.answer());
  EXPECT_TRUE(call<Nothing>(&Worker::ping).has_value());
  EXPECT_TRUE(call<std::vector<std::string>>(&Worker::connectors).has_value());
  script_->release = true;
  EXPECT_TRUE(hung.get().has_value());
}

TEST_F(WorkerTest, SourceOffsetsAreChangedOnlyWhenStopped) {
  create("c");
  ASSERT_TRUE(reaches("c", "RUNNING RUNNING"));
  const std::vector<ConnectorOffset> change{{{{"server", "s"}}, OffsetMap{{"pos", std::int64_t{3}}}}};
  EXPECT_EQ(call<std::string>(&Worker::alter_offsets, "c", change).error().message,
            "Connectors must be in the STOPPED state before their offsets can be modified. This can be done "
            "for the specified connector by "
            "issuing a 'PUT' request to the '/connectors/c/stop' endpoint");
  EXPECT_EQ(call<std::string>(&Worker::alter_offsets, "c", std::vector<ConnectorOffset>{}).error().message,
            "Partitions / offsets need to be provided for an alter offsets request");
  ok(call<Nothing>(&Worker::stop_connector, "c"));
  ASSERT_TRUE(eventually([&] { return call<std::string>(&Worker::alter_offsets, "c", change).has_value(); }));
  EXPECT_EQ(call<std::string>(&Worker::alter_offsets, "c", change).value(),
            "The offsets for this connector have been altered successfully");
  EXPECT_EQ(last("offsets", R"(["c",{"server":"s"}])"), R"({"pos":3})");
  const auto read = call<std::vector<ConnectorOffset>>(&Worker::offsets, "c").value();
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].partition, (OffsetMap{{"server", "s"}}));
  const std::vector<ConnectorOffset> foreign{{{{"other", "s"}}, OffsetMap{{"pos", std::int64_t{3}}}}};
  EXPECT_EQ(call<std::string>(&Worker::alter_offsets, "c", foreign).error().message,
            "The partition has no 'server'");
  script_->takes_offsets = false;
  EXPECT_TRUE(call<std::string>(&Worker::reset_offsets, "c")
                  .value()
                  .starts_with("The Connect framework-managed offsets for this connector have been reset "
                               "successfully. However"));
  EXPECT_TRUE(call<std::vector<ConnectorOffset>>(&Worker::offsets, "c").value().empty());
}

TEST_F(WorkerTest, SinkOffsetsAreTheGroups) {
  topics_.put("t", "k", "v");
  create("k", {{"connector.class", "QuietSink"}, {"topics", "t"}});
  ASSERT_TRUE(eventually([&] { return topics_.committed("connect-k").size() == 1; }));
  auto read = call<std::vector<ConnectorOffset>>(&Worker::offsets, "k").value();
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].partition, (OffsetMap{{"kafka_topic", "t"}, {"kafka_partition", std::int32_t{0}}}));
  ok(call<Nothing>(&Worker::stop_connector, "k"));
  const std::vector<ConnectorOffset> wrong{{{{"filename", "x"}}, std::nullopt}};
  ASSERT_TRUE(eventually([&] {
    return call<std::string>(&Worker::alter_offsets, "k", wrong).error().message ==
           "The partition for a sink connector offset must contain the keys 'kafka_topic' and "
           "'kafka_partition'";
  }));
  const std::vector<ConnectorOffset> no_number{
      {{{"kafka_topic", "t"}, {"kafka_partition", "x"}}, std::nullopt}};
  EXPECT_EQ(call<std::string>(&Worker::alter_offsets, "k", no_number).error().message,
            "Failed to parse the following Kafka partition value in the provided offsets: 'x'. Partition "
            "values for sink connectors need to be integers.");
  const std::vector<ConnectorOffset> change{{{{"kafka_topic", "t"}, {"kafka_partition", std::int64_t{0}}},
                                             OffsetMap{{"kafka_offset", std::int64_t{0}}}}};
  EXPECT_TRUE(call<std::string>(&Worker::alter_offsets, "k", change).has_value());
  EXPECT_EQ(topics_.committed("connect-k").begin()->second, 0);
  EXPECT_TRUE(call<std::string>(&Worker::reset_offsets, "k").has_value());
  EXPECT_TRUE(topics_.committed("connect-k").empty());
}

TEST_F(WorkerTest, TopicsInUseAreKeptAndReset) {
  topics_.put("t", "k", "v");
  create("k", {{"connector.class", "QuietSink"}, {"topics", "t"}});
  ASSERT_TRUE(eventually([&] {
    return call<std::vector<std::string>>(&Worker::active_topics, "k").value() ==
           std::vector<std::string>{"t"};
  }));
  ok(call<Nothing>(&Worker::reset_active_topics, "k"));
  EXPECT_TRUE(call<std::vector<std::string>>(&Worker::active_topics, "k").value().empty());
}

TEST_F(WorkerTest, AfterTheStopRequestsAreAnsweredAtOnce) {
  worker_->stop();
  EXPECT_EQ(call<std::vector<std::string>>(&Worker::connectors).error().message, "Worker is shutting down");
  EXPECT_EQ(call<Nothing>(&Worker::pause, "c").error().message, "Worker is shutting down");
}

TEST(WorkerStartTest, AStorageTopicThatIsNotCompactedIsFatal) {
  MemoryTopics topics;
  topics.admin().create_topic({"statuses", 5, 1, {{"cleanup.policy", "delete"}}});
  Registry registry;
  std::promise<std::string> fatal;
  Worker worker({WorkerConfig(worker_properties()),
                 {},
                 topics,
                 registry,
                 Clock::system(),
                 nullptr,
                 [&](const Error& e) { fatal.set_value(e.message); }});
  worker.start();
  auto text = fatal.get_future();
  ASSERT_EQ(text.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_NE(text.get().find("status.storage.topic"), std::string::npos);
  EXPECT_FALSE(worker.ready());
}

TEST(TaskClassTest, NamesAreJavas) {
  EXPECT_EQ(task_class_of("io.debezium.connector.mysql.MySqlConnector"),
            "io.debezium.connector.mysql.MySqlConnectorTask");
  EXPECT_EQ(task_class_of("io.debezium.connector.jdbc.JdbcSinkConnector"),
            "io.debezium.connector.jdbc.JdbcSinkConnectorTask");
  EXPECT_EQ(task_class_of("io.confluent.connect.jdbc.JdbcSinkConnector"),
            "io.confluent.connect.jdbc.sink.JdbcSinkTask");
  EXPECT_EQ(task_class_of("org.apache.kafka.connect.file.FileStreamSourceConnector"),
            "org.apache.kafka.connect.file.FileStreamSourceTask");
}

TEST(InitialStateTest, AnyCase) {
  TargetState s{};
  EXPECT_TRUE(parse_initial_state("paused", s));
  EXPECT_EQ(s, TargetState::paused);
  EXPECT_FALSE(parse_initial_state("BROKEN", s));
}

}  // namespace
}  // namespace tandem::herder
