// snapshot.mode and snapshot.locking.mode against a server. What needs a server of its own (PURGE, RESET
// MASTER) runs when TANDEM_TEST_MYSQL_OWN=host:port names one that nobody else uses.
#include "tests/integration/mysql/source_run.hpp"

namespace tandem::mysql {
namespace {

class MysqlModes : public MysqlSource {};

void set_in(OffsetMap& map, const std::string& key, Value value) {
  for (auto& [k, v] : map) {
    if (k == key) {
      v = std::move(value);
    }
  }
}
void remove_from(OffsetMap& map, const std::string& key) {
  std::erase_if(map, [&](const auto& e) { return e.first == key; });
}

TEST_F(MysqlModes, AlwaysReadsAllAtEachStart) {
  SourceRun run("tandem_mode1", {{"snapshot.mode", "always"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  for (int i = 0; i < 2; ++i) {
    run.start();
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(r{"id":1})"});
  }
  run.sql("insert into t values (2)");
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"});
}

TEST_F(MysqlModes, InitialOnlyEndsWithTheSnapshot) {
  SourceRun run("tandem_mode2", {{"snapshot.mode", "initial_only"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  run.start();
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(r{"id":1})"});
  run.sql("insert into t values (2)");
  EXPECT_TRUE(run.drain().empty());
  remove_from(*run.context.stored, "gtids");
  set_in(*run.context.stored, "file", Value("binlog.000000"));
  run.start();
  EXPECT_TRUE(run.drain().empty()) << "the log does not matter any more";
  run.set("snapshot.mode", "initial");
  EXPECT_NE(run.failure().find("no longer available on the server"), std::string::npos);
}

TEST_F(MysqlModes, NoDataAndItsOlderNamesStreamFromNow) {
  for (const char* mode : {"no_data", "schema_only", "never"}) {
    SourceRun run("tandem_mode3", {{"snapshot.mode", mode}});
    run.sql("create table t (id int primary key)");
    run.sql("insert into t values (1)");
    run.start();
    EXPECT_TRUE(rows(run.drain()).empty()) << mode;
    run.sql("insert into t values (2)");
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"}) << mode;
  }
}

TEST_F(MysqlModes, RecoveryRebuildsALostHistory) {
  for (const char* mode : {"recovery", "schema_only_recovery"}) {
    SourceRun run("tandem_mode4");
    run.sql("create table t (id int primary key, v int)");
    run.sql("insert into t values (1,1)");
    run.start();
    run.drain();
    run.stop();
    run.sql("insert into t values (2,2)");
    run.context.log.values.erase("tandem_mode4-history");
    ErrorKind kind{};
    const std::string text = run.failure(&kind);
    EXPECT_NE(text.find("snapshot.mode=recovery"), std::string::npos) << text;
    EXPECT_EQ(kind, ErrorKind::config);
    run.set("snapshot.mode", mode);
    run.start();
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2,"v":2})"}) << mode;
    run.sql("alter table t add column w int");
    run.sql("insert into t values (3,3,3)");
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":3,"v":3,"w":3})"});
    run.stop();
    run.sql("insert into t values (4,4,4)");
    run.set("snapshot.mode", "initial");
    run.start();
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":4,"v":4,"w":4})"})
        << "the rebuilt history serves an ordinary start";
  }
}

TEST_F(MysqlModes, RecoveryNeedsAnOffsetAndAFinishedSnapshot) {
  SourceRun run("tandem_mode5", {{"snapshot.mode", "recovery"}});
  run.sql("create table t (id int primary key)");
  EXPECT_NE(run.failure().find("needs a stored offset"), std::string::npos);
  run.context.stored =
      OffsetMap{{"file", Value("b.1")}, {"pos", Value(std::int64_t{4})}, {"snapshot", Value("INITIAL")}};
  EXPECT_NE(run.failure().find("snapshot"), std::string::npos);
}

/// An offset that the server cannot serve, and what each mode does with it.
void gone(SourceRun& run, const std::function<void(OffsetMap&)>& spoil, const char* why) {
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  run.start();
  run.drain();
  run.stop();
  spoil(*run.context.stored);
  const auto stored = run.context.stored;
  ErrorKind kind{};
  const std::string text = run.failure(&kind);
  EXPECT_EQ(kind, ErrorKind::fatal);
  EXPECT_NE(text.find("no longer available on the server"), std::string::npos) << text;
  EXPECT_NE(text.find(why), std::string::npos) << text;
  EXPECT_NE(text.find("when_needed"), std::string::npos) << text;
  run.context.stored = stored;
  run.set("snapshot.mode", "when_needed");
  run.start();
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(r{"id":1})"});
  run.sql("insert into t values (2)");
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"});
}

TEST_F(MysqlModes, AFileThatIsGone) {
  SourceRun run("tandem_mode6");
  gone(
      run,
      [](OffsetMap& at) {
        remove_from(at, "gtids");
        set_in(at, "file", Value("binlog.000000"));
      },
      "binlog.000000 is no longer on the server");
}

TEST_F(MysqlModes, APlaceBeyondTheEndOfItsFile) {
  SourceRun run("tandem_mode7");
  gone(
      run,
      [](OffsetMap& at) {
        remove_from(at, "gtids");
        set_in(at, "pos", Value(std::int64_t{1} << 40));
      },
      "the server's log was reset");
}

TEST_F(MysqlModes, TransactionsThatTheServerNeverHad) {
  SourceRun run("tandem_mode8");
  if (!run.has_mysql_gtids()) {
    GTEST_SKIP() << "the server has no GTIDs";
  }
  gone(
      run, [](OffsetMap& at) { set_in(at, "gtids", Value("eeeeeeee-0000-0000-0000-00000000eeee:1-5")); },
      "lacks transactions");
}

TEST_F(MysqlModes, ConfigurationBased) {
  const std::string p = "snapshot.mode.configuration.based.";
  SourceRun run("tandem_mode9", {{"snapshot.mode", "configuration_based"},
                                 {p + "snapshot.schema", "true"},
                                 {p + "start.stream", "true"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1)");
  run.start();
  EXPECT_TRUE(rows(run.drain()).empty());
  run.stop();
  run.sql("insert into t values (2)");
  run.start();
  EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"})
      << "shapes anew, and nothing passed over";
  run.set(p + "snapshot.data", "true");
  run.start();
  EXPECT_EQ(rows(run.drain()), (std::vector<std::string>{R"(r{"id":1})", R"(r{"id":2})"}));
}

TEST_F(MysqlModes, LockingModes) {
  for (const char* mode : {"minimal", "extended", "none", "minimal_percona"}) {
    SourceRun run("tandem_mode10", {{"snapshot.locking.mode", mode}});
    run.sql("create table t (id int primary key)");
    run.sql("insert into t values (1)");
    run.start();
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(r{"id":1})"}) << mode;
    run.sql("insert into t values (2)");  // no lock was left behind
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(c{"id":2})"}) << mode;
  }
  SourceRun run("tandem_mode10", {{"snapshot.locking.mode", "minimal_percona_no_table_locks"}});
  run.sql("create table t (id int primary key)");
  if (run.connection().query_value("select @@version_comment").value_or("").find("Percona") ==
      std::string::npos) {
    EXPECT_NE(run.failure().find("LOCK TABLES FOR BACKUP"), std::string::npos);
  }
}

TEST_F(MysqlModes, ExtendedHoldsTheLockUntilTheRowsAreRead) {
  SourceRun run("tandem_mode11", {{"snapshot.locking.mode", "extended"}, {"max.batch.size", "1"}});
  run.sql("create table t (id int primary key)");
  run.sql("insert into t values (1),(2),(3)");
  run.start();
  const auto began = std::chrono::steady_clock::now();
  run.poll();  // shapes, and the lock
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5))
      << "nothing that the snapshot does waits for its own lock";
  run.sql("set session lock_wait_timeout = 1");
  EXPECT_THROW(run.sql("insert into t values (4)"), SqlError);
  run.drain();
  run.sql("insert into t values (4)");
}

TEST_F(MysqlOwnServer, PurgedLogsAreSaidOrReadAnew) {
  for (const bool by_gtid : {true, false}) {
    SourceRun run("tandem_own1");
    run.sql("create table t (id int primary key)");
    run.start();
    run.drain();
    run.stop();
    if (!by_gtid) {
      remove_from(*run.context.stored, "gtids");
    }
    run.sql("insert into t values (1)");
    run.sql("flush binary logs");
    run.purge_logs();
    const auto stored = run.context.stored;
    const std::string text = run.failure();
    EXPECT_NE(text.find("no longer available on the server"), std::string::npos) << text;
    run.context.stored = stored;
    run.set("snapshot.mode", "when_needed");
    run.start();
    EXPECT_EQ(rows(run.drain()), std::vector<std::string>{R"(r{"id":1})"});
  }
}

TEST_F(MysqlOwnServer, AfterResetMasterNothingLooksApplied) {
  SourceRun run("tandem_own2", {{"sync.link", "l"}, {"sync.origin", "o"}});
  run.sql("create table t (id int primary key)");
  run.sql("flush binary logs");
  run.sql("flush binary logs");
  run.start();
  run.drain();
  const auto position = [](const SourceRecord& r) {
    return value_or_throw(sync::LogPosition::parse(*r.header("tandem.pos")->value.string()));
  };
  run.sql("insert into t values (1)");
  const auto before = position(run.drain().at(0));
  run.stop();
  run.sql(run.new_words() ? "reset binary logs and gtids" : "reset master");
  const std::string text = run.failure();  // MariaDB does not tell which transactions it had
  EXPECT_NE(text.find(run.mariadb() ? "no longer on the server" : "lacks transactions"), std::string::npos)
      << text;
  run.set("snapshot.mode", "when_needed");
  run.start();
  run.drain();
  run.sql("insert into t values (2)");
  const auto after = position(run.drain().at(0));
  EXPECT_LT(after.file, before.file);
  EXPECT_FALSE(sync::is_repeat(after, before));
  EXPECT_TRUE(sync::is_repeat(before, before));
}

}  // namespace
}  // namespace tandem::mysql
