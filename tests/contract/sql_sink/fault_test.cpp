#include "tests/support/sql_sink/server_fixture.hpp"

#include <thread>

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::Faults;
using test::RecordMaker;

/// A failure at each step of the transaction that writes a batch: nothing is lost, nothing is done twice.
class FaultyLink : public SinkServer {
 protected:
  std::string database_name() const override { return "sink_contract"; }
  void SetUp() override {
    SinkServer::SetUp();
    config["sync.link"] = "shop";
    config["sync.origin"] = "here";
    config["flush.retry.delay.ms"] = "10";
  }
  void begin() {
    if (task == nullptr) {
      task = start(context);
      task->open({maker.partition()});
    }
  }
  SinkRecord change(const char* op, std::vector<Value> row, std::uint64_t place) {
    return maker.at(maker.change(op, std::move(row)),
                    sync::LogPosition::postgres(sync::LogIdentity{}, place, 0).text());
  }
  /// As the worker does: what failed for a while is put again.
  int put(std::vector<SinkRecord> records) {
    begin();
    for (int tries = 1;; ++tries) {
      auto again = records;
      try {
        task->put(again);
        return tries;
      } catch (const TandemError& e) {
        if (e.kind() != ErrorKind::transient || tries == 10) {
          throw;
        }
      }
    }
  }
  std::string users_now() { return rows("SELECT id, mail FROM users ORDER BY id"); }
  std::string position() { return rows("SELECT next_offset, source_position, epoch FROM tandem_position"); }

  FakeSinkContext context;
  std::unique_ptr<SqlSinkTask> task;
  RecordMaker maker{"t.users", "users", users()};
};

TEST_P(FaultyLink, EachStepMayFail) {
  put({change("c", user(1, "a"), 10), change("c", user(2, "b"), 11)});
  std::uint64_t place = 20;
  double applied = 2;
  for (const auto step : {Faults::Step::begin, Faults::Step::position, Faults::Step::write,
                          Faults::Step::commit, Faults::Step::commit_answer}) {
    for (const auto how : {Faults::How::retry, Faults::How::lost}) {
      if (step == Faults::Step::commit_answer && how == Faults::How::retry) {
        continue;  // a server that has committed does not say deadlock
      }
      SCOPED_TRACE(
          fmt::format("step {}, {}", static_cast<int>(step), how == Faults::How::lost ? "lost" : "retry"));
      faults.committed = 0;
      faults.next = {{step, how, {}}};
      const std::string mail = fmt::format("m{}", place);
      const int tries = put({change("u", user(1, mail.c_str()), place), change("d", user(2, ""), place + 1),
                             change("c", user(2, mail.c_str()), place + 2)});
      EXPECT_TRUE(faults.next.empty()) << "the fault did not happen";
      EXPECT_EQ(tries, how == Faults::How::lost ? 2 : 1);
      EXPECT_EQ(faults.committed, 1);
      EXPECT_EQ(users_now(), fmt::format("1,{};2,{};", mail, mail));
      EXPECT_EQ(position(), fmt::format("{},p:{}:0,1;", maker.next_offset, place + 2));
      EXPECT_EQ(task->pre_commit({{maker.partition(), maker.next_offset}}).at(maker.partition()),
                maker.next_offset);
      applied += 3;
      place += 10;
    }
  }
  // What was committed without an answer is not counted, as it is not known to be ours until it is read.
  EXPECT_EQ(context.fake_metrics.sum("sync_rows_total"), applied - 3);
  EXPECT_EQ(context.errant.size(), 0u);
}

TEST_P(FaultyLink, StopFromAnotherThreadLeavesTheTransactionThatRuns) {
  put({change("c", user(1, "a"), 10)});
  faults.inside = [&] {
    std::thread([&] { task->stop(); }).join();
    ASSERT_EQ(faults.connections, 1);
  };
  EXPECT_EQ(put({change("u", user(1, "b"), 20)}), 1);
  EXPECT_EQ(users_now(), "1,b;");
  task.reset();
  EXPECT_EQ(faults.connections, 0);
}

TEST_P(FaultyLink, RetriesEndAndTheBatchComesAgain) {
  put({change("c", user(1, "a"), 10)});
  for (int i = 0; i < 6; ++i) {  // one more than flush.max.retries
    faults.next.push_back({Faults::Step::write, Faults::How::retry, {}});
  }
  EXPECT_EQ(put({change("u", user(1, "b"), 20)}), 2);
  EXPECT_EQ(users_now(), "1,b;");
  EXPECT_EQ(position(), "2,p:20:0,1;");
}

TEST_P(FaultyLink, AnotherOwnerDuringARetryIsNotOverwritten) {
  put({change("c", user(1, "a"), 10)});
  std::unique_ptr<SqlSinkTask> other;
  FakeSinkContext other_context;
  for (const auto how : {Faults::How::retry, Faults::How::lost}) {
    faults.next = {{Faults::Step::commit, how, [&] {
                      other = start(other_context);
                      other->open({maker.partition()});
                    }}};
    try {
      put({change("u", user(1, "b"), 20)});
      FAIL() << "the old owner wrote";
    } catch (const TandemError& e) {
      EXPECT_EQ(e.kind(), ErrorKind::conflict) << e.what();
    }
    EXPECT_EQ(users_now(), "1,a;");
    task = std::move(other);
    maker.next_offset = 1;
  }
}

TEST_P(FaultyLink, OfSeveralTransactionsOfAPutOnlyTheLostOneIsRepeated) {
  put({change("c", user(9, "z"), 5)});
  auto far = change("u", user(9, "far"), 10);
  far.headers.push_back({std::string(sync::kHeaderOrigin), primitive(SchemaType::string), Value("far")});
  faults.committed = 0;
  std::vector<SinkRecord> records = {far, change("c", user(1, "a"), 20)};
  records.push_back(far);
  records.back().kafka_offset = maker.next_offset++;
  records.back().headers.push_back({std::string(sync::kHeaderPosition), primitive(SchemaType::string),
                                    Value(sync::LogPosition::postgres(sync::LogIdentity{}, 30, 0).text())});
  // The second of three transactions loses its answer, then the third is rolled back.
  faults.next = {{Faults::Step::commit_answer, Faults::How::lost, {}},
                 {Faults::Step::commit_answer, Faults::How::lost, {}},
                 {Faults::Step::write, Faults::How::lost, {}}};
  EXPECT_EQ(put(records), 4);
  EXPECT_EQ(faults.committed, 3);
  EXPECT_EQ(users_now(), "1,a;9,far;");
  EXPECT_EQ(position(), "4,p:30:0,1;");
}

TEST_P(FaultyLink, APlainSinkRepeatsWholeBatches) {
  config.erase("sync.link");
  config.erase("sync.origin");
  faults.next = {{Faults::Step::write, Faults::How::retry, {}},
                 {Faults::Step::commit_answer, Faults::How::lost, {}}};
  EXPECT_EQ(put({maker.change("c", user(1, "a")), maker.change("u", user(1, "b")),
                 maker.change("c", user(2, "c"))}),
            2);
  EXPECT_EQ(users_now(), "1,b;2,c;");
  EXPECT_EQ(faults.committed, 2) << "at least once: upserts make that the same rows";
}

INSTANTIATE_TEST_SUITE_P(Targets, FaultyLink, testing::Values("twin", "postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
