#pragma once
#include "tandem/plugin/metrics.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tandem::pipeline {

/// Error figures of a task: plain fields of the task thread, published per batch.
struct ErrorFigures {
  std::uint64_t failures = 0, errors = 0, skipped = 0, retries = 0, logged = 0;
  std::uint64_t dead_letters = 0, dead_letter_failures = 0;
  std::int64_t last_error_ms = 0;
};

/// A running average and maximum over the last two windows of 30 s, as Kafka's `metrics.sample.window.ms` has
/// it.
class WindowedTime {
 public:
  void add(double value, std::int64_t now_ms);
  double average(std::int64_t now_ms);
  double maximum(std::int64_t now_ms);

 private:
  struct Window {
    std::int64_t start_ms = 0;
    double sum = 0, max = 0;
    std::uint64_t count = 0;
  };
  void roll(std::int64_t now_ms);
  Window windows_[2];
};

/// The kafka_connect_* figures of one task in the names of JMX as Confluent's exporter prints them. Fields
/// are counted by the task thread; publish() hands the differences on, once a batch.
class TaskMetrics {
 public:
  TaskMetrics(MetricScope& scope, const std::string& connector, int task, bool source);
  ~TaskMetrics();

  std::uint64_t records_in = 0;   ///< polled (source) or read (sink)
  std::uint64_t records_out = 0;  ///< written (source) or sent to the task (sink)
  std::uint64_t active = 0;       ///< source: not yet acknowledged; sink: put and not yet committed
  std::uint64_t partitions = 0;   ///< sink
  std::size_t queue_bytes = 0;    ///< source: not yet acknowledged; sink: read and not yet put
  std::uint64_t commits = 0, commit_failures = 0;
  ErrorFigures errors;

  void batch(std::size_t records, double ms, std::int64_t now_ms);
  void commit_time(double ms, std::int64_t now_ms);
  void running_state(bool paused, std::int64_t now_ms);
  /// Whether publish() would do real work now: every 100 ms.
  bool due(std::int64_t now_ms) const noexcept;
  void publish(std::int64_t now_ms, bool force = false);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
  WindowedTime batch_size_, batch_ms_, commit_ms_;
  std::int64_t last_publish_ms_ = 0, last_state_ms_ = 0, running_ms_ = 0, paused_ms_ = 0;
};

}  // namespace tandem::pipeline
