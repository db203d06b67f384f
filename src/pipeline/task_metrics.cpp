#include "pipeline/task_metrics.hpp"

#include <algorithm>

namespace tandem::pipeline {
namespace {

constexpr std::int64_t kWindowMs = 30000;
constexpr std::int64_t kPublishEveryMs = 100;

}  // namespace

void WindowedTime::roll(std::int64_t now_ms) {
  if (now_ms - windows_[0].start_ms < kWindowMs) {
    return;
  }
  windows_[1] = now_ms - windows_[0].start_ms < 2 * kWindowMs ? windows_[0] : Window{};
  windows_[0] = Window{};
  windows_[0].start_ms = now_ms;
}

void WindowedTime::add(double value, std::int64_t now_ms) {
  roll(now_ms);
  auto& w = windows_[0];
  w.sum += value;
  w.max = w.count == 0 ? value : std::max(w.max, value);
  ++w.count;
}

double WindowedTime::average(std::int64_t now_ms) {
  roll(now_ms);
  const auto count = windows_[0].count + windows_[1].count;
  return count == 0 ? 0 : (windows_[0].sum + windows_[1].sum) / static_cast<double>(count);
}

double WindowedTime::maximum(std::int64_t now_ms) {
  roll(now_ms);
  return std::max(windows_[0].max, windows_[1].max);
}

struct TaskMetrics::Handles {
  /// A counter and what of the field it has been told.
  struct Total {
    std::shared_ptr<Counter> counter;
    std::uint64_t told = 0;
    void tell(std::uint64_t now) {
      if (now > told) {
        counter->add(static_cast<double>(now - told));
        told = now;
      }
    }
  };
  Total in, out, commits, failures, errors, skipped, retries, logged, dead, dead_failed;
  std::shared_ptr<Gauge> active, queue, partitions, commit_number, batch_avg, batch_max, size_avg, size_max,
      commit_avg, commit_max, running, paused, last_error, commit_success, commit_failure;
};

TaskMetrics::TaskMetrics(MetricScope& scope, const std::string& connector, int task, bool source)
    : handles_(std::make_unique<Handles>()) {
  const Labels labels{{"connector", connector}, {"task", std::to_string(task)}};
  const auto counter = [&](const std::string& name) {
    return Handles::Total{scope.counter("kafka_connect_" + name, labels)};
  };
  const auto gauge = [&](const std::string& name) { return scope.gauge("kafka_connect_" + name, labels); };
  auto& h = *handles_;
  if (source) {
    h.in = counter("source_task_metrics_source_record_poll_total");
    h.out = counter("source_task_metrics_source_record_write_total");
    h.active = gauge("source_task_metrics_source_record_active_count");
    h.batch_avg = gauge("source_task_metrics_poll_batch_avg_time_ms");
    h.batch_max = gauge("source_task_metrics_poll_batch_max_time_ms");
  } else {
    h.in = counter("sink_task_metrics_sink_record_read_total");
    h.out = counter("sink_task_metrics_sink_record_send_total");
    h.active = gauge("sink_task_metrics_sink_record_active_count");
    h.partitions = gauge("sink_task_metrics_partition_count");
    h.commit_number = gauge("sink_task_metrics_offset_commit_seq_no");
    h.commits = counter("sink_task_metrics_offset_commit_completion_total");
    h.batch_avg = gauge("sink_task_metrics_put_batch_avg_time_ms");
    h.batch_max = gauge("sink_task_metrics_put_batch_max_time_ms");
  }
  h.queue = scope.gauge("sync_queue_bytes", {{"connector", connector},
                                             {"task", std::to_string(task)},
                                             {"queue", source ? "producer" : "consumer"}});
  h.size_avg = gauge("connector_task_metrics_batch_size_avg");
  h.size_max = gauge("connector_task_metrics_batch_size_max");
  h.commit_avg = gauge("connector_task_metrics_offset_commit_avg_time_ms");
  h.commit_max = gauge("connector_task_metrics_offset_commit_max_time_ms");
  h.commit_success = gauge("connector_task_metrics_offset_commit_success_percentage");
  h.commit_failure = gauge("connector_task_metrics_offset_commit_failure_percentage");
  h.running = gauge("connector_task_metrics_running_ratio");
  h.paused = gauge("connector_task_metrics_pause_ratio");
  h.failures = counter("task_error_metrics_total_record_failures");
  h.errors = counter("task_error_metrics_total_record_errors");
  h.skipped = counter("task_error_metrics_total_records_skipped");
  h.retries = counter("task_error_metrics_total_retries");
  h.logged = counter("task_error_metrics_total_errors_logged");
  h.dead = counter("task_error_metrics_deadletterqueue_produce_requests");
  h.dead_failed = counter("task_error_metrics_deadletterqueue_produce_failures");
  h.last_error = gauge("task_error_metrics_last_error_timestamp");
}

TaskMetrics::~TaskMetrics() = default;

void TaskMetrics::batch(std::size_t records, double ms, std::int64_t now_ms) {
  batch_size_.add(static_cast<double>(records), now_ms);
  batch_ms_.add(ms, now_ms);
}

void TaskMetrics::commit_time(double ms, std::int64_t now_ms) { commit_ms_.add(ms, now_ms); }

void TaskMetrics::running_state(bool paused, std::int64_t now_ms) {
  if (last_state_ms_ != 0) {
    (paused ? paused_ms_ : running_ms_) += now_ms - last_state_ms_;
  }
  last_state_ms_ = now_ms;
}

bool TaskMetrics::due(std::int64_t now_ms) const noexcept {
  return now_ms - last_publish_ms_ >= kPublishEveryMs;
}

void TaskMetrics::publish(std::int64_t now_ms, bool force) {
  if (!force && !due(now_ms)) {
    return;
  }
  last_publish_ms_ = now_ms;
  auto& h = *handles_;
  h.in.tell(records_in);
  h.out.tell(records_out);
  h.active->set(static_cast<double>(active));
  h.queue->set(static_cast<double>(queue_bytes));
  if (h.partitions) {
    h.partitions->set(static_cast<double>(partitions));
    h.commits.tell(commits);
    h.commit_number->set(static_cast<double>(commits));
  }
  h.batch_avg->set(batch_ms_.average(now_ms));
  h.batch_max->set(batch_ms_.maximum(now_ms));
  h.size_avg->set(batch_size_.average(now_ms));
  h.size_max->set(batch_size_.maximum(now_ms));
  h.commit_avg->set(commit_ms_.average(now_ms));
  h.commit_max->set(commit_ms_.maximum(now_ms));
  const auto all_commits = commits + commit_failures;
  h.commit_success->set(all_commits == 0 ? 0
                                         : static_cast<double>(commits) / static_cast<double>(all_commits));
  h.commit_failure->set(
      all_commits == 0 ? 0 : static_cast<double>(commit_failures) / static_cast<double>(all_commits));
  const auto all_ms = running_ms_ + paused_ms_;
  h.running->set(all_ms == 0 ? 0 : static_cast<double>(running_ms_) / static_cast<double>(all_ms));
  h.paused->set(all_ms == 0 ? 0 : static_cast<double>(paused_ms_) / static_cast<double>(all_ms));
  h.failures.tell(errors.failures);
  h.errors.tell(errors.errors);
  h.skipped.tell(errors.skipped);
  h.retries.tell(errors.retries);
  h.logged.tell(errors.logged);
  h.dead.tell(errors.dead_letters);
  h.dead_failed.tell(errors.dead_letter_failures);
  h.last_error->set(static_cast<double>(errors.last_error_ms));
}

}  // namespace tandem::pipeline
