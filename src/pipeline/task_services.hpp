#pragma once
#include "storage/offset_store.hpp"
#include "storage/status_store.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/plugin/metrics.hpp"
#include "tandem/plugin/registry.hpp"
#include "tandem/topics/topics.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tandem::pipeline {

/// What the worker lends to its tasks. Outlives them all; everything in it is thread-safe.
struct TaskServices {
  topics::Topics& topics;
  const Registry& registry;
  const Clock& clock;
  storage::OffsetStore& offsets;
  storage::StatusStore& statuses;
  std::function<std::unique_ptr<MetricScope>()> metrics;
  ConfigMap worker;  ///< the worker's properties, variables replaced
  std::string group_id;
  std::chrono::milliseconds flush_interval{60000};  ///< offset.flush.interval.ms
  std::chrono::milliseconds flush_timeout{5000};    ///< offset.flush.timeout.ms
  bool topic_tracking = true;
  bool topic_creation = true;
};

/// One task to run. Configurations have their variables replaced.
struct TaskSpec {
  std::string connector;
  int task = 0;
  ConfigMap connector_config;
  ConfigMap task_config;
  bool paused = false;
};

/// Told by the task's thread; implementations post it on and return at once.
class TaskListener {
 public:
  virtual ~TaskListener() = default;
  virtual void on_running() = 0;
  virtual void on_paused() = 0;
  virtual void on_condition(const std::string& text) = 0;
  virtual void on_progress(const std::string& what, std::int64_t done, std::int64_t total) = 0;
  /// The thread is about to end; nullopt: it was asked to stop.
  virtual void on_finished(std::optional<Error> failure) = 0;
};

}  // namespace tandem::pipeline
