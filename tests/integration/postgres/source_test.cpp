#include "tests/integration/postgres/source_fixture.hpp"

namespace tandem::postgres_source {
namespace {

using ::testing::Not;

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
  EXPECT_THAT(text(records[1]), HasSubstr(R"("before":{"id":2,"v":"","n":"AJY="})"))
      << "a null stands as the default, as JsonConverter writes it";
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

/// Debezium comes to a change later than DDL right behind it, and finds the catalogue as that has left it.
TEST_F(PostgresSource, SeesTheCatalogueAsDebeziumDoes) {
  json.configure({{"schemas.enable", "true"}}, false);
  db->query("CREATE TABLE a(id int PRIMARY KEY, w int DEFAULT 7)");
  db->query("CREATE TABLE b(id int)");
  db->query("INSERT INTO a VALUES (1)");
  config["table.include.list"] = schema + ".a";
  start();
  const auto first = take(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(text(first[0]), HasSubstr(R"("default":7)"));
  // The server has to write without a pause until the default is gone; a loaded machine may not let it.
  postgres::Connection busy(server.options);
  for (int w = 8; w < 16; ++w) {
    db->query("ALTER TABLE a ALTER w SET DEFAULT 7");
    db->query("UPDATE a SET w = " + std::to_string(w));
    std::chrono::steady_clock::duration pause{};
    std::thread later([&, last = std::chrono::steady_clock::now()]() mutable {
      const auto write = [&](const std::string& sql) {
        busy.query(sql);
        const auto now = std::chrono::steady_clock::now();
        pause = std::max(pause, now - std::exchange(last, now));
      };
      for (int i = 0; i < 20; ++i) {
        write("INSERT INTO " + schema + ".b VALUES (1)");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      write("ALTER TABLE " + schema + ".a ALTER w DROP DEFAULT");
    });
    const auto changed = take(1);
    later.join();
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_THAT(text(changed[0]), HasSubstr(R"("w":)" + std::to_string(w)));
    if (pause < std::chrono::milliseconds(8)) {
      EXPECT_THAT(text(changed[0]), Not(HasSubstr(R"("default":7)")));
      return;
    }
  }
  FAIL() << "the server paused each time";
}

/// Debezium gives null for it once it streams.
TEST_F(PostgresSource, TextOfTypeNameIsKeptInSnapshotAndStream) {
  db->query("CREATE TABLE a(id int PRIMARY KEY, n name)");
  db->query("INSERT INTO a VALUES (1, 'first')");
  start();
  auto records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("after":{"id":1,"n":"first"})"));
  db->query("UPDATE a SET n = 'second'");
  records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("after":{"id":1,"n":"second"})"));
}

TEST_F(PostgresSource, LosesNothingWhenTheServerEndsTheStream) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  db->query("INSERT INTO a VALUES (2)");
  ASSERT_EQ(take(1).size(), 1U);
  db->query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + schema +
            "'");
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
  const std::string sent =
      "SELECT sent_lsn >= pg_current_wal_lsn() FROM pg_stat_replication JOIN pg_replication_slots ON pid = "
      "active_pid "
      "WHERE slot_name = '" +
      schema + "'";
  for (int i = 0; i < 100 && db->query(sent).at(0, 0) != "t"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  db->query("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '" +
            schema + "'");
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
  const std::string echo =
      "SELECT pg_logical_emit_message(true, 'tandem', " + db->quote_literal(marker.to_json()) + ")";
  for (int i = 0; i < 20; ++i) {
    db->query("BEGIN; " + echo + "; UPDATE a SET v = repeat('e', 2000) || '" + std::to_string(i) +
              "'; COMMIT");
  }
  // Behind the last echo, whatever else the server has written since: the WAL of others is not ours to bound.
  const std::string end(db->query("SELECT pg_current_wal_lsn()").at(0, 0));
  const std::string passed = "SELECT confirmed_flush_lsn >= '" + end +
                             "' FROM pg_replication_slots WHERE slot_name = '" + schema + "'";
  for (int i = 0; i < 20 && db->query(passed).at(0, 0) != "t"; ++i) {
    poll_for(std::chrono::milliseconds(500));
  }
  EXPECT_EQ(db->query(passed).at(0, 0), "t");
  EXPECT_EQ(context.echoes, 20);
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
