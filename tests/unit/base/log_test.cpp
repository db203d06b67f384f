#include "tandem/base/log.hpp"

#include <gtest/gtest.h>

namespace tandem::log {
namespace {

TEST(Log, LevelsByPrefix) {
  set_level("tandem.mysql", Level::debug);
  EXPECT_TRUE(enabled("tandem.mysql.binlog", Level::debug));
  EXPECT_FALSE(enabled("tandem.mysqlx", Level::debug));
  EXPECT_FALSE(enabled("tandem.postgres", Level::debug));
  set_level("tandem.mysql", Level::off);
  EXPECT_FALSE(enabled("tandem.mysql", Level::error));
  EXPECT_TRUE(levels().contains("root"));
  EXPECT_EQ(level_of("other"), Level::info);
}

TEST(Log, Log4jNames) {
  Level l = Level::off;
  EXPECT_TRUE(parse_level("Warn", l));
  EXPECT_EQ(l, Level::warn);
  EXPECT_TRUE(parse_level("FATAL", l));
  EXPECT_EQ(l, Level::error);
  EXPECT_FALSE(parse_level("loud", l));
}

}  // namespace
}  // namespace tandem::log
