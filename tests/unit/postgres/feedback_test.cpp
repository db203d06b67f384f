#include "connectors/postgres/feedback.hpp"

#include <gtest/gtest.h>

namespace tandem::postgres_source {
namespace {

using namespace std::chrono_literals;
using pgoutput::Lsn;

constexpr std::int64_t kSecond = 1'000'000'000;

/// The flushed LSN of a status update: bytes 9 to 16 (PostgreSQL manual, "Streaming Replication Protocol").
std::uint64_t flushed(const std::string& message) {
  std::uint64_t v = 0;
  for (std::size_t i = 9; i < 17; ++i) {
    v = v << 8 | static_cast<unsigned char>(message.at(i));
  }
  return v;
}

TEST(Feedback, TellsAtOnceThenAtIntervalsOrProgressOrWhenAsked) {
  Feedback f(10s, true);
  f.restart();
  EXPECT_EQ(flushed(f.due(kSecond, 0, false).value()), 0u);
  EXPECT_FALSE(f.due(2 * kSecond, 0, false));
  f.durable(Lsn(500));
  EXPECT_EQ(flushed(f.due(2 * kSecond, 0, false).value()), 500u);
  EXPECT_FALSE(f.due(3 * kSecond, 0, false));
  EXPECT_EQ(flushed(f.due(3 * kSecond, 0, true).value()), 500u);
  EXPECT_FALSE(f.due(12 * kSecond, 0, false));
  EXPECT_TRUE(f.due(14 * kSecond, 0, false));
}

TEST(Feedback, NeverGoesBack) {
  Feedback f(10s, true);
  f.durable(Lsn(500));
  f.durable(Lsn(400));
  EXPECT_EQ(flushed(f.due(0, 0, true).value()), 500u);
  f.restart();
  EXPECT_EQ(flushed(f.due(0, 0, false).value()), 500u);
}

TEST(Feedback, ManualLeavesTheSlotWhereItIs) {
  Feedback f(10s, false);
  f.durable(Lsn(500));
  EXPECT_EQ(flushed(f.due(kSecond, 0, false).value()), 0u);
  EXPECT_FALSE(f.due(2 * kSecond, 0, false));
  EXPECT_TRUE(f.due(12 * kSecond, 0, false)) << "the connection is still to be kept alive";
}

}  // namespace
}  // namespace tandem::postgres_source
