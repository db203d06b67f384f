#pragma once
#include "tandem/plugin/metrics.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tandem::herder {

/// How often connectors and tasks were started and how it ended (ConnectMetricsRegistry's worker group), and
/// how this worker took its work over: a worker alone in its group does that once, at its start (the group's
/// rebalance metrics). Herder thread.
class StartFigures {
 public:
  explicit StartFigures(std::unique_ptr<MetricScope> scope);

  struct Attempts {
    std::shared_ptr<Counter> all, succeeded, failed;
    void begin() const { all->add(); }
    void end(bool well) const { (well ? succeeded : failed)->add(); }
  };
  const Attempts& connectors() const noexcept { return connectors_; }
  const Attempts& tasks() const noexcept { return tasks_; }
  /// The work of this generation is taken over; it took `ms`.
  void took_over(std::int64_t generation, double ms);

 private:
  Attempts attempts(const std::string& what);
  std::unique_ptr<MetricScope> scope_;
  Attempts connectors_, tasks_;
};

}  // namespace tandem::herder
