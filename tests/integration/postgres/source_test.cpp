#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "connectors/postgres/connector.hpp"
#include "connectors/postgres/offset.hpp"
#include "connectors/sync/marker.hpp"
#include "converters/json_converter.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/source_context.hpp"

namespace tandem::postgres_source {
namespace {

using ::testing::HasSubstr;

/// A schema, a connector on it, and what the task gives.
class PostgresSource : public ::testing::Test {
 protected:
  void SetUp() override {
    server = test::PostgresServer::from_environment();
    if (!server.available) {
      GTEST_SKIP() << "TANDEM_TEST_POSTGRES=host:port is not set";
    }
    schema = "pgsrc_" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'000);
    db = std::make_unique<postgres::Connection>(server.options);
    db->query("CREATE SCHEMA " + schema);
    db->query("SET search_path TO " + schema);
    const auto& o = server.options;
    config = {{"database.hostname", o.host},       {"database.port", std::to_string(o.port)},
              {"database.user", o.user},           {"database.password", o.password},
              {"database.dbname", o.dbname},       {"topic.prefix", schema},
              {"plugin.name", "pgoutput"},         {"slot.name", schema},
              {"publication.name", schema},        {"publication.autocreate.mode", "filtered"},
              {"schema.include.list", schema},     {"status.update.interval.ms", "500"}};
    json.configure({{"schemas.enable", "false"}}, false);
  }
  void TearDown() override {
    task.reset();
    if (!db) {
      return;
    }
    for (int i = 0; i < 50; ++i) {
      const auto rows = db->query("SELECT active FROM pg_replication_slots WHERE slot_name = '" + schema + "'");
      if (rows.empty()) {
        break;
      }
      if (rows.at(0, 0) == "f") {
        db->query("SELECT pg_drop_replication_slot('" + schema + "')");
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    db->query("DROP PUBLICATION IF EXISTS " + schema);
    db->query("DROP SCHEMA " + schema + " CASCADE");
  }
  void start() {
    task = connector.make_task();
    task->start(config, context);
  }
  /// Polls until `n` records came or ten seconds passed; commits every position unless told otherwise.
  std::vector<SourceRecord> take(std::size_t n, bool commit = true) {
    std::vector<SourceRecord> out;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (out.size() < n && std::chrono::steady_clock::now() < end) {
      SourceBatch batch = task->poll({});
      for (auto& r : batch.records) {
        last = r.source_offset;
        out.push_back(std::move(r));
      }
      if (batch.position) {
        last = batch.position->offset;
      }
      if (commit && last) {
        task->commit({}, *last);
      }
    }
    return out;
  }
  void poll_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      EXPECT_TRUE(take(0).empty());
      SourceBatch batch = task->poll({});
      EXPECT_TRUE(batch.records.empty()) << text(batch.records[0]);
      if (batch.position) {
        last = batch.position->offset;
        task->commit({}, *last);
      }
    }
  }
  std::string text(const SourceRecord& r) {
    std::string out;
    return json.from_connect(r.topic, r.value_schema, r.value, out) ? out : "tombstone";
  }

  test::PostgresServer server;
  std::string schema;
  std::unique_ptr<postgres::Connection> db;
  ConfigMap config;
  PostgresConnector connector;
  test::SourceContext context;
  std::unique_ptr<SourceTask> task;
  converters::JsonConverter json;
  SourceOffsetPtr last;
};

TEST_F(PostgresSource, SnapshotThenStreamThenResume) {
  db->query("CREATE TABLE a(id int PRIMARY KEY, v text NOT NULL, n numeric(10,2) DEFAULT 1.5)");
  db->query("INSERT INTO a VALUES (1, E'tab\\tback\\\\slash\\nline'), (2, '')");
  start();
  auto records = take(2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].topic, schema + "." + schema + ".a");
  EXPECT_THAT(text(records[0]), HasSubstr(R"("after":{"id":1,"v":"tab\tback\\slash\nline","n":"AJY="})"));
  EXPECT_THAT(text(records[0]), HasSubstr(R"("snapshot":"first")"));
  EXPECT_THAT(text(records[1]), HasSubstr(R"("snapshot":"last")"));
  db->query("UPDATE a SET v = 'x' WHERE id = 1");
  db->query("DELETE FROM a WHERE id = 2");
  records = take(3);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("op":"u")"));
  EXPECT_THAT(text(records[1]), HasSubstr(R"("before":{"id":2,"v":"","n":"AJY="})")) << "a null stands as the default, as JsonConverter writes it";
  EXPECT_EQ(text(records[2]), "tombstone");

