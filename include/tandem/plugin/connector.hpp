#pragma once
#include "tandem/config/config.hpp"
#include "tandem/plugin/task_context.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem {

/// Reads from a system. One thread calls everything except stop(), which any thread may call and which only
/// makes a poll() in progress return soon. Errors: TandemError(transient) from poll() is retried by the
/// worker with back-off; anything else FAILS the task with the error's trace. A connector reconnects by
/// itself and reports a condition meanwhile.
class SourceTask {
 public:
  virtual ~SourceTask() = default;
  virtual void start(const ConfigMap& config, SourceTaskContext& context) = 0;
  /// Bounded wait (about 100 ms at most when nothing comes); may be empty. Batches are bounded in bytes by
  /// the task.
  virtual SourceBatch poll(std::stop_token stop) = 0;
  /// Everything up to and including `offset` is durable in the log and the offset store (confirm an LSN
  /// here).
  virtual void commit(const OffsetMap& partition, const SourceOffset& offset) {
    (void)partition, (void)offset;
  }
  virtual void stop() noexcept = 0;
};

/// Writes to a system. One thread calls everything except stop(), which any thread may call, also while
/// another is in put(): what that uses stays.
class SinkTask {
 public:
  virtual ~SinkTask() = default;
  virtual void start(const ConfigMap& config, SinkTaskContext& context) = 0;
  /// Partitions now owned; called before their first record. May seek.
  virtual void open(const std::vector<topics::TopicPartition>& partitions) { (void)partitions; }
  virtual void close(const std::vector<topics::TopicPartition>& partitions) { (void)partitions; }
  /// Records in partition order. The task may move values out of them. TandemError(transient): the same
  /// records are put again after back-off; anything else FAILS the task.
  virtual void put(std::vector<SinkRecord>& records) = 0;
  /// Of `seen` (next offsets after all records put), what may be committed: only what is durable in the
  /// target.
  virtual topics::Offsets pre_commit(const topics::Offsets& seen) { return seen; }
  virtual void stop() noexcept = 0;
};

/// How many tasks and with what; checks a configuration. Made per connector. Herder's pool calls it, one call
/// at a time.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual const ConfigDef& config_def() const = 0;
  /// Checks beyond single settings: combinations, and whether the server can be reached with these rights.
  /// Adds errors to the checks it finds by name (or appends one). Deadline: connection.validation.timeout.ms
  /// or ten seconds.
  virtual void validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const {
    (void)config, (void)checks;
  }
  /// Throws TandemError for what validate() cannot know.
  virtual std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const = 0;
  /// Whether a REST change of offsets is fine; throws TandemError(config) with the reason. True: the
  /// connector stands behind it: it has taken the change into its own store, or keeps none. False: REST says
  /// that only the worker's offsets were changed.
  virtual bool alter_offsets(
      const ConfigMap& config,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const {
    (void)config, (void)offsets;
    return false;
  }
};

class SourceConnector : public Connector {
 public:
  virtual std::unique_ptr<SourceTask> make_task() const = 0;
};
class SinkConnector : public Connector {
 public:
  virtual std::unique_ptr<SinkTask> make_task() const = 0;
};

}  // namespace tandem
