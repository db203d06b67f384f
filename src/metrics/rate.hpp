#pragma once
#include "tandem/base/clock.hpp"

#include <cstdint>

namespace tandem::metrics {

/// Kafka's rates look back one or two samples of 30 s (org.apache.kafka.common.metrics.MetricConfig).
inline constexpr std::int64_t sample_ns = 30'000'000'000;

/// Growth per second of a counter, from what it read one to two samples ago. Used under the page's lock.
class Rate {
 public:
  explicit Rate(const Clock& clock) : clock_(clock) {}
  double of(double value) {
    const std::int64_t t = clock_.monotonic_ns();
    const double seconds = static_cast<double>(t - older_.at) / 1e9;
    const double rate = seconds <= 0 ? 0 : (value - older_.value) / seconds;
    if (t - newer_.at >= sample_ns) {
      older_ = newer_;
      newer_ = {t, value};
    }
    return rate;
  }

 private:
  struct Sample {
    std::int64_t at;
    double value;
  };
  const Clock& clock_;
  Sample older_{clock_.monotonic_ns(), 0}, newer_ = older_;
};

}  // namespace tandem::metrics
