#include "tests/unit/pipeline/pipeline_fixture.hpp"

#include <charconv>
#include <random>
#include <set>

namespace tandem::pipeline {
namespace {

const auto kPartition = std::make_shared<const OffsetMap>(OffsetMap{{"server", "s"}});

/// What a scripted source shares with its test: a log of numbers 1…end that is read from the committed offset
/// on.
struct Script {
  std::atomic<std::int64_t> end = 0;
  std::int64_t batch = 10;
  std::atomic<std::int64_t> fail_poll_at = -1, fail_start = 0;
  std::atomic<ErrorKind> failure{ErrorKind::transient};
  std::atomic<bool> echoes = false;  ///< everything read is dropped
  std::atomic<std::int64_t> committed = 0, starts = 0, polls = 0;
  std::atomic<std::int64_t> too_large = -1;
  std::size_t padding = 0;            ///< bytes added to every value
  std::int64_t records_a_change = 1;  ///< only the last of them has an offset
  Headers::Shared headers;            ///< of every record
  std::int64_t own_header_every = 0;  ///< every so many numbers a header of its own
  std::int64_t misfit_every = 0;      ///< every so many numbers, from 1 on, a value that its schema refuses
};

class CountingTask final : public SourceTask {
 public:
  explicit CountingTask(std::shared_ptr<Script> s) : s_(std::move(s)) {}
  void start(const ConfigMap&, SourceTaskContext& context) override {
    ++s_->starts;
    if (s_->fail_start > 0) {
      --s_->fail_start;
      raise(s_->failure, "cannot start");
    }
    if (const auto offset = context.offset(*kPartition)) {
      at_ = *(*offset)[0].second.get_if<std::int64_t>();
    }
  }
  SourceBatch poll(std::stop_token stop) override {
    ++s_->polls;
    SourceBatch batch;
    if (s_->fail_poll_at == at_) {
      s_->fail_poll_at = -1;
      raise(s_->failure, "connection lost");
    }
    for (std::int64_t i = 0; i < s_->batch && at_ < s_->end; ++i) {
      ++at_;
      if (s_->echoes) {
        continue;
      }
      SourceRecord r;
      r.key_schema = r.value_schema = primitive(SchemaType::string);
      r.key = "k";
      r.value =
          std::to_string(at_) + (s_->too_large == at_ ? "-too-large" : "") + std::string(s_->padding, ' ');
      if (s_->misfit_every != 0 && at_ % s_->misfit_every == 1) {
        r.value = at_;
      }
      r.headers = Headers(s_->headers);
      if (s_->own_header_every != 0 && at_ % s_->own_header_every == 0) {
        r.headers.push_back({"own", primitive(SchemaType::string), std::to_string(at_)});
      }
      r.topic = s_->headers && at_ % 5 == 0 ? "other" : "t";
      r.source_partition = kPartition;
      r.source_offset = at_ % s_->records_a_change == 0 ? offset() : nullptr;
      batch.records.push_back(std::move(r));
    }
    if (s_->echoes && at_ > 0) {
      batch.position = SourceBatch::Position{kPartition, offset()};
    }
    if (batch.records.empty()) {
      Clock::system().sleep_for(std::chrono::milliseconds(2), stop);
    }
    return batch;
  }
  void commit(const OffsetMap&, const SourceOffset& o) override {
    s_->committed = *o.to_map()[0].second.get_if<std::int64_t>();
  }
  void stop() noexcept override {}

