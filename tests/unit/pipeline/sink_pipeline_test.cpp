#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace tandem::pipeline {
namespace {

using topics::TopicPartition;

/// A scripted target: what was put, and faults to come.
struct Target {
  std::mutex mutex;
  std::vector<std::string> rows;
  std::vector<std::string> calls;
  int fail_puts = 0, fail_opens = 0;
  ErrorKind failure = ErrorKind::transient;
  std::string errant;  ///< a value that cannot be applied
  std::optional<topics::Offsets> seek_on_open;
  std::int64_t hold_back = 0;  ///< pre_commit gives that many less
  bool move_out = false;
  std::atomic<std::size_t> hold_at = SIZE_MAX;  ///< put() waits while so many rows are there
};

class ScriptedSink final : public SinkTask {
 public:
  explicit ScriptedSink(std::shared_ptr<Target> t) : t_(std::move(t)) {}
  void start(const ConfigMap&, SinkTaskContext& context) override { context_ = &context; }
  void open(const std::vector<TopicPartition>& partitions) override {
    std::lock_guard lock(t_->mutex);
    if (t_->fail_opens > 0) {
      --t_->fail_opens;
      raise(t_->failure, "target is down");
    }
    t_->calls.push_back("open " + std::to_string(partitions.size()));
    if (t_->seek_on_open) {
      context_->seek(*t_->seek_on_open);
    }
  }
  void close(const std::vector<TopicPartition>& partitions) override {
    std::lock_guard lock(t_->mutex);
    t_->calls.push_back("close " + std::to_string(partitions.size()));
  }
  void put(std::vector<SinkRecord>& records) override {
    std::unique_lock lock(t_->mutex);
    while (t_->rows.size() >= t_->hold_at) {
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      lock.lock();
    }
    std::vector<std::string> taken;
    for (auto& r : records) {
      const auto value = r.value.string() ? *r.value.string() : "null";
      if (value == t_->errant) {
        if (!context_->report_errant(r, Error(ErrorKind::data, "does not fit"))) {
          raise(ErrorKind::data, "does not fit");
        }
        continue;
      }
      taken.push_back(value);
      if (t_->move_out) {
        r.value = Value();
      }
    }
    if (t_->fail_puts > 0) {
      --t_->fail_puts;
      raise(t_->failure, "deadlock");
    }
    t_->rows.insert(t_->rows.end(), taken.begin(), taken.end());
  }
  topics::Offsets pre_commit(const topics::Offsets& seen) override {
    std::lock_guard lock(t_->mutex);
    auto out = seen;
    for (auto& [p, offset] : out) {
      offset -= t_->hold_back;
    }
    return out;
  }
  void stop() noexcept override {}

 private:
  std::shared_ptr<Target> t_;
  SinkTaskContext* context_ = nullptr;
};

class SinkPipelineTest : public ::testing::Test {
 protected:
  std::unique_ptr<SinkPipeline> run(ConfigMap extra = {}) {
    notes_ = std::make_shared<Notes>();
    ConfigMap connector{{"topics", "t"}};
    connector.merge(extra);
    auto p = std::make_unique<SinkPipeline>(
        bench_.services, TaskSpec{"c", 0, std::move(connector), {{"task.class", "x.SinkTask"}}, false},
        notes_, [t = target_] { return std::make_unique<ScriptedSink>(t); });
    p->launch();
    return p;
  }
  std::vector<std::string> rows() {
    std::lock_guard lock(target_->mutex);
    return target_->rows;
  }
  void put(int from, int to, int partition = 0) {
    for (int i = from; i <= to; ++i) {
      bench_.topics.put("t", "k", std::to_string(i), partition);
    }
  }
  std::int64_t committed(int partition = 0) {
    const auto all = bench_.topics.committed("connect-c");
    const auto it = all.find({"t", partition});
    return it == all.end() ? -1 : it->second;
  }
  static std::vector<std::string> numbers(int from, int to) {
    std::vector<std::string> out;
    for (int i = from; i <= to; ++i) {
      out.push_back(std::to_string(i));
    }
    return out;
  }
  Bench bench_{true};
  std::shared_ptr<Target> target_ = std::make_shared<Target>();
  std::shared_ptr<Notes> notes_;
};

TEST_F(SinkPipelineTest, PutsInOrderAndCommitsWhatIsDurable) {
  put(1, 5000);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return committed() == 5000; }));
  EXPECT_EQ(rows(), numbers(1, 5000));
  EXPECT_EQ(notes_->running, 1);
}

TEST_F(SinkPipelineTest, WhatIsReadAheadComesOnceAndInOrder) {
  target_->fail_puts = 2;
  target_->move_out = true;
  put(1, 1000);
  auto p = run({{"consumer.override.max.poll.records", "7"}});
  ASSERT_TRUE(eventually([&] { return committed() == 1000; }));
  EXPECT_EQ(rows(), numbers(1, 1000));
}