  // Stop inside a transaction: what was sent of it is not sent again, the rest is.
  db->query("BEGIN; INSERT INTO a VALUES (10, 'a'), (11, 'b'); INSERT INTO a VALUES (12, 'c'); COMMIT");
  records = take(3);
  ASSERT_EQ(records.size(), 3U);
  context.stored = records[1].source_offset->to_map();
  task.reset();
  start();
  records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("id":12)"));
  db->query("INSERT INTO a VALUES (13, 'd')");
  records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("id":13)"));
}

TEST_F(PostgresSource, LosesNothingWhenTheServerEndsTheStream) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  db->query("INSERT INTO a VALUES (2)");
  ASSERT_EQ(take(1).size(), 1U);
  db->query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + schema + "'");
  db->query("INSERT INTO a VALUES (3)");
  const auto records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("id":3)"));
  EXPECT_EQ(context.condition, "");
}

TEST_F(PostgresSource, RowsReadJustBeforeTheStreamBreaksAreNotLost) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  db->query("INSERT INTO a VALUES (2)");
  ASSERT_EQ(take(1).size(), 1U);
  // The row is in the socket before the connection ends: one poll meets both.
  db->query("INSERT INTO a VALUES (3)");
  const std::string sent = "SELECT sent_lsn >= pg_current_wal_lsn() FROM pg_stat_replication JOIN pg_replication_slots ON pid = active_pid "
                           "WHERE slot_name = '" + schema + "'";
  for (int i = 0; i < 100 && db->query(sent).at(0, 0) != "t"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  db->query("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '" + schema + "'");
  db->query("INSERT INTO a VALUES (4)");
  const auto records = take(2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("id":3)"));
  EXPECT_THAT(text(records[1]), HasSubstr(R"("id":4)"));
}

TEST_F(PostgresSource, DropsEchoesAndMovesTheSlot) {
  config["sync.link"] = "l1";
  config["sync.origin"] = "pg";
  db->query("CREATE TABLE a(id int PRIMARY KEY, v text)");
  db->query("ALTER TABLE a REPLICA IDENTITY FULL");
  db->query("INSERT INTO a VALUES (1, 'x')");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  sync::Marker marker;
  marker.link = "l1";
  marker.group = "g";
  marker.from.origin = "my";
  const std::string echo = "SELECT pg_logical_emit_message(true, 'tandem', " + db->quote_literal(marker.to_json()) + ")";
  for (int i = 0; i < 20; ++i) {
    db->query("BEGIN; " + echo + "; UPDATE a SET v = repeat('e', 2000) || '" + std::to_string(i) + "'; COMMIT");
  }
  poll_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(context.echoes, 20);
  const auto lag = db->query("SELECT pg_current_wal_lsn() - confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + schema + "'");
  EXPECT_LT(std::stoll(std::string(lag.at(0, 0))), 200'000);
  marker.link = "l2";
  marker.from.origin = "third";
  db->query("BEGIN; SELECT pg_logical_emit_message(true, 'tandem', " + db->quote_literal(marker.to_json()) +
            "); UPDATE a SET v = 'other'; COMMIT");
  db->query("UPDATE a SET v = 'own'");
  const auto records = take(2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(*records[0].header("tandem.origin")->value.string(), "third");
  EXPECT_EQ(*records[1].header("tandem.origin")->value.string(), "pg");
  EXPECT_THAT(*records[1].header("tandem.pos")->value.string(), testing::MatchesRegex("p:[0-9]+:1:[0-9]+:0"));
  const auto system = std::string(db->query("SELECT system_identifier FROM pg_control_system()").at(0, 0));
  EXPECT_THAT(*records[1].header("tandem.pos")->value.string(), testing::StartsWith("p:" + system + ":"));
}

TEST_F(PostgresSource, AServerThatWasSetBackIsNoticed) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  task.reset();
  const std::int64_t ahead = std::int64_t{1} << 60;
  context.stored = OffsetMap{{"lsn_proc", Value(ahead)}, {"lsn_commit", Value(ahead)}, {"lsn", Value(ahead)}};
  start();
  try {
    task->poll({});
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::fatal);
    EXPECT_THAT(e.what(), HasSubstr("before the stored offset"));
  }
  task.reset();
  config["snapshot.mode"] = "when_needed";
  start();
  const auto records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("op":"r")"));
  db->query("INSERT INTO a VALUES (2)");
  EXPECT_EQ(take(1).size(), 1U);
}

TEST_F(PostgresSource, LinkWithoutFullIdentityIsRefusedWithTheStatement) {
  config["sync.link"] = "l1";
  config["sync.origin"] = "pg";
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  start();
  try {
    task->poll({});
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_THAT(e.what(), HasSubstr("ALTER TABLE"));
  }
}

}  // namespace
}  // namespace tandem::postgres_source
