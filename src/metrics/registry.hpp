#pragma once
#include "tandem/base/clock.hpp"
#include "tandem/plugin/metrics.hpp"

#include <memory>
#include <string>

namespace tandem::metrics {

/// All figures of the process. Thread-safe. Scopes and handles may outlive it.
class MetricRegistry {
 public:
  explicit MetricRegistry(const Clock& clock = Clock::system());
  ~MetricRegistry();
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  /// Makes figures that carry `base` labels as well, where the catalogue has a label of that name for the
  /// metric.
  std::unique_ptr<MetricScope> scope(Labels base = {});
  /// The page, in Prometheus' text format 0.0.4; process figures are read now.
  std::string text();

 private:
  class Store;
  std::shared_ptr<Store> store_;
};

}  // namespace tandem::metrics