TEST_F(SinkPipelineTest, ARecordReadAheadFailsWhenItsTurnComes) {
  for (const auto* value : {R"({"ok":1})", "{broken", R"({"ok":2})"}) {
    bench_.topics.put("t", "k", value);
  }
  target_->hold_at = 0;
  ConfigMap config{{"consumer.override.max.poll.records", "1"},
                   {"value.converter", "org.apache.kafka.connect.json.JsonConverter"},
                   {"value.converter.schemas.enable", "false"},
                   {"errors.tolerance", "all"},
                   {"errors.deadletterqueue.topic.name", "dlq"}};
  auto p = run(config);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(bench_.topics.values("dlq").empty());
  target_->hold_at = SIZE_MAX;
  ASSERT_TRUE(eventually([&] { return committed() == 3; }));
  EXPECT_EQ(rows().size(), 2u);
  EXPECT_EQ(bench_.topics.values("dlq"), std::vector<std::string>{"{broken"});
}

TEST_F(SinkPipelineTest, ARebalanceForgetsWhatWasReadAhead) {
  bench_.services.flush_interval = std::chrono::hours(1);
  target_->hold_at = 30;
  put(1, 200);
  auto p = run({{"consumer.override.max.poll.records", "3"}});
  ASSERT_TRUE(eventually([&] { return rows().size() == 30; }));
  bench_.topics.rebalance("connect-c");
  target_->hold_at = SIZE_MAX;
  ASSERT_TRUE(eventually([&] { return rows().size() == 200; }));
  EXPECT_EQ(rows(), numbers(1, 200));
}

TEST_F(SinkPipelineTest, PreCommitDecidesAndNeverExceedsWhatWasPut) {
  target_->hold_back = 30;
  put(1, 100);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return committed() == 70; }));
  target_->hold_back = -1000;
  put(101, 101);
  ASSERT_TRUE(eventually([&] { return committed() == 101; }));
}

TEST_F(SinkPipelineTest, AStopCommitsAndTheNextRunGoesOn) {
  bench_.services.flush_interval = std::chrono::hours(1);
  put(1, 10);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 10; }));
  p.reset();
  EXPECT_EQ(committed(), 10);
  put(11, 12);
  p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 12; }));
  EXPECT_EQ(rows(), numbers(1, 12));
  p.reset();
  std::lock_guard lock(target_->mutex);
  EXPECT_EQ(target_->calls, (std::vector<std::string>{"open 1", "close 1", "open 1", "close 1"}));
}

TEST_F(SinkPipelineTest, ATransientPutIsRepeatedWithTheSameRecordsEvenWhenTheTaskMovedThemOut) {
  target_->fail_puts = 3;
  target_->move_out = true;
  put(1, 20);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 20; }));
  put(21, 30);
  ASSERT_TRUE(eventually([&] { return committed() == 30; }));
  EXPECT_EQ(rows(), numbers(1, 30));
  EXPECT_FALSE(notes_->finished);
  const auto conditions = notes_->conditions();
  ASSERT_FALSE(conditions.empty());
  EXPECT_NE(conditions[0].find("deadlock"), std::string::npos);
  EXPECT_EQ(conditions.back(), "");
}

TEST_F(SinkPipelineTest, OtherPutErrorsFailTheTaskAndNothingIsCommittedPastThem) {
  target_->fail_puts = 1;
  target_->failure = ErrorKind::data;
  put(1, 5);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_NE(notes_->failure()->trace().find("Exiting WorkerSinkTask due to unrecoverable exception."),
            std::string::npos);
  EXPECT_LE(committed(), 0);
  p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 5; }));
}

TEST_F(SinkPipelineTest, ATransientOpenIsTriedAgainBeforeAnyRecord) {
  target_->fail_opens = 2;
  put(1, 5);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 5; }));
  EXPECT_EQ(rows(), numbers(1, 5));
}

TEST_F(SinkPipelineTest, ASeekInOpenWinsOverTheCommittedOffset) {
  put(1, 10);
  target_->seek_on_open = topics::Offsets{{{"t", 0}, 7}};
  auto p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 3; }));
  EXPECT_EQ(rows(), numbers(8, 10));
  ASSERT_TRUE(eventually([&] { return committed() == 10; }));
}

TEST_F(SinkPipelineTest, ErrantRecordsGoToTheDeadLetterTopicBeforeTheyCountAsDone) {
  target_->errant = "3";
  put(1, 5);
  auto p = run({{"errors.tolerance", "all"},
                {"errors.deadletterqueue.topic.name", "dlq"},
                {"errors.deadletterqueue.context.headers.enable", "true"}});
  ASSERT_TRUE(eventually([&] { return committed() == 5; }));
  EXPECT_EQ(rows(), (std::vector<std::string>{"1", "2", "4", "5"}));
  const auto dead = bench_.topics.records("dlq");
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].key, "k");
  EXPECT_EQ(dead[0].value, "3");
  std::map<std::string, std::string> headers;
  for (const auto& [k, v] : dead[0].headers) {
    headers[k] = v.value_or("null");
  }
  EXPECT_EQ(headers.at("__connect.errors.topic"), "t");
  EXPECT_EQ(headers.at("__connect.errors.partition"), "0");
  EXPECT_EQ(headers.at("__connect.errors.offset"), "2");
  EXPECT_EQ(headers.at("__connect.errors.connector.name"), "c");
  EXPECT_EQ(headers.at("__connect.errors.task.id"), "0");
  EXPECT_EQ(headers.at("__connect.errors.stage"), "TASK_PUT");
  EXPECT_EQ(headers.at("__connect.errors.class.name"), "x.SinkTask");
  EXPECT_EQ(headers.at("__connect.errors.exception.class.name"),
            "org.apache.kafka.connect.errors.DataException");
  EXPECT_EQ(headers.at("__connect.errors.exception.message"), "does not fit");
}

