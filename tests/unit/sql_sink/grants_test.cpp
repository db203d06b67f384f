#include "connectors/sql_sink/mysql/grants.hpp"

#include <gtest/gtest.h>

namespace tandem::sql_sink {
namespace {

TEST(MysqlGrants, LevelsPatternsAndColumns) {
  const auto g = MysqlGrants::parse({"GRANT USAGE ON *.* TO `u`@`%`",
                                     "GRANT SELECT (`a`, `b`), CREATE ON `my\\_shop`.* TO `u`@`%`",
                                     "GRANT ALTER ON `data%`.* TO `u`@`%`",
                                     "GRANT ALTER ON `x`.`t``1` TO `u`@`%`", "GRANT `role`@`%` TO `u`@`%`"});
  EXPECT_TRUE(g.has("CREATE", "my_shop", ""));
  EXPECT_FALSE(g.has("CREATE", "myXshop", ""));
  EXPECT_FALSE(g.has("ALTER", "my_shop", "t"));
  EXPECT_TRUE(g.has("ALTER", "data_1", "t"));
  EXPECT_TRUE(g.has("ALTER", "x", "t`1"));
  EXPECT_FALSE(g.has("ALTER", "x", "t"));
}

TEST(MysqlGrants, EverythingAndPartialRevokes) {
  const auto g = MysqlGrants::parse({"GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION",
                                     "REVOKE CREATE ON `locked`.* FROM `u`@`%`"});
  EXPECT_TRUE(g.has("CREATE", "any", ""));
  EXPECT_FALSE(g.has("CREATE", "locked", ""));
  EXPECT_TRUE(g.has("ALTER", "locked", "t"));
}

}  // namespace
}  // namespace tandem::sql_sink
