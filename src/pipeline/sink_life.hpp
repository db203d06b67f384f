#pragma once
#include "pipeline/rest_after_work.hpp"
#include "pipeline/sink_pipeline.hpp"

#include <deque>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_set>

namespace tandem::pipeline {

/// What a sink task asks for, noted here and carried out by the pipeline when the task's call has returned.
struct SinkWishes {
  topics::Offsets seeks;
  std::set<topics::TopicPartition> task_paused;
  bool pauses_changed = false;
  bool commit_requested = false;
};

class SinkPipeline::Context final : public TaskContextOf<SinkTaskContext> {
 public:
  using Errant = std::function<bool(const SinkRecord&, const Error&)>;
  Context(const TaskServices& services, const TaskSpec& spec, MetricScope& metrics, ContextHooks hooks,
          SinkWishes& wishes, Errant errant)
      : TaskContextOf(services, spec, metrics, std::move(hooks)),
        wishes_(wishes),
        errant_(std::move(errant)) {}
  void seek(const topics::Offsets& next) override {
    for (const auto& [partition, offset] : next) {
      wishes_.seeks[partition] = offset;
    }
  }
  void pause(const std::vector<topics::TopicPartition>& partitions) override {
    wishes_.task_paused.insert(partitions.begin(), partitions.end());
    wishes_.pauses_changed = true;
  }
  void resume(const std::vector<topics::TopicPartition>& partitions) override {
    for (const auto& p : partitions) {
      wishes_.task_paused.erase(p);
    }
    wishes_.pauses_changed = true;
  }
  void request_commit() override { wishes_.commit_requested = true; }
  bool report_errant(const SinkRecord& record, const Error& error) override { return errant_(record, error); }

 private:
  SinkWishes& wishes_;
  Errant errant_;
};

/// Keys and values.
std::size_t bytes_of(const topics::Batch& batch);

/// What lives from one start of the task to its end.
struct SinkPipeline::Life : SinkWishes {
  Life(const TaskServices& services, const TaskSpec& spec, ContextHooks hooks, Context::Errant report);

  std::unique_ptr<MetricScope> scope;
  TaskMetrics metrics;
  Context context;
  Tolerance tolerance;
  DeadLetters letters;
  std::unique_ptr<topics::Consumer> consumer;
  std::unique_ptr<SinkTask> task;
  std::stop_token stop;
  std::size_t max_records = 2000;

  std::set<topics::TopicPartition> assigned, paused_now;
  Partitions to_open;  ///< assigned, open() not yet done
  topics::Offsets seen, committed;
  std::deque<std::unique_ptr<topics::Batch>> backlog;
  std::unique_ptr<topics::Batch> current;
  std::vector<SinkRecord> records;
  std::set<std::tuple<std::string, std::int32_t, std::int64_t>> errant;  ///< reported from the current batch
  std::unordered_set<std::string> topics;

  bool retrying = false, poll_failed = false;
  RestAfterWork rest;
  std::int64_t retry_at_ns = 0, last_commit_ns = 0;
  Backoff retry_backoff{std::chrono::milliseconds(100), std::chrono::seconds(30)};
  Backoff poll_backoff{std::chrono::milliseconds(100), std::chrono::seconds(10)};
  std::optional<Error> callback_error;
  RecordDecoder decoder;  ///< ends first: it may be reading a batch of the backlog

  /// Keys and values read and not yet put.
  std::size_t held_bytes() const;
  void see(const topics::Batch& batch, const topics::InRecord& in);
  const topics::InRecord* find_raw(const std::string& topic, std::int32_t partition,
                                   std::int64_t offset) const;
  /// Of partitions that are revoked or sought elsewhere.
  void drop_records(const Partitions& partitions);
  void forget(const Partitions& partitions);

 private:
  topics::TopicPartition last_seen_;
  std::int64_t* last_seen_offset_ = nullptr;
};

}  // namespace tandem::pipeline