TEST_F(SinkPipelineTest, ARepeatedPutReportsNoDeadLetterTwice) {
  target_->errant = "3";
  target_->fail_puts = 2;
  put(1, 5);
  auto p = run({{"errors.tolerance", "all"}, {"errors.deadletterqueue.topic.name", "dlq"}});
  ASSERT_TRUE(eventually([&] { return committed() == 5; }));
  EXPECT_EQ(bench_.topics.records("dlq").size(), 1u);
}

TEST_F(SinkPipelineTest, WithoutToleranceAnErrantRecordFailsTheTask) {
  target_->errant = "3";
  put(1, 5);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_EQ(notes_->failure()->kind, ErrorKind::data);
}

TEST_F(SinkPipelineTest, BadBytesAreSkippedToTheDeadLetterTopicByTolerance) {
  bench_.topics.put("t", "k", R"({"ok":1})");
  bench_.topics.put("t", "k", "{broken");
  bench_.topics.put("t", "k", R"({"ok":2})");
  auto p = run({{"value.converter", "org.apache.kafka.connect.json.JsonConverter"},
                {"value.converter.schemas.enable", "false"},
                {"errors.tolerance", "all"},
                {"errors.deadletterqueue.topic.name", "dlq"}});
  ASSERT_TRUE(eventually([&] { return committed() == 3; }));
  EXPECT_EQ(rows().size(), 2u);
  EXPECT_EQ(bench_.topics.values("dlq"), std::vector<std::string>{"{broken"});
}

TEST_F(SinkPipelineTest, BadBytesFailTheTaskOtherwise) {
  bench_.topics.put("t", "k", "{broken");
  auto p = run({{"value.converter", "org.apache.kafka.connect.json.JsonConverter"}});
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_NE(notes_->failure()->message.find("Tolerance exceeded in error handler: VALUE_CONVERTER of t-0@0"),
            std::string::npos)
      << notes_->failure()->message;
}

TEST_F(SinkPipelineTest, ARebalanceCommitsClosesAndOpensAndLosesNothing) {
  bench_.services.flush_interval = std::chrono::hours(1);
  bench_.topics.put("t", "k", "a", 1);
  put(1, 100);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return rows().size() == 101; }));
  bench_.topics.rebalance("connect-c");
  ASSERT_TRUE(eventually([&] { return committed() == 100 && committed(1) == 1; }));
  put(101, 150);
  ASSERT_TRUE(eventually([&] { return rows().size() == 151; }));
  p.reset();
  std::lock_guard lock(target_->mutex);
  EXPECT_EQ(target_->calls, (std::vector<std::string>{"open 2", "close 2", "open 2", "close 2"}));
}

TEST_F(SinkPipelineTest, ARebalanceDuringRetriesDropsTheRecordsAndReadsThemAgain) {
  target_->fail_puts = 4;
  put(1, 20);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return !notes_->conditions().empty(); }));
  bench_.topics.rebalance("connect-c");
  ASSERT_TRUE(eventually([&] { return rows().size() == 20; }));
  EXPECT_EQ(rows(), numbers(1, 20));
}

TEST_F(SinkPipelineTest, PausedItPutsNothingAndKeepsItsPartitions) {
  auto p = run();
  put(1, 1);
  ASSERT_TRUE(eventually([&] { return rows().size() == 1; }));
  p->set_paused(true);
  ASSERT_TRUE(eventually([&] { return notes_->paused == 1; }));
  put(2, 9);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(rows().size(), 1u);
  p->set_paused(false);
  ASSERT_TRUE(eventually([&] { return rows().size() == 9; }));
  std::lock_guard lock(target_->mutex);
  EXPECT_EQ(target_->calls, std::vector<std::string>{"open 1"});
}

TEST_F(SinkPipelineTest, TopicsByPatternJoinAsTheyAppear) {
  notes_ = std::make_shared<Notes>();
  auto p = std::make_unique<SinkPipeline>(bench_.services,
                                          TaskSpec{"c", 0, {{"topics.regex", "app\\..*"}}, {}, false}, notes_,
                                          [t = target_] { return std::make_unique<ScriptedSink>(t); });
  p->launch();
  bench_.topics.put("app.a", "k", "1");
  ASSERT_TRUE(eventually([&] { return rows().size() == 1; }));
  bench_.topics.put("app.b", "k", "2");
  bench_.topics.put("other", "k", "x");
  ASSERT_TRUE(eventually([&] { return rows().size() == 2; }));
}

}  // namespace
}  // namespace tandem::pipeline
