#include "herder/start_figures.hpp"

namespace tandem::herder {
namespace {
const Labels all{{"connector", "aggregate"}};
const std::string rebalance = "kafka_connect_connect_worker_rebalance_metrics_";
}  // namespace

StartFigures::StartFigures(std::unique_ptr<MetricScope> scope)
    : scope_(std::move(scope)), connectors_(attempts("connector")), tasks_(attempts("task")) {
  scope_->gauge(rebalance + "rebalancing")->set(1);
}

StartFigures::Attempts StartFigures::attempts(const std::string& what) {
  const std::string prefix = "kafka_connect_connect_worker_metrics_" + what + "_startup_";
  return {scope_->counter(prefix + "attempts_total", all), scope_->counter(prefix + "success_total", all),
          scope_->counter(prefix + "failure_total", all)};
}

void StartFigures::took_over(std::int64_t generation, double ms) {
  scope_->gauge(rebalance + "rebalancing")->set(0);
  scope_->counter(rebalance + "completed_rebalances_total")->add();
  scope_->gauge(rebalance + "rebalance_avg_time_ms")->set(ms);
  scope_->gauge(rebalance + "rebalance_max_time_ms")->set(ms);
  scope_->gauge(rebalance + "epoch")->set(static_cast<double>(generation));
}

}  // namespace tandem::herder
