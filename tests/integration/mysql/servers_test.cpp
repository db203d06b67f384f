// What servers may write into their log: compressed transactions, tagged GTIDs, table maps with little or all
// metadata, checksums.
#include "tests/integration/mysql/source_run.hpp"

namespace tandem::mysql {
namespace {

class MysqlServers : public MysqlSource {};

const std::vector<std::string> kChanges = {R"(c{"id":2,"n":4294967295,"e":"b","v":"ü"})",
                                           R"(u{"id":1,"n":7,"e":"a","v":"x"})",
                                           R"(d{"id":2,"n":4294967295,"e":"b","v":"ü"})", "tombstone"};

void make_table(SourceRun& run) {
  run.sql(
      "create table t (id int primary key, n int unsigned, e enum('a','b'), v varchar(20)) charset utf8mb4");
  run.sql("insert into t values (1,1,'a','x')");
}
void change_rows(SourceRun& run) {
  run.sql("begin");
  run.sql("insert into t values (2,4294967295,'b','ü')");
  run.sql("update t set n=7 where id=1");
  run.sql("delete from t where id=2");
  run.sql("commit");
}
std::string gtids(SourceRun& run) {
  for (const auto& [key, value] : *run.context.stored) {
    if (key == "gtids") {
      return *value.string();
    }
  }
  return "";
}

TEST_F(MysqlServers, CompressedTransactionsReadAsOthers) {
  SourceRun run("tandem_srv1", {{"max.batch.size", "2"}});
  try {
    run.sql("set binlog_transaction_compression = on");
  } catch (const SqlError& e) {
    GTEST_SKIP() << "no compressed transactions before MySQL 8.0.20: " << e.what();
  }
  make_table(run);
  run.start();
  run.drain();
  change_rows(run);
  EXPECT_EQ(rows(run.drain()), kChanges);
  // A restart inside of a compressed transaction goes on behind the rows that were sent.
  change_rows(run);
  run.sql("set binlog_transaction_compression = off");
  run.sql("insert into t values (3,3,'a',null)");
  auto got = rows(run.drain(1));
  ASSERT_LT(got.size(), 4U);
  run.stop();
  run.start();
  for (auto& row : rows(run.drain())) {
    got.push_back(row);
  }
  auto expected = kChanges;
  expected[1] = R"(u{"id":1,"n":7,"e":"a","v":"x"})";
  expected.erase(expected.begin() + 1);  // the row has that value already: the server writes no change
  expected.push_back(R"(c{"id":3,"n":3,"e":"a","v":null})");
  EXPECT_EQ(got, expected);
}

TEST_F(MysqlServers, TaggedGtidsAreFollowedAndResumedFrom) {
  SourceRun run("tandem_srv2");
  if (!run.has_mysql_gtids() || !run.connection().server().at_least(8, 3)) {
    GTEST_SKIP() << "tagged GTIDs came with MySQL 8.3";
  }
  make_table(run);
  run.start();
  run.drain();
  run.sql("set gtid_next = 'AUTOMATIC:tandem_tag'");
  change_rows(run);
  EXPECT_EQ(rows(run.drain()), kChanges);
  run.stop();
  run.sql("insert into t values (3,3,'a',null)");
  run.sql("set gtid_next = automatic");
  run.sql("insert into t values (4,4,'b','y')");
  run.start();
  EXPECT_EQ(rows(run.drain()), (std::vector<std::string>{R"(c{"id":3,"n":3,"e":"a","v":null})",
                                                         R"(c{"id":4,"n":4,"e":"b","v":"y"})"}));
  EXPECT_NE(gtids(run).find(":tandem_tag:"), std::string::npos) << gtids(run);
  // A new snapshot begins where the server's set has tags.
  SourceRun later("tandem_srv2", {{"snapshot.mode", "always"}});
  make_table(later);
  later.start();
  EXPECT_EQ(rows(later.drain()), std::vector<std::string>{R"(r{"id":1,"n":1,"e":"a","v":"x"})"});
  change_rows(later);
  EXPECT_EQ(rows(later.drain()), kChanges);
  EXPECT_NE(gtids(later).find(":tandem_tag:"), std::string::npos) << gtids(later);
  // The tag's transactions are counted by themselves: a set without them is behind.
  later.stop();
  for (auto& [key, value] : *later.context.stored) {
    if (key == "gtids") {
      value = Value(gtids(later) + ",eeeeeeee-0000-0000-0000-00000000eeee:a_tag:1-3");
    }
  }
  later.set("snapshot.mode", "initial");
  EXPECT_NE(later.failure().find("lacks transactions"), std::string::npos);
}

class MysqlServersOwn : public MysqlOwnServer {
 protected:
  /// Streams the changes under a value of a global variable, which is set back.
  static void with_global(const std::string& variable, const std::string& value, bool must_know) {
    SourceRun run("tandem_srv3");
    std::string old;
    try {
      old = run.connection().query_value("select @@global." + variable).value_or("");
    } catch (const SqlError& e) {
      if (must_know) {
        throw;
      }
      GTEST_SKIP() << "the server does not know it: " << e.what();
    }
    make_table(run);
    run.start();
    run.drain();
    run.sql("set global " + variable + " = " + value);  // while the dump runs, too
    change_rows(run);
    const auto while_streaming = rows(run.drain());
    run.stop();
    run.sql("insert into t values (5,4000000000,'b','z')");
    run.start();
    const auto after_restart = rows(run.drain());
    run.sql("set global " + variable + " = '" + old + "'");
    EXPECT_EQ(while_streaming, kChanges) << variable << "=" << value;
    EXPECT_EQ(after_restart, std::vector<std::string>{R"(c{"id":5,"n":4000000000,"e":"b","v":"z"})"})
        << variable << "=" << value;
  }
};

TEST_F(MysqlServersOwn, RowMetadataMayBeMinimalOrFull) {
  for (const char* value : {"MINIMAL", "FULL"}) {
    with_global("binlog_row_metadata", value, false);
  }
}

TEST_F(MysqlServersOwn, ChecksumsMayBeThereOrNot) {
  for (const char* value : {"NONE", "CRC32"}) {
    with_global("binlog_checksum", value, true);
  }
}

TEST_F(MysqlServersOwn, AShapeComesFromTheHistoryWhenTheLogHasLittleOfIt) {
  SourceRun run("tandem_srv4");
  run.sql("set global binlog_row_metadata = MINIMAL");
  make_table(run);
  run.start();
  run.drain();
  run.stop();
  run.sql("insert into t values (2,2,'b','y')");
  run.sql("alter table t add column y year, change v w varchar(30), modify e enum('b','a')");
  run.sql("insert into t values (3,3000000000,'b','z',2024)");
  run.sql("drop table t");
  run.start();
  const auto got = rows(run.drain());
  run.sql("set global binlog_row_metadata = FULL");
  EXPECT_EQ(got, (std::vector<std::string>{R"(c{"id":2,"n":2,"e":"b","v":"y"})",
                                           R"(c{"id":3,"n":3000000000,"e":"b","w":"z","y":2024})"}));
}

}  // namespace
}  // namespace tandem::mysql
