#include "connectors/mysql/schemas.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

TEST(HistoryPosition, IsComparedAsDebeziumDoes) {
  const auto map = [](const char* file, std::int64_t pos, const char* set = nullptr, std::int64_t event = 0) {
    OffsetMap m{{"file", Value(file)}, {"pos", Value(pos)}};
    if (set) {
      m.emplace_back("gtids", Value(set));
    }
    if (event) {
      m.emplace_back("event", Value(event));
    }
    return m;
  };
  const auto at = [&](const OffsetMap& m) { return BinlogOffset::from(m); };
  EXPECT_TRUE(at_or_before(map("b.000009", 500), at(map("b.000010", 4))));
  EXPECT_FALSE(at_or_before(map("b.000010", 5), at(map("b.000010", 4))));
  EXPECT_TRUE(at_or_before(map("b.000010", 4), at(map("b.000010", 4))));
  const char* one = "11111111-1111-1111-1111-111111111111:1-5";
  const char* two = "11111111-1111-1111-1111-111111111111:1-9";
  EXPECT_TRUE(at_or_before(map("b.2", 9, one), at(map("b.1", 4, two))));
  EXPECT_FALSE(at_or_before(map("b.1", 4, two), at(map("b.2", 9, one))));
  EXPECT_TRUE(at_or_before(map("b.1", 4), at(map("b.1", 2, one))));
  EXPECT_FALSE(at_or_before(map("b.1", 4, one), at(map("b.1", 9))));
  EXPECT_FALSE(at_or_before(map("b.1", 4, one, 3), at(map("b.1", 4, one, 2))));
}

}  // namespace
}  // namespace tandem::mysql
