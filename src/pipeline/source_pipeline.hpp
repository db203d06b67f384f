#pragma once
#include "pipeline/live_calls.hpp"
#include "pipeline/offset_flush.hpp"
#include "pipeline/record_encoder.hpp"
#include "pipeline/submitted_records.hpp"
#include "pipeline/task_contexts.hpp"
#include "pipeline/task_run.hpp"
#include "pipeline/topic_creation.hpp"
#include "tandem/plugin/connector.hpp"

#include <deque>
#include <functional>
#include <unordered_set>

namespace tandem::pipeline {

/// A source task's thread: poll → transforms → converters → one send per batch → acknowledgements → offsets →
/// commit(). With a producer whose batches are atomic, the offset is a record of the same batch: exactly once
/// without more. Otherwise offsets follow every offset.flush.interval.ms and at the stop: at least once.
class SourcePipeline final : public TaskRun, private topics::DeliveryListener {
 public:
  using MakeTask = std::function<std::unique_ptr<SourceTask>()>;
  SourcePipeline(const TaskServices& services, TaskSpec spec, std::shared_ptr<TaskListener> listener,
                 MakeTask make);
  ~SourcePipeline() override;

 private:
  /// What lives from one start of the task to its end.
  struct Life;
  struct InFlight {
    std::uint64_t batch;
    std::size_t records;
  };

  void body(std::stop_token stop) override;
  void wake() noexcept override { live_.wake(); }
  void stop_task() noexcept override { live_.stop(); }
  void on_batch_done(std::uint64_t batch) override;
  void on_failure(const topics::DeliveryFailure& failure) override;

  void run_loop(std::stop_token stop);
  SourceBatch poll(const std::stop_token& stop);
  void handle(SourceBatch& batch, const std::stop_token& stop);
  void note_topic(const std::string& topic);
  void send(std::size_t records, const std::stop_token& stop);
  void collect_acks(std::chrono::milliseconds wait);
  void tend_offsets(const std::stop_token& stop);
  void send_positions(const std::stop_token& stop);
  void add_offset_records();
  void move(const SourcePartitionPtr& partition, const SourceOffsetPtr& offset);
  void tell_commit(const std::vector<SubmittedRecords::Committable>& durable);
  void settle() noexcept;

  MakeTask make_;
  std::unique_ptr<Life> life_;
  LiveCalls<SourceTask, topics::Producer> live_;
};

}  // namespace tandem::pipeline
