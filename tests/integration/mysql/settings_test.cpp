// Settings of the MySQL source that only a server can show.
#include "tests/integration/mysql/source_run.hpp"

#include <algorithm>

namespace tandem::mysql {
namespace {

class MysqlSettingsRun : public MysqlSource {};

TEST_F(MysqlSettingsRun, OwnSelectsMayHaveAnyOrderAndLeaveColumnsOut) {
  SourceRun run("tandem_set1", {{"snapshot.select.statement.overrides", "tandem_set1.t"},
                                {"snapshot.select.statement.overrides.tandem_set1.t",
                                 "select c, id, a from t where id > 1"}});
  run.set("database.initial.statements", "use tandem_set1");
  run.sql("create table t (id int primary key, a varchar(9), b varchar(9), c int)");
  run.sql("insert into t values (1,'x','y',5),(2,'p','q',7)");
  run.start();
  EXPECT_EQ(rows(run.drain()), (std::vector<std::string>{R"(r{"id":2,"a":"p","b":null,"c":7})"}));
}

TEST_F(MysqlSettingsRun, AnOwnSelectOfAStrangeColumnIsRefused) {
  SourceRun run("tandem_set2", {{"snapshot.select.statement.overrides", "tandem_set2.t"},
                                {"snapshot.select.statement.overrides.tandem_set2.t",
                                 "select id, 1 as one from tandem_set2.t"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  const std::string text = run.failure();
  EXPECT_NE(text.find("snapshot.select.statement.overrides.tandem_set2.t"), std::string::npos) << text;
  EXPECT_NE(text.find("'one'"), std::string::npos) << text;
}

TEST_F(MysqlSettingsRun, TablesComeInTheOrderOfTheirRows) {
  for (const auto& [order, expected] :
       {std::pair{"ascending", "bca"}, std::pair{"descending", "acb"}, std::pair{"disabled", "abc"}}) {
    SourceRun run("tandem_set3", {{"snapshot.tables.order.by.row.count", order}});
    run.sql("create table a (id int primary key, n char(1) default 'a')");
    run.sql("create table b (id int primary key, n char(1) default 'b')");
    run.sql("create table c (id int primary key, n char(1) default 'c')");
    run.sql("insert into a(id) values (1),(2),(3),(4),(5),(6),(7),(8),(9)");
    run.sql("insert into b(id) values (1)");
    run.sql("insert into c(id) values (1),(2),(3)");
    run.sql("analyze table a, b, c");
    run.start();
    std::string seen;
    for (const auto& row : rows(run.drain())) {
      const char n = row[row.size() - 3];
      if (seen.empty() || seen.back() != n) {
        seen += n;
      }
    }
    EXPECT_EQ(seen, expected) << order;
  }
}

TEST_F(MysqlSettingsRun, TheGuardrailCounts) {
  SourceRun run("tandem_set4", {{"guardrail.collections.max", "1"},
                                {"guardrail.collections.limit.action", "fail"},
                                {"schema.history.internal.store.only.captured.tables.ddl", "true"}});
  run.sql("create table t (id int primary key)");
  run.sql("create table u (id int primary key)");
  EXPECT_NE(run.failure().find("guardrail.collections.max"), std::string::npos);
  run.set("table.include.list", "tandem_set4.t");
  EXPECT_EQ(run.failure(), "");
  run.set("table.include.list", ".*");
  run.set("guardrail.collections.limit.action", "warn");
  EXPECT_EQ(run.failure(), "");
}

TEST_F(MysqlSettingsRun, HeartbeatsRunTheirStatement) {
  SourceRun run("tandem_set5", {{"heartbeat.interval.ms", "100"},
                                {"heartbeat.action.query", "insert into tandem_set5.beats(n) values (1)"}});
  run.sql("create table beats (id int auto_increment primary key, n int)");
  run.start();
  std::vector<std::string> topics;
  for (int i = 0; i < 20; ++i) {
    for (const auto& r : run.poll().records) {
      topics.push_back(r.topic);
    }
  }
  EXPECT_GE(std::count(topics.begin(), topics.end(), "tandem_set5.tandem_set5.beats"), 2)
      << "captured as any change";
  EXPECT_GE(std::count(topics.begin(), topics.end(), "__debezium-heartbeat.tandem_set5"), 2);
  run.set("heartbeat.action.query", "not sql at all");
  run.start();
  std::string text;
  try {
    for (int i = 0; i < 20; ++i) {
      run.poll();
    }
  } catch (const TandemError& e) {
    text = e.error().text();
  }
  EXPECT_NE(text.find("heartbeat.action.query"), std::string::npos) << text;
  // A table that is not there yet stops nothing.
  run.set("heartbeat.action.query", "insert into tandem_set5.later values (1)");
  run.start();
  for (int i = 0; i < 10; ++i) {
    run.poll();
  }
}

TEST_F(MysqlSettingsRun, RetriesEndWhenTheyAreCounted) {
  SourceRun run(
      "tandem_set6",
      {{"errors.max.retries", "1"}, {"retriable.restart.connector.wait.ms", "200"}, {"database.port", "1"}});
  run.start();
  std::string text;
  try {
    for (int i = 0; i < 50; ++i) {
      run.poll();
    }
  } catch (const TandemError& e) {
    text = e.error().text();
    EXPECT_EQ(e.kind(), ErrorKind::fatal);
  }
  EXPECT_NE(text.find("errors.max.retries=1"), std::string::npos) << text;
}

TEST_F(MysqlSettingsRun, TheDumpHasItsTimeouts) {
  SourceRun run("tandem_set7", {{"binlog.net.write.timeout", "123"}, {"binlog.net.read.timeout", "124"}});
  if (run.mariadb()) {
    GTEST_SKIP() << "MariaDB does not show the variables of other sessions";
  }
  run.sql("create table t (id int primary key)");
  run.start();
  run.drain();
  const auto value = [&](const char* name) {
    return run.connection()
        .query_value(
            "select max(variable_value) from performance_schema.variables_by_thread v join "
            "performance_schema.threads t using "
            "(thread_id) where t.processlist_command like 'Binlog Dump%' and v.variable_value in (123, 124) "
            "and v.variable_name = '" +
            std::string(name) + "'")
        .value_or("");
  };
  EXPECT_EQ(value("net_write_timeout"), "123");
  EXPECT_EQ(value("net_read_timeout"), "124");
}

TEST_F(MysqlSettingsRun, ASilentServerIsALostOne) {
  SourceRun run("tandem_set8", {{"database.query.timeout.ms", "1000"},
                                {"snapshot.select.statement.overrides", "tandem_set8.t"},
                                {"snapshot.select.statement.overrides.tandem_set8.t",
                                 "select id from tandem_set8.t where sleep(5) = 0"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  run.start();
  const auto began = std::chrono::steady_clock::now();
  while (run.context.condition.empty() &&
         std::chrono::steady_clock::now() - began < std::chrono::seconds(4)) {
    run.poll();
  }
  EXPECT_NE(run.context.condition.find("waiting for MySQL"), std::string::npos) << run.context.condition;
}

TEST_F(MysqlSettingsRun, ThePlaceOfARecordIsTheSameWhenItIsReadAgain) {
  SourceRun run("tandem_set9", {{"sync.link", "l"}, {"sync.origin", "o"}});
  run.sql("create table t (id int primary key)");
  run.start();
  run.drain();
  const auto from = run.context.stored;
  run.sql("insert into t values (1),(2)");
  run.sql("update t set id = id + 10 where id = 2");
  const auto positions = [](const std::vector<SourceRecord>& records) {
    std::vector<std::string> out;
    for (const auto& r : records) {
      out.push_back(*r.header("tandem.pos")->value.string());
    }
    return out;
  };
  const auto first = positions(run.drain());
  ASSERT_EQ(first.size(), 5U);
  EXPECT_EQ(std::count(first[0].begin(), first[0].end(), ':'), 5) << first[0];
  run.context.stored = from;
  run.start();
  EXPECT_EQ(positions(run.drain()), first);
  run.context.stored = from;
  run.set("gtid.ignore.on.recovery",
          "true");  // by file and position: the server leaves out what stands before
  run.start();
  EXPECT_EQ(positions(run.drain()), first);
}

TEST_F(MysqlSettingsRun, GtidSourcesAreFiltered) {
  SourceRun run("tandem_set10");
  if (!run.has_mysql_gtids()) {
    GTEST_SKIP() << "the server has no GTIDs";
  }
  run.sql("create table t (id int primary key)");
  run.set("gtid.source.excludes", run.connection().query_value("select @@server_uuid").value_or(""));
  run.start();
  run.drain();
  run.sql("insert into t values (1)");
  run.sql("set gtid_next = 'dddddddd-0000-0000-0000-00000000dddd:" + std::to_string(std::time(nullptr)) +
          "'");
  run.sql("insert into t values (2)");
  run.sql("set gtid_next = automatic");
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"});
  run.stop();
  run.sql("insert into t values (3)");
  run.start();
  EXPECT_TRUE(rows(run.drain()).empty());
}

}  // namespace
}  // namespace tandem::mysql