 private:
  SourceOffsetPtr offset() const { return std::make_shared<MapOffset>(OffsetMap{{"at", at_}}); }
  std::shared_ptr<Script> s_;
  std::int64_t at_ = 0;
};

class SourcePipelineTest : public ::testing::TestWithParam<bool> {
 protected:
  SourcePipelineTest() : bench_(GetParam()) {}
  std::unique_ptr<SourcePipeline> run(ConfigMap connector = {}, bool paused = false) {
    notes_ = std::make_shared<Notes>();
    auto p =
        std::make_unique<SourcePipeline>(bench_.services, TaskSpec{"c", 0, std::move(connector), {}, paused},
                                         notes_, [s = script_] { return std::make_unique<CountingTask>(s); });
    p->launch();
    return p;
  }
  void run_until(std::size_t records) {
    auto p = run();
    ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == records; }));
    p->request_stop();
    p->join();
  }
  std::int64_t stored_offset() {
    bench_.offsets.read_to_end(std::chrono::seconds(5));
    const auto o = bench_.offsets.get("c", *kPartition);
    return o ? *(*o)[0].second.get_if<std::int64_t>() : 0;
  }
  /// Every number from 1 to `end` is in the topic, the first time in order. Returns how many came twice.
  std::size_t repeats(std::int64_t end) {
    std::int64_t next = 1;
    std::size_t twice = 0;
    for (const auto& v : bench_.topics.values("t")) {
      std::int64_t n = 0;
      std::from_chars(v.data(), v.data() + v.size(), n);
      if (n == next) {
        ++next;
      } else {
        EXPECT_LT(n, next) << "a gap before " << n;
        ++twice;
      }
    }
    EXPECT_EQ(next, end + 1) << "records are missing";
    return twice;
  }
  Bench bench_;
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  std::shared_ptr<Notes> notes_;
};

TEST_P(SourcePipelineTest, RecordsInOrderThenOffsetThenCommit) {
  script_->end = 1000;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 1000; }));
  EXPECT_EQ(repeats(1000), 0u);
  EXPECT_EQ(stored_offset(), 1000);
  EXPECT_EQ(notes_->running, 1);
  p->request_stop();
  p->join();
  EXPECT_TRUE(notes_->finished);
  EXPECT_FALSE(notes_->failure());
}

TEST_P(SourcePipelineTest, BytesStayAsTheyAreUntilTheirBatchIsDone) {
  script_->end = 3000;
  script_->padding = 3000;
  script_->batch = 500;  // a megabyte, which is sent, and half of one
  bench_.topics.hold_acks(true);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() >= 3000; }));
  EXPECT_GE(bench_.topics.owners_held(), 6u);
  bench_.topics.hold_acks(false);
  EXPECT_TRUE(eventually([&] { return script_->committed == 3000; }));
  script_->end = 4000;
  EXPECT_TRUE(eventually([&] { return script_->committed == 4000; }));
  EXPECT_FALSE(notes_->failure()) << notes_->failure()->text();
  EXPECT_EQ(repeats(4000), 0u);
}

TEST_P(SourcePipelineTest, SmallBatchesInFlightHoldNoRoomOfFullOnes) {
  script_->end = 500;
  script_->padding = 2000;
  bench_.topics.hold_acks(true);
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 500; }));
  EXPECT_EQ(bench_.topics.owners_held(), 0u);
  bench_.topics.hold_acks(false);
  EXPECT_TRUE(eventually([&] { return script_->committed == 500; }));
  EXPECT_EQ(repeats(500), 0u);
}

TEST_P(SourcePipelineTest, HeadersInCommonComeBeforeTheRecordsOwn) {
  const auto& text = primitive(SchemaType::string);
  script_->headers =
      std::make_shared<const Headers::List>(Headers::List{{"a", text, "1"}, {"b", nullptr, Value()}});
  script_->own_header_every = 3;
  script_->end = 40;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 40; }));
  std::size_t seen = 0;
  for (const char* topic : {"t", "other"}) {
    for (const auto& r : bench_.topics.records(topic)) {
      std::vector<std::pair<std::string, std::optional<std::string>>> expected{{"a", "1"},
                                                                               {"b", std::nullopt}};
      if (std::stoi(*r.value) % 3 == 0) {
        expected.emplace_back("own", r.value);
      }
      EXPECT_EQ(r.headers, expected) << *r.value;
      ++seen;
    }
  }
  EXPECT_EQ(seen, 40u);
}

