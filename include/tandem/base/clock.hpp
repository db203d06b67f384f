#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <stop_token>

namespace tandem {

/// Time as an interface, so that tests move it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock, microseconds since the Unix epoch.
  virtual std::int64_t now_us() const = 0;
  /// Monotonic nanoseconds, for durations only.
  virtual std::int64_t monotonic_ns() const = 0;
  /// Sleeps for `duration` or until a stop is requested; true when the whole time has passed.
  virtual bool sleep_for(std::chrono::milliseconds duration, std::stop_token stop) const = 0;

  std::int64_t now_ms() const { return now_us() / 1000; }
  static const Clock& system();
};

/// Exponential back-off with jitter: initial, doubled to max, each delay drawn from [d/2, d].
class Backoff {
 public:
  Backoff(std::chrono::milliseconds initial, std::chrono::milliseconds max,
          std::uint64_t seed = std::random_device{}());
  std::chrono::milliseconds next();
  void reset() noexcept { current_ = initial_; }

 private:
  std::chrono::milliseconds initial_, max_, current_;
  std::mt19937_64 random_;
};

}  // namespace tandem
