#include "tests/support/sql_sink/server_fixture.hpp"

#include <chrono>
#include <future>
#include <thread>

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::RecordMaker;

/// Another session in the way, on real servers.
class Contention : public SinkServer {
 protected:
  void SetUp() override {
    SinkServer::SetUp();
    if (IsSkipped()) {
      return;
    }
    config["sync.link"] = "shop";
    config["sync.origin"] = "here";
    server->query("CREATE TABLE users (id int PRIMARY KEY, mail varchar(50), note varchar(50))");
    server->query("CREATE TABLE heavy (id int PRIMARY KEY)");
    task = start(context);
    task->open({maker.partition()});
    std::vector<SinkRecord> first = {change(user(1, "a"), 10), change(user(2, "b"), 11)};
    task->put(first);
  }
  SinkRecord change(std::vector<Value> row, std::uint64_t place) {
    return maker.at(maker.change("u", std::move(row)),
                    sync::LogPosition::postgres(sync::LogIdentity{}, place, 0).text());
  }
  /// The sink's session waits for a lock.
  void await_blocked() {
    for (int i = 0; i < 40; ++i) {
      const auto waiting = server->query(
          postgres ? "SELECT 1 FROM pg_stat_activity WHERE application_name = 'tandem sink' AND "
                     "wait_event_type = 'Lock'"
                   : "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
      if (!waiting.empty()) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(
          120));  // innodb_trx answers from a cache that is looked at less often than that
    }
    FAIL() << "the sink was never blocked";
  }
  FakeSinkContext context;
  std::unique_ptr<SqlSinkTask> task;
  RecordMaker maker{"t.users", "users", users()};
};

TEST_P(Contention, ADeadlockIsRetriedWhole) {
  auto rival = open();
  rival->query(postgres ? "SET deadlock_timeout = '60s'"
                        : "SELECT 1");  // so that the sink's session finds it, and is the victim
  rival->query(postgres ? "BEGIN" : "START TRANSACTION");
  rival->query(
      "INSERT INTO heavy VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)");  // InnoDB's victim is
                                                                                      // who changed less
  rival->query("UPDATE users SET note = 'rival' WHERE id = 2");
  std::vector<SinkRecord> records = {change(user(1, "c"), 20), change(user(2, "d", "sink"), 21)};
  auto put = std::async(std::launch::async, [&] { task->put(records); });
  await_blocked();
  rival->query("UPDATE users SET note = 'rival' WHERE id = 1");
  rival->query("COMMIT");
  put.get();
  EXPECT_GE(faults.retries_seen, 1) << "no deadlock came about";
  EXPECT_EQ(rows("SELECT id, mail, note FROM users ORDER BY id"), "1,c,n;2,d,sink;");
  EXPECT_EQ(rows("SELECT next_offset, source_position, epoch FROM tandem_position"), "4,p:21:0,1;");
  EXPECT_EQ(context.errant.size(), 0u);
}

TEST_P(Contention, ALockTimeoutIsRetriedWhole) {
  on_connect = postgres ? "SET lock_timeout = '200ms'" : "SET SESSION innodb_lock_wait_timeout = 1";
  task = start(context);
  task->open({maker.partition()});
  auto rival = open();
  rival->query(postgres ? "BEGIN" : "START TRANSACTION");
  rival->query("UPDATE users SET note = 'rival' WHERE id = 2");
  // MySQL undoes only the statement that waited too long: the row before it must not stay written by itself.
  std::vector<SinkRecord> records = {change(user(1, "c"), 20), change(user(2, "d"), 21)};
  auto put = std::async(std::launch::async, [&] { task->put(records); });
  await_blocked();
  for (int i = 0; i < 500 && faults.retries_seen == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(rows("SELECT mail FROM users ORDER BY id"), "a;b;");
  rival->query("COMMIT");
  put.get();
  EXPECT_GE(faults.retries_seen, 1);
  EXPECT_EQ(rows("SELECT id, mail, note FROM users ORDER BY id"), "1,c,n;2,d,n;");
  EXPECT_EQ(rows("SELECT next_offset, source_position, epoch FROM tandem_position"), "4,p:21:0,2;");
}

INSTANTIATE_TEST_SUITE_P(Servers, Contention, testing::Values("postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