TEST_P(SourcePipelineTest, ARecordLeftOutTakesNoHeadersFromThoseBehindIt) {
  const auto& text = primitive(SchemaType::string);
  script_->headers = std::make_shared<const Headers::List>(Headers::List{{"a", text, "1"}, {"b", text, "2"}});
  script_->misfit_every = 5;  // the first of each batch, so that the next writes what they have in common
  script_->end = 40;
  auto p = run({{"errors.tolerance", "all"},
                {"value.converter", "org.apache.kafka.connect.json.JsonConverter"},
                {"value.converter.schemas.enable", "false"}});
  ASSERT_TRUE(eventually([&] { return script_->committed == 40; }));
  std::set<std::string> seen;
  for (const char* topic : {"t", "other"}) {
    for (const auto& r : bench_.topics.records(topic)) {
      const std::vector<std::pair<std::string, std::optional<std::string>>> expected{{"a", "1"}, {"b", "2"}};
      EXPECT_EQ(r.headers, expected) << *r.value;
      EXPECT_EQ(r.key, "k");
      seen.insert(*r.value);
    }
  }
  EXPECT_EQ(seen.size(), 32u);
  EXPECT_FALSE(seen.contains("\"1\"")) << "it has no value that fits its schema";
  EXPECT_TRUE(seen.contains("\"2\""));
}

TEST_P(SourcePipelineTest, AStopWritesTheLastOffsetAndTheNextRunGoesOnThere) {
  bench_.services.flush_interval = std::chrono::hours(1);
  script_->end = 500;
  run_until(500);
  EXPECT_EQ(stored_offset(), 500);
  script_->end = 700;
  run_until(700);
  EXPECT_EQ(repeats(700), 0u);
}

TEST_P(SourcePipelineTest, TransientPollErrorsAreRetriedAndReported) {
  script_->end = 50;
  script_->fail_poll_at = 20;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 50; }));
  ASSERT_TRUE(eventually([&] { return notes_->conditions().size() == 2; }));
  EXPECT_NE(notes_->conditions()[0].find("connection lost"), std::string::npos);
  EXPECT_EQ(notes_->conditions()[1], "");
  EXPECT_EQ(script_->starts, 1) << "the task itself reconnects, it is not made anew";
  EXPECT_EQ(repeats(50), 0u);
}

TEST_P(SourcePipelineTest, OtherPollErrorsFailTheTaskWithItsTraceAndKeepWhatWasDone) {
  script_->end = 50;
  script_->fail_poll_at = 20;
  script_->failure = ErrorKind::auth;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  ASSERT_TRUE(notes_->failure());
  EXPECT_EQ(notes_->failure()->kind, ErrorKind::auth);
  EXPECT_EQ(stored_offset(), 20);
}

TEST_P(SourcePipelineTest, ATransientStartIsTriedAgain) {
  script_->fail_start = 2;
  script_->end = 5;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 5; }));
  EXPECT_EQ(script_->starts, 3);
  EXPECT_GE(notes_->running, 1);
}

TEST_P(SourcePipelineTest, PositionsWithoutRecordsMoveTheOffset) {
  script_->echoes = true;
  script_->end = 5000;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 5000; }));
  EXPECT_EQ(stored_offset(), 5000);
  EXPECT_TRUE(bench_.topics.values("t").empty());
}

TEST_P(SourcePipelineTest, PausedBeforeStartItDoesNotStartAndPausedLaterItDoesNotPoll) {
  auto p = run({}, true);
  ASSERT_TRUE(eventually([&] { return notes_->paused == 1; }));
  EXPECT_EQ(script_->starts, 0);
  script_->end = 10;
  p->set_paused(false);
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 10; }));
  p->set_paused(true);
  ASSERT_TRUE(eventually([&] { return notes_->paused == 2; }));
  EXPECT_EQ(stored_offset(), 10) << "a pause commits";
  const auto polls = script_->polls.load();
  script_->end = 20;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(script_->polls, polls);
  p->set_paused(false);
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 20; }));
}

TEST_P(SourcePipelineTest, ARecordThatTheLogRefusesFailsTheTaskAndItsOffsetDoesNotPass) {
  script_->end = 100;
  script_->too_large = 45;
  bench_.topics.set_fault([](auto records) -> std::optional<Error> {
    for (const auto& r : records) {
      if (r.value && r.value->ends_with("-too-large")) {
        return Error(ErrorKind::data, "record too large", "raise max.request.size");
      }
    }
    return std::nullopt;
  });
  auto p = run();
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_EQ(notes_->failure()->kind, ErrorKind::data);
  EXPECT_EQ(stored_offset(), 40);
  script_->too_large = -1;
  p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 100; }));
  repeats(100);
}

