#pragma once
#include "metrics/registry.hpp"
#include "rest/gather.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::app {

/// Connector and task states as figures. Thread-safe.
class StateFigures {
 public:
  StateFigures(metrics::MetricRegistry& registry, const std::string& version);
  /// Replaces all state series by these.
  void set(const std::vector<rest::GatheredConnector>& connectors);
  /// About once a second, one thread: how long the worker has had its work.
  void tick(bool ready);

 private:
  metrics::MetricRegistry& registry_;
  std::unique_ptr<MetricScope> fixed_;  ///< what does not change while the program runs
  std::int64_t ready_since_ns_ = 0;
  std::mutex mutex_;
  std::unique_ptr<MetricScope> current_;
};

}  // namespace tandem::app
