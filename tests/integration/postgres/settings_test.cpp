#include "tests/integration/postgres/source_fixture.hpp"

namespace tandem::postgres_source {
namespace {

/// Settings that only a server shows the effect of.
class PostgresSettingsLive : public PostgresSource {
 protected:
  std::string failure() {
    try {
      take(1);
    } catch (const TandemError& e) {
      return e.what();
    }
    return "";
  }
  void restart() {
    context.stored = last->to_map();
    task.reset();
    start();
  }
};

TEST_F(PostgresSettingsLive, InitialStatementsRunInTheQueriesSession) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  config["database.initial.statements"] =
      "CREATE TABLE " + schema + ".marker (t text DEFAULT 'x;;y'); DROP TABLE " + schema + ".nothing_there";
  start();
  take(0);
  EXPECT_THROW(task->poll({}), TandemError) << "the second one fails";
  config["database.initial.statements"] = "SELECT set_config('tandem.test', 'x;;y', false)";
  start();
  EXPECT_EQ(take(1).size(), 1U);
}

TEST_F(PostgresSettingsLive, TablesInOrderOfTheirSize) {
  db->query("CREATE TABLE a(id int PRIMARY KEY); CREATE TABLE b(id int PRIMARY KEY)");
  db->query("INSERT INTO a SELECT generate_series(1, 3); INSERT INTO b VALUES (1)");
  db->query("ANALYZE a");
  db->query("ANALYZE b");
  config["snapshot.tables.order.by.row.count"] = "ascending";
  start();
  auto records = take(4);
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].topic, schema + "." + schema + ".b");
}

TEST_F(PostgresSettingsLive, InitialOnlyStopsAfterTheSnapshotAlsoWhenRestarted) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  config["snapshot.mode"] = "initial_only";
  start();
  ASSERT_EQ(take(1).size(), 1U);
  poll_for(std::chrono::milliseconds(200));
  db->query("INSERT INTO a VALUES (2)");
  poll_for(std::chrono::milliseconds(500));
  restart();
  poll_for(std::chrono::milliseconds(500));
}

TEST_F(PostgresSettingsLive, ConfigurationBasedSnapshots) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  config["snapshot.mode"] = "configuration_based";
  config["snapshot.mode.configuration.based.start.stream"] = "true";
  start();
  poll_for(std::chrono::milliseconds(300));
  db->query("INSERT INTO a VALUES (2)");
  ASSERT_EQ(take(1).size(), 1U);
  config["snapshot.mode.configuration.based.snapshot.data"] = "true";
  restart();
  EXPECT_EQ(take(2).size(), 2U);
}

TEST_F(PostgresSettingsLive, ManualLeavesTheSlotAndXminIsFilled) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  config["lsn.flush.mode"] = "manual";
  config["xmin.fetch.interval.ms"] = "100";
  start();
  ASSERT_EQ(take(1).size(), 1U);
  const std::string sql =
      "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + schema + "'";
  const std::string before(db->query(sql).at(0, 0));
  db->query("INSERT INTO a VALUES (2)");
  const auto records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), testing::ContainsRegex("\"xmin\":[0-9]+"));
  poll_for(std::chrono::milliseconds(700));
  EXPECT_EQ(db->query(sql).at(0, 0), before);
}

TEST_F(PostgresSettingsLive, ASlotInUseIsWaitedForAsLongAsTheSettingSays) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  config["slot.max.retries"] = "1";
  config["slot.retry.delay.ms"] = "100";
  start();
  poll_for(std::chrono::milliseconds(300));
  auto holder = std::move(task);
  start();
  EXPECT_THAT(failure(), HasSubstr("slot.max.retries=1"));
}

TEST_F(PostgresSettingsLive, RetriesEndWhenTheyAreCounted) {
  db->query("CREATE TABLE a(id int PRIMARY KEY)");
  config["errors.max.retries"] = "0";
  start();
  poll_for(std::chrono::milliseconds(300));
  db->query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + schema +
            "'");
  EXPECT_THAT(failure(), HasSubstr("errors.max.retries=0"));
}

TEST_F(PostgresSettingsLive, PublicationModes) {
  db->query("CREATE TABLE a(id int PRIMARY KEY); CREATE TABLE b(id int PRIMARY KEY)");
  config["table.include.list"] = schema + ".a";
  const auto published = [&] {
    const auto rows = db->query(
        "SELECT puballtables, (SELECT string_agg(tablename, ',' ORDER BY tablename) FROM "
        "pg_publication_tables WHERE pubname = '" +
        schema + "' AND schemaname = '" + schema + "') FROM pg_publication WHERE pubname = '" + schema + "'");
    return rows.empty() ? "none" : std::string(rows.at(0, 0)) + " " + std::string(rows.at(0, 1));
  };
  config["publication.autocreate.mode"] = "disabled";
  start();
  EXPECT_THAT(failure(), HasSubstr("publication.autocreate.mode=disabled"));
  config["publication.autocreate.mode"] = "no_tables";
  start();
  task->poll({});
  EXPECT_EQ(published(), "f ");
  config["publication.autocreate.mode"] = "filtered";
  start();
  task->poll({});
  EXPECT_EQ(published(), "f a");
  task.reset();
  db->query("DROP PUBLICATION " + schema);
  config["publication.autocreate.mode"] = "all_tables";
  start();
  task->poll({});
  EXPECT_EQ(published(), "t a,b");
}

// The WAL does not hold their changes. As Debezium: rows of the snapshot only, or no publication.
TEST_F(PostgresSettingsLive, UnloggedTablesAreReadOnceOrRefused) {
  db->query("CREATE UNLOGGED TABLE a(id int PRIMARY KEY)");
  db->query("INSERT INTO a VALUES (1)");
  config["publication.autocreate.mode"] = "all_tables";
  start();
  EXPECT_EQ(take(1).size(), 1U);
  config["publication.autocreate.mode"] = "filtered";
  start();
  const std::string refused = failure();
  EXPECT_THAT(refused, HasSubstr("table \"" + schema + "\".\"a\" is unlogged"));
  EXPECT_THAT(refused, HasSubstr("SET LOGGED"));
  config["table.exclude.list"] = schema + ".a";
  db->query("CREATE TABLE b(id int PRIMARY KEY); INSERT INTO b VALUES (1)");
  db->query("DROP PUBLICATION " + schema);
  start();
  EXPECT_EQ(take(1).size(), 1U);
}

TEST_F(PostgresSettingsLive, TooManyTables) {
  db->query("CREATE TABLE a(id int PRIMARY KEY); CREATE TABLE b(id int PRIMARY KEY)");
  config["guardrail.collections.max"] = "1";
  config["guardrail.collections.limit.action"] = "fail";
  start();
  EXPECT_THAT(failure(), HasSubstr("guardrail.collections.max=1"));
}

TEST_F(PostgresSettingsLive, GeneratedColumns) {
  db->query("CREATE TABLE a(id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)");
  db->query("INSERT INTO a(id) VALUES (1)");
  const bool published = db->server_version() >= 180000;
  if (published) {
    db->query("CREATE PUBLICATION " + schema + " FOR TABLE a WITH (publish_generated_columns = stored)");
    config["publication.autocreate.mode"] = "disabled";
  }
  start();
  auto records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]), HasSubstr(R"("after":{"id":1,"twice":2})"));
  db->query("INSERT INTO a(id) VALUES (2)");
  records = take(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(text(records[0]),
              HasSubstr(published ? R"("after":{"id":2,"twice":4})" : R"("after":{"id":2})"))
      << "as the publication has it";
}

}  // namespace
}  // namespace tandem::postgres_source
