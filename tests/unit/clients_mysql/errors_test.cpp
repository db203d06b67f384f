#include "connectors/clients/mysql/replication_errors.hpp"
#include "connectors/clients/mysql/sql_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

using testing::HasSubstr;

SqlError error(unsigned number, std::string_view message, std::string state = "HY000") {
  return SqlError(number, std::move(state), message, "SELECT 1", "db:3306");
}

TEST(SqlError, SortsNetworkLossAndDeadlocksAsTransient) {
  EXPECT_EQ(error(2013, "Lost connection").kind(), ErrorKind::transient);
  EXPECT_FALSE(error(2013, "Lost connection").connection_usable());
  EXPECT_EQ(error(1213, "Deadlock").kind(), ErrorKind::transient);
  EXPECT_TRUE(error(1213, "Deadlock").connection_usable());
  EXPECT_TRUE(error(1213, "Deadlock").transaction_lost());
  EXPECT_FALSE(error(1205, "Lock wait").transaction_lost());
}

TEST(SqlError, NamesTheGrant) {
  const auto e = error(1142, "SELECT command denied to user 'app'@'10.0.0.%' for table 'orders'");
  EXPECT_EQ(e.kind(), ErrorKind::auth);
  EXPECT_EQ(e.error().remedy, "GRANT SELECT ON orders TO 'app'@'10.0.0.%'");
  EXPECT_EQ(error(1044, "Access denied for user 'app'@'%' to database 'shop'").error().remedy,
            "GRANT ALL PRIVILEGES ON `shop`.* TO 'app'@'%'");
  EXPECT_THAT(error(1227,
                    "Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this "
                    "operation")
                  .error()
                  .remedy,
              HasSubstr("GRANT REPLICATION SLAVE ON *.*"));
}

TEST(SqlError, UnknownNumbersGoByTheirSqlState) {
  EXPECT_EQ(error(9999, "?", "23000").kind(), ErrorKind::data);
  EXPECT_EQ(error(9999, "?", "42S02").kind(), ErrorKind::schema);
  EXPECT_EQ(error(9999, "?", "08S01").kind(), ErrorKind::transient);
  EXPECT_EQ(error(9999, "?").kind(), ErrorKind::fatal);
}

TEST(SqlError, AReadOnlyServerIsAFailoverNotAMistake) {
  EXPECT_EQ(error(1290, "The MySQL server is running with the --super-read-only option so …").kind(),
            ErrorKind::transient);
  EXPECT_EQ(error(1290, "The MySQL server is running with the --secure-file-priv option").kind(),
            ErrorKind::config);
}

TEST(DumpRefusal, TellsTheTextsOf1236Apart) {
  EXPECT_EQ(dump_refusal("Could not find first log file name in binary log index file"), DumpRefusal::purged);
  EXPECT_EQ(dump_refusal(
                "The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has "
                "purged binary logs containing GTIDs that the slave requires."),
            DumpRefusal::purged);
  EXPECT_EQ(dump_refusal(
                "A slave with the same server_uuid/server_id as this slave has connected to the master; the "
                "first event 'b.1' at 4"),
            DumpRefusal::server_id_clash);
  EXPECT_EQ(dump_refusal("Client requested master to start replication from position > file size"),
            DumpRefusal::bad_position);
  const Error e = dump_error(
      "A slave with the same server_uuid/server_id as this slave has connected to the master", "db:3306");
  EXPECT_EQ(e.kind, ErrorKind::fatal);
  EXPECT_THAT(e.remedy, HasSubstr("database.server.id"));
}

}  // namespace
}  // namespace tandem::mysql
