#include "connectors/mysql/ddl_parser.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

TEST(Ddl, TruncateNamesItsTable) {
  EXPECT_EQ(truncated_table("TRUNCATE TABLE events", "app"), (TableId{"app", {}, "events"}));
  EXPECT_EQ(truncated_table("truncate `other db`.`t`", "app"), (TableId{"other db", {}, "t"}));
  EXPECT_EQ(truncated_table("/* why */ TRUNCATE t", "app"), (TableId{"app", {}, "t"}));
  EXPECT_EQ(truncated_table("CREATE TABLE truncate_me (id int)", "app"), std::nullopt);
  EXPECT_EQ(truncated_table("TRUNCATE", "app"), std::nullopt);
}

TEST(Ddl, StatementsOfNoInterestAreFilteredOut) {
  for (const char* sql :
       {"GRANT ALL ON *.* TO x", "create user u", "CREATE OR REPLACE ALGORITHM=MERGE VIEW v AS SELECT 1",
        "truncate table t", "CREATE DEFINER=`a`@`b` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @a=1",
        "/* c */ savepoint s", "DROP TEMPORARY TABLE IF EXISTS t", "ANALYZE TABLE t"}) {
    EXPECT_TRUE(is_filtered_ddl(sql)) << sql;
  }
  for (const char* sql : {"create table user (a int)", "alter table `view` add x int", "drop table t",
                          "create index i on t (a)", "rename table a to b", "drop database d"}) {
    EXPECT_FALSE(is_filtered_ddl(sql)) << sql;
  }
}

TEST(Ddl, TextIsRewrittenAsDebeziumDoes) {
  EXPECT_EQ(rewritten_ddl(R"(create table t (a char(3) default "it's", `b"c` int) -- "x")"),
            R"(create table t (a char(3) default 'it''s', `b"c` int) -- "x")");
  EXPECT_EQ(rewritten_ddl("create table rank (lag int, v int comment 'rank int')"),
            "create table `rank` (`lag` int, v int comment 'rank int')");
}

TEST(Ddl, ZerofillIsUnsignedAndHexDefaultsLoseTheirEnds) {
  Catalog catalog;
  const auto made = apply_ddl(
      catalog, "create table t (a int(3) zerofill, b varchar(9) default 0xF09F9880, c char(0))", "d", false);
  ASSERT_EQ(made.size(), 1U);
  const auto& columns = made[0].table->columns;
  EXPECT_EQ(columns[0].type_name, "INT UNSIGNED ZEROFILL");
  EXPECT_EQ(columns[1].default_expression, "F09F988");
  EXPECT_EQ(columns[2].length, 10);
}

TEST(Ddl, UnknownStatementsGiveNothing) {
  Catalog catalog;
  EXPECT_TRUE(apply_ddl(catalog, "FROBNICATE TABLE t WITH 'unterminated", "d", false).empty());
  EXPECT_TRUE(apply_ddl(catalog, "", "d", false).empty());
  EXPECT_TRUE(apply_ddl(catalog, "create", "d", false).empty());
}

TEST(Ddl, AShapeThatTextDoesNotTellIsMarked) {
  Catalog catalog;
  const auto a = apply_ddl(catalog, "create table t2 like unseen", "d", false);
  ASSERT_EQ(a.size(), 1U);
  EXPECT_TRUE(a[0].unknown_shape);
  const auto b = apply_ddl(catalog, "create table t3 as select * from x", "d", false);
  ASSERT_EQ(b.size(), 1U);
  EXPECT_TRUE(b[0].unknown_shape);
  const auto c = apply_ddl(catalog, "alter table `other`.`t` add column x int", "d", false);
  ASSERT_EQ(c.size(), 1U);
  EXPECT_TRUE(c[0].unknown_shape);
  EXPECT_EQ(c[0].id, (TableId{"other", "", "t"}));
}

TEST(Ddl, ExecutableCommentsCount) {
  Catalog catalog;
  const auto a = apply_ddl(catalog,
                           "CREATE TABLE t (a int /*!50606 DEFAULT 3 */, b int /* not this: , c int */) "
                           "/*!50100 PARTITION BY HASH (a) */",
                           "d", false);
  ASSERT_EQ(a.size(), 1U);
  ASSERT_TRUE(a[0].table);
  ASSERT_EQ(a[0].table->columns.size(), 2U);
  EXPECT_EQ(a[0].table->columns[0].default_expression, "3");
}

TEST(Ddl, RenameInOneStatementSwaps) {
  Catalog catalog;
  apply_ddl(catalog, "create table t (a int)", "d", false);
  apply_ddl(catalog, "create table t_new (a int, b int)", "d", false);
  const auto r = apply_ddl(catalog, "RENAME TABLE t TO t_old, t_new TO t", "d", false);
  ASSERT_EQ(r.size(), 2U);
  EXPECT_EQ(catalog.find({"d", "", "t"})->columns.size(), 2U);
  EXPECT_EQ(catalog.find({"d", "", "t_old"})->columns.size(), 1U);
}

}  // namespace
}  // namespace tandem::mysql
