#include "connectors/sync/log_position.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tandem::sync {
namespace {

LogPosition at(std::string_view text) { return value_or_throw(LogPosition::parse(text)); }

TEST(LogPosition, TextGoesThereAndBack) {
  for (const char* text : {"m:3:154:0", "p:27303456:12", "s:m:1:4:0", "s:p:18446744073709551615:7"}) {
    EXPECT_EQ(at(text).text(), text);
  }
  EXPECT_EQ(LogPosition::mysql(7, 4, 2).text(), "m:7:4:2");
  EXPECT_EQ(LogPosition::postgres(99, 1).as_snapshot().text(), "s:p:99:1");
}

TEST(LogPosition, OtherTextIsRefused) {
  for (const char* text : {"", "m:", "m:1:2", "m:1:2:3:4", "p:1", "p:1:2:3", "x:1:2", "m:a:1:2", "m:-1:2:3", "p:1:2 ", "s:",
                           "s:s:p:1:2", "p:18446744073709551616:0"}) {
    EXPECT_FALSE(LogPosition::parse(text).has_value()) << text;
  }
}

TEST(LogPosition, OrderIsByNumbersNotText) {
  std::vector<LogPosition> order = {at("m:2:4:0"), at("m:10:4:0"), at("m:10:4:9"), at("m:10:4:10"), at("m:10:120:0")};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      EXPECT_EQ(compare(order[i], order[j]), i <=> j);
      EXPECT_EQ(is_repeat(order[i], order[j]), i <= j);
    }
  }
}

TEST(LogPosition, DifferentLogsAndSnapshotsAreNeverCompared) {
  EXPECT_EQ(compare(at("m:1:2:3"), at("p:1:2")), std::nullopt);
  EXPECT_FALSE(is_repeat(at("s:m:1:2:3"), at("m:9:9:9")));
  EXPECT_FALSE(is_repeat(at("m:1:2:3"), at("s:m:9:9:9")));
}

}  // namespace
}  // namespace tandem::sync
