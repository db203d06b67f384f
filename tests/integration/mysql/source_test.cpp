// The MySQL source against a real server: TANDEM_TEST_MYSQL=host:port, TANDEM_TEST_USER,
// TANDEM_TEST_PASSWORD.
#include "tests/integration/mysql/source_run.hpp"

namespace tandem::mysql {
namespace {

void run_case(const std::string& name, const std::string& file) {
  std::ifstream in(file);
  ASSERT_TRUE(in.good());
  std::string line, statement, section = "snapshot";
  ConfigMap extra;
  std::map<std::string, std::vector<std::string>> sections;
  while (std::getline(in, line)) {
    if (line == "-- stream") {
      section = "stream";
    } else if (line.starts_with("-- set: ")) {
      extra[line.substr(8, line.find('=') - 8)] = line.substr(line.find('=') + 1);
    } else if (!line.starts_with("--")) {
      statement += line + "\n";
      if (line.ends_with(";")) {
        sections[section].push_back(statement.substr(0, statement.rfind(';')));
        statement.clear();
      }
    }
  }
  SourceRun run(name, extra);
  for (const auto& s : sections["snapshot"]) {
    run.sql(s);
  }
  run.start();
  run.drain();
  for (const auto& s : sections["stream"]) {
    run.sql(s);
  }
  EXPECT_FALSE(run.drain().empty());
  if (const auto dir = env("TANDEM_TEST_DUMP"); !dir.empty()) {
    std::ofstream out(dir + "/" + name + ".history");
    for (const auto& v : run.context.log.values[name + "-history"]) {
      out << v << "\n---\n";
    }
    std::ofstream(dir + "/" + name + ".offset") << json::object_text(*run.context.stored) << "\n";
  }
}

/// A case file named by TANDEM_TEST_CASE is run, to be compared with what another worker writes
/// (TANDEM_TEST_DUMP names a folder).
TEST_F(MysqlSource, RunsACaseFile) {
  if (env("TANDEM_TEST_CASE").empty()) {
    GTEST_SKIP() << "TANDEM_TEST_CASE is not set";
  }
  run_case(env("TANDEM_TEST_CASE_NAME", "tandemcase"), env("TANDEM_TEST_CASE"));
}

TEST_F(MysqlSource, SnapshotThenStream) {
  SourceRun run("tandem_src1");
  run.sql("create table t (id int primary key, v varchar(20))");
  run.sql("insert into t values (1,'a'),(2,'b')");
  run.start();
  EXPECT_EQ(rows(run.drain()), (std::vector<std::string>{R"(r{"id":1,"v":"a"})", R"(r{"id":2,"v":"b"})"}));
  run.sql("insert into t values (3,'c')");
  run.sql("update t set v='B' where id=2");
  run.sql("delete from t where id=1");
  run.sql("update t set id=9 where id=3");
  EXPECT_EQ(
      rows(run.drain()),
      (std::vector<std::string>{R"(c{"id":3,"v":"c"})", R"(u{"id":2,"v":"B"})", R"(d{"id":1,"v":"a"})",
                                "tombstone", R"(d{"id":3,"v":"c"})", "tombstone", R"(c{"id":9,"v":"c"})"}));
}

TEST_F(MysqlSource, GoesOnAfterARestartInsideATransaction) {
  SourceRun run("tandem_src2", {{"max.batch.size", "1"}});
  run.sql("create table t (id int primary key)");
  run.sql("create table u (id int primary key)");
  run.start();
  run.drain();
  run.sql("begin");
  run.sql("insert into t values (1),(2),(3)");
  run.sql("insert into u values (4),(5)");
  run.sql("insert into t values (6)");
  run.sql("commit");
  run.sql("alter table t add column x int default 7");
  run.sql("insert into t values (8,8)");
  std::vector<std::string> got;
  for (int i = 0; i < 12 && got.size() < 7; ++i) {  // one record, then a new task from its offset
    for (auto& r : rows(run.drain(1))) {
      got.push_back(r);
    }
    run.stop();
    run.start();
  }
  for (auto& r : rows(run.drain())) {
    got.push_back(r);
  }
  EXPECT_EQ(got, (std::vector<std::string>{R"(c{"id":1})", R"(c{"id":2})", R"(c{"id":3})", R"(c{"id":4})",
                                           R"(c{"id":5})", R"(c{"id":6})", R"(c{"id":8,"x":8})"}));
}

TEST_F(MysqlSource, DropsEchoesOfItsLinkAndMovesOn) {
  SourceRun run("tandem_src3", {{"sync.link", "shop"}, {"sync.origin", "my"}});
  run.sql("create table t (id int primary key)");
  run.sql(
      "create table tandem_position (link varchar(64), connector varchar(190), topic varchar(249), "
      "partition_id int, next_offset "
      "bigint, source_position varchar(255), log_id varchar(190), record_check bigint, epoch bigint, origin "
      "varchar(64), hops "
      "varchar(255), version int, updated datetime(6), primary key (connector, topic, partition_id)) charset "
      "ascii");
  run.sql(
      "insert into tandem_position values "
      "('shop','c','t',0,1,'','l',0,1,'pg','',1,now()),('other','d','t',0,1,'','l',0,1,'pg3','x',1,now())");
  run.start();
  run.drain();
  run.sql("begin");
  run.sql("update tandem_position set next_offset=2 where connector='c'");
  run.sql("insert into t values (1)");
  run.sql("commit");
  const auto before = *run.context.stored;
  EXPECT_TRUE(rows(run.drain()).empty());
  EXPECT_NE(json::object_text(before), json::object_text(*run.context.stored));
  EXPECT_EQ(run.context.figures.counters["sync_echoes_dropped_total"]->n, 1);
  run.sql("begin");
  run.sql("update tandem_position set next_offset=2 where connector='d'");
  run.sql("insert into t values (2)");
  run.sql("commit");
  const auto got = run.drain();
  EXPECT_EQ(rows(got), std::vector<std::string>{R"(c{"id":2})"});
  ASSERT_NE(got[0].header("tandem.origin"), nullptr);
  EXPECT_EQ(*got[0].header("tandem.origin")->value.string(), "pg3");
  EXPECT_TRUE(got[0].header("tandem.pos")->value.string()->starts_with("m:"));
}

TEST_F(MysqlSource, ReconnectsWhenTheServerCutsTheLine) {
  SourceRun run("tandem_src4");
  run.sql("create table t (id int primary key)");
  run.start();
  run.drain();
  const QueryResult list = run.connection().query(
      "select id from information_schema.processlist where command like 'Binlog Dump%' order by id desc "
      "limit 1");
  ASSERT_EQ(list.row_count(), 1U);
  run.sql("insert into t values (1)");
  run.sql("kill " + std::string(*list.at(0, 0)));
  run.sql("insert into t values (2)");
  std::vector<std::string> got;
  for (int i = 0; i < 10 && got.size() < 2; ++i) {
    for (auto& r : rows(run.drain())) {
      got.push_back(r);
    }
  }
  EXPECT_EQ(got, (std::vector<std::string>{R"(c{"id":1})", R"(c{"id":2})"}));
}

}  // namespace
}  // namespace tandem::mysql
