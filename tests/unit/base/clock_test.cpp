#include "tandem/base/clock.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace tandem {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTheMaximumWithJitter) {
  Backoff b(milliseconds(100), milliseconds(800), 1);
  std::int64_t top = 100;
  for (int i = 0; i < 10; ++i) {
    const auto d = b.next().count();
    EXPECT_GE(d, top / 2);
    EXPECT_LE(d, top);
    top = std::min<std::int64_t>(top * 2, 800);
  }
  b.reset();
  EXPECT_LE(b.next().count(), 100);
}

TEST(Clock, SleepEndsWhenAskedToStop) {
  std::stop_source stop;
  std::jthread other([&] { stop.request_stop(); });
  const auto start = Clock::system().monotonic_ns();
  EXPECT_FALSE(Clock::system().sleep_for(milliseconds(60'000), stop.get_token()));
  EXPECT_LT(Clock::system().monotonic_ns() - start, 10'000'000'000);
}

}  // namespace
}  // namespace tandem