TEST_P(SourcePipelineTest, ATransientDeliveryFailureStartsAnewFromTheCommittedOffset) {
  script_->end = 1000;
  std::atomic<int> sends = 0;
  bench_.topics.set_fault([&](auto records) -> std::optional<Error> {
    if (records[0].topic == "t" && ++sends == 30) {
      return Error(ErrorKind::transient, "timed out");
    }
    return std::nullopt;
  });
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 1000; }));
  repeats(1000);
  EXPECT_EQ(script_->starts, 2);
  EXPECT_FALSE(notes_->finished);
}

/// Death at random sends, before and after they took effect: nothing lost ever; nothing twice where batches
/// are atomic.
TEST_P(SourcePipelineTest, SurvivesDeathAtAnySend) {
  script_->end = 2000;
  script_->batch = 7;
  std::mt19937 random(static_cast<unsigned>(::testing::UnitTest::GetInstance()->random_seed()));
  for (int life = 0; life < 15; ++life) {
    std::atomic<int> left = static_cast<int>(random() % 40) + 1;
    std::atomic<bool> dead = false;
    bench_.topics.set_fault([&](auto records) -> std::optional<Error> {
      if (records[0].topic == "statuses") {
        return std::nullopt;
      }
      if (dead || --left <= 0) {
        // From here on nothing of this life reaches the log, as after kill -9.
        dead = true;
        return Error(ErrorKind::fatal, "killed");
      }
      return std::nullopt;
    });
    auto p = run();
    ASSERT_TRUE(eventually([&] { return notes_->finished || script_->committed == 2000; }));
    p.reset();
    bench_.topics.set_fault(nullptr);
  }
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 2000; }));
  p.reset();
  const auto twice = repeats(2000);
  if (GetParam()) {
    EXPECT_EQ(twice, 0u);
  }
}

TEST_P(SourcePipelineTest, ALargeBatchIsSentInPartsThatDoNotDivideAChange) {
  script_->end = 30;
  script_->batch = 30;
  script_->records_a_change = 3;
  script_->padding = 400'000;
  std::mutex mutex;
  std::vector<std::size_t> sends;
  bench_.topics.set_fault([&](auto records) -> std::optional<Error> {
    const std::lock_guard lock(mutex);
    if (const auto n =
            std::count_if(records.begin(), records.end(), [](const auto& r) { return r.topic == "t"; });
        n > 0) {
      sends.push_back(static_cast<std::size_t>(n));
    }
    return std::nullopt;
  });
  auto p = run();
  ASSERT_TRUE(eventually([&] { return script_->committed == 30; }));
  p.reset();
  EXPECT_EQ(repeats(30), 0u);
  EXPECT_EQ(sends, std::vector<std::size_t>(10, 3));
}

TEST_P(SourcePipelineTest, AnAbandonedRunWritesNothingMore) {
  script_->end = 10;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.topics.values("t").size() == 10; }));
  p->abandon();
  script_->end = 20;
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_EQ(bench_.topics.values("t").size(), 10u);
}

TEST_P(SourcePipelineTest, UnknownConverterFailsWithTheSetting) {
  auto p = run({{"value.converter", "com.example.Nope"}});
  ASSERT_TRUE(eventually([&] { return notes_->finished.load(); }));
  EXPECT_EQ(notes_->failure()->kind, ErrorKind::config);
}

TEST_P(SourcePipelineTest, TopicsAreTracked) {
  script_->end = 1;
  auto p = run();
  ASSERT_TRUE(eventually([&] { return bench_.statuses.topics("c") == std::vector<std::string>{"t"}; }));
}

INSTANTIATE_TEST_SUITE_P(Logs, SourcePipelineTest, ::testing::Bool(),
                         [](const auto& i) { return i.param ? "Atomic" : "Plain"; });

}  // namespace
}  // namespace tandem::pipeline
