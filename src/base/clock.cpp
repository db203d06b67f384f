#include "tandem/base/clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace tandem {
namespace {

class SystemClock final : public Clock {
 public:
  std::int64_t now_us() const override {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  }
  std::int64_t monotonic_ns() const override {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
  }
  bool sleep_for(std::chrono::milliseconds duration, std::stop_token stop) const override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

const Clock& Clock::system() {
  static const SystemClock clock;
  return clock;
}

Backoff::Backoff(std::chrono::milliseconds initial, std::chrono::milliseconds max, std::uint64_t seed)
    : initial_(initial), max_(max), current_(initial), random_(seed) {}

std::chrono::milliseconds Backoff::next() {
  const auto top = current_.count();
  current_ = std::min(current_ * 2, max_);
  std::uniform_int_distribution<std::int64_t> draw(top / 2, top);
  return std::chrono::milliseconds(draw(random_));
}

}  // namespace tandem
