#include "app/state_figures.hpp"

#include <algorithm>
#include <array>

namespace tandem::app {
namespace {

using herder::ConnectorStatus;

constexpr std::array<const char*, 6> task_states{"running",    "paused",     "failed",
                                                 "unassigned", "restarting", "destroyed"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void set_counts(MetricScope& scope, const ConnectorStatus& status) {
  const Labels label{{"connector", status.name}};
  const std::string prefix = "kafka_connect_connect_worker_metrics_connector_";
  scope.gauge(prefix + "total_task_count", label)->set(static_cast<double>(status.tasks.size()));
  for (const char* state : task_states) {
    const auto count = std::count_if(status.tasks.begin(), status.tasks.end(),
                                     [&](const auto& t) { return lower(t.state) == state; });
    scope.gauge(prefix + state + "_task_count", label)->set(static_cast<double>(count));
  }
}

void set_tasks(MetricScope& scope, const ConnectorStatus& status) {
  for (const auto& task : status.tasks) {
    const Labels label{{"connector", status.name}, {"task", std::to_string(task.id)}};
    Labels with_state = label;
    with_state.emplace_back("status", lower(task.state));
    scope.gauge("kafka_connect_connector_task_status", with_state)->set(1);
    scope.gauge("sync_task_condition", label)->set(task.condition.empty() ? 0 : 1);
    if (!task.progress.what.empty()) {
      Labels with = label;
      with.emplace_back("what", task.progress.what);
      scope.gauge("sync_progress_done", with)->set(static_cast<double>(task.progress.done));
      scope.gauge("sync_progress_total", with)->set(static_cast<double>(task.progress.total));
    }
  }
}

void set_connector(MetricScope& scope, const rest::GatheredConnector& one) {
  const std::string state = lower(one.status->connector.state);
  const auto info = [&](const char* label, const std::string& value) {
    scope.gauge("kafka_connect_connector_metrics", {{"connector", one.name}, {label, value}})->set(1);
  };
  info("status", state);
  info("connector_type", one.info->type);
  info("connector_class", get_or(one.info->config, "connector.class", "unknown"));
  info("connector_version",
       one.status->connector.version.empty() ? "unknown" : one.status->connector.version);
  // Only the state it is in: a dashboard may count the series.
  scope.gauge("kafka_connect_connector_status", {{"connector", one.name}, {"status", state}})->set(1);
}

}  // namespace

StateFigures::StateFigures(metrics::MetricRegistry& registry, const std::string& version)
    : registry_(registry), fixed_(registry.scope()) {
  fixed_->gauge("tandem_build_info", {{"version", version}})->set(1);
  const std::string started = std::to_string(Clock::system().now_ms());
  for (const char* name : {"kafka_connect_app_info", "kafka_connect_app"}) {  // exporters of either age
    fixed_->gauge(name, {{"client_id", "tandem"}, {"version", version}})->set(1);
    fixed_->gauge(name, {{"client_id", "tandem"}, {"start_time_ms", started}})->set(1);
  }
}

void StateFigures::tick(bool ready) {
  if (!ready) {
    return;
  }
  const auto now_ns = Clock::system().monotonic_ns();
  if (ready_since_ns_ == 0) {
    ready_since_ns_ = now_ns;
  }
  fixed_->gauge("kafka_connect_connect_worker_rebalance_metrics_time_since_last_rebalance_ms")
      ->set(static_cast<double>((now_ns - ready_since_ns_) / 1'000'000));
}

void StateFigures::set(const std::vector<rest::GatheredConnector>& connectors) {
  auto next = registry_.scope();
  double tasks = 0;
  for (const auto& one : connectors) {
    set_connector(*next, one);
    set_counts(*next, *one.status);
    set_tasks(*next, *one.status);
    tasks += static_cast<double>(one.status->tasks.size());
  }
  const Labels all{{"connector", "aggregate"}};
  next->gauge("kafka_connect_connect_worker_metrics_connector_count", all)
      ->set(static_cast<double>(connectors.size()));
  next->gauge("kafka_connect_connect_worker_metrics_task_count", all)->set(tasks);
  const std::lock_guard lock(mutex_);
  current_.swap(
      next);  // series in both stay on the page throughout: the old scope goes after the new one is made
}

}  // namespace tandem::app
