#pragma once
#include "pipeline/dead_letters.hpp"
#include "pipeline/live_calls.hpp"
#include "pipeline/record_decoder.hpp"
#include "pipeline/task_contexts.hpp"
#include "pipeline/task_run.hpp"
#include "tandem/plugin/connector.hpp"

#include <deque>
#include <functional>
#include <set>

namespace tandem::pipeline {

/// A sink task's thread: consumer → converters → transforms → put() → pre_commit() → consumer commit. A
/// transient failure of put() or open() keeps the group membership: partitions are paused, polling goes on,
/// and the same records are put again.
class SinkPipeline final : public TaskRun, private topics::RebalanceListener {
 public:
  using MakeTask = std::function<std::unique_ptr<SinkTask>()>;
  SinkPipeline(const TaskServices& services, TaskSpec spec, std::shared_ptr<TaskListener> listener,
               MakeTask make);
  ~SinkPipeline() override;

 private:
  class Context;
  struct Life;
  using Partitions = std::vector<topics::TopicPartition>;

  void body(std::stop_token stop) override;
  void wake() noexcept override { live_.wake(); }
  void stop_task() noexcept override { live_.stop(); }
  void on_assigned(const Partitions& partitions) override;
  void on_revoked(const Partitions& partitions) override;

  void subscribe();
  void run_loop(std::stop_token stop);
  void poll(std::chrono::milliseconds wait);
  void take_next();
  void read_ahead();
  void put_current(const std::stop_token& stop);
  void note_topics();
  bool retry_open();
  void apply_pauses();
  void apply_seeks();
  void commit_due();
  topics::Offsets committable(const Partitions* only);
  void commit_for(const Partitions& partitions) noexcept;
  void fail_transiently(const Error& error);
  void well_again();
  bool report_errant(const SinkRecord& record, const Error& error);
  void close() noexcept;

  MakeTask make_;
  std::unique_ptr<Life> life_;
  LiveCalls<SinkTask, topics::Consumer> live_;
};

}  // namespace tandem::pipeline
