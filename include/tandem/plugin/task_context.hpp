#pragma once
#include "tandem/base/clock.hpp"
#include "tandem/data/record.hpp"
#include "tandem/plugin/metrics.hpp"
#include "tandem/topics/topics.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem {

/// What a task needs of the worker. Called on the task's thread; outlives the task.
class TaskContext {
 public:
  virtual ~TaskContext() = default;
  virtual const std::string& connector_name() const = 0;
  virtual int task_id() const = 0;
  virtual const std::string& worker_group() const = 0;  ///< group.id of the worker, goes into markers
  virtual const Clock& clock() const = 0;
  virtual MetricScope& metrics() = 0;
  /// The worker's log, for schema history, signals and journals.
  virtual topics::Topics& topics() = 0;
  /// A line for status and log about what the task is waiting for ("" when all is well): the task stays
  /// RUNNING and says why. Rate-limited by the caller's own back-off.
  virtual void report_condition(const std::string& text) = 0;
  /// Progress of long work, shown in log, REST and metrics. `total` < 0: unknown.
  virtual void report_progress(const std::string& what, std::int64_t done, std::int64_t total) = 0;
};

class SourceTaskContext : public TaskContext {
 public:
  /// The last committed offset of this partition map; nullopt when there is none.
  virtual std::optional<OffsetMap> offset(const OffsetMap& partition) = 0;
};

class SinkTaskContext : public TaskContext {
 public:
  /// Rewinds consumption: the next put() starts at these offsets. Allowed in open() and put().
  virtual void seek(const topics::Offsets& next) = 0;
  virtual void pause(const std::vector<topics::TopicPartition>& partitions) = 0;
  virtual void resume(const std::vector<topics::TopicPartition>& partitions) = 0;
  virtual void request_commit() = 0;
  /// Hands one record that cannot be applied to the errors.* policy (dead-letter topic, log). False when the
  /// policy says stop: the task then throws. The record counts as done once the dead letter is durable.
  virtual bool report_errant(const SinkRecord& record, const Error& error) = 0;
};

}  // namespace tandem
