#pragma once
#include "pipeline/clients.hpp"
#include "pipeline/error_policy.hpp"
#include "pipeline/task_metrics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tandem::pipeline {

/// errors.deadletterqueue.*: records that a sink skips, as they were read, with `__connect.errors.*` headers
/// when asked for. The topic is made with one partition when absent. One task thread owns it.
class DeadLetters final : private topics::DeliveryListener {
 public:
  struct Original {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp_ms = -1;
    std::optional<BytesView> key, value;
    std::span<const topics::RecordHeader> headers;
  };

  DeadLetters(const TaskServices& services, const TaskSpec& task, ErrorFigures& figures);
  bool enabled() const noexcept { return !topic_.empty(); }
  /// Hands the record over; durable after flush().
  void report(const Original& record, Stage stage, const std::string& class_name, const Error& error,
              const std::stop_token& stop);
  /// Returns when all that was reported is durable. Throws when the log refuses it: the record must not count
  /// as done then.
  void flush(const std::stop_token& stop);

 private:
  void on_batch_done(std::uint64_t) override { --outstanding_; }
  void on_failure(const topics::DeliveryFailure& failure) override { failure_ = failure.error; }

  const TaskServices& services_;
  const TaskSpec& task_;
  ErrorFigures& figures_;
  std::string topic_;
  bool context_headers_;
  std::unique_ptr<topics::Producer> producer_;
  std::uint64_t last_batch_ = 0;
  std::size_t outstanding_ = 0;
  std::optional<Error> failure_;
};

}  // namespace tandem::pipeline
