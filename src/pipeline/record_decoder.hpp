#pragma once
#include "pipeline/clients.hpp"
#include "pipeline/dead_letters.hpp"
#include "pipeline/header_reader.hpp"
#include "pipeline/tolerance.hpp"
#include "pipeline/transform_chain.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

namespace tandem::pipeline {

/// The first half of a sink's road: bytes → converters → transforms. Can be run again over the same batch (a
/// put that failed for the moment), and then reports no dead letter twice. One task thread owns it; what
/// begin_ahead() starts runs on a thread of its own, and every other call waits for its end first.
class RecordDecoder {
 public:
  RecordDecoder(const TaskServices& services, const TaskSpec& task, Tolerance& tolerance,
                DeadLetters& letters);

  /// What is left of the batch, in order, instead of what `out` held; that is freed by the next
  /// begin_ahead(), on its thread, or forget_ahead().
  void decode(const topics::Batch& batch, std::vector<SinkRecord>& out, const std::stop_token& stop);
  /// Decodes `batch` while the task writes what came before it, as far as no record fails: decode() goes on
  /// there, and it alone tolerates and reports. The batch may neither change nor end before decode() has been
  /// called with it, or forget_ahead().
  void begin_ahead(const topics::Batch& batch);
  void forget_ahead();
  /// Another batch follows: forget which of its records were given up.
  void next_batch() noexcept { given_up_.clear(); }
  /// Back to bytes, for an errant record whose batch is gone.
  void encode(const SinkRecord& record, std::string& key, bool& has_key, std::string& value, bool& has_value);

 private:
  /// False when the record is to be left out. `step` runs one stage's work and says whether to go on.
  template <class Step>
  bool decode_one(const topics::Batch& batch, const topics::InRecord& in, SinkRecord& out, Step&& step);
  void wait();
  void run_ahead(const std::stop_token& stop);

  TransformChain chain_;
  Converters converters_;
  HeaderReader headers_;
  Tolerance& tolerance_;
  DeadLetters& letters_;
  std::set<std::tuple<std::int32_t, std::int32_t, std::int64_t>>
      given_up_;  ///< topic index, partition, offset

  // Of the thread beside while `busy_`, of the task's otherwise.
  const topics::Batch* ahead_of_ = nullptr;
  std::vector<SinkRecord> ahead_;
  std::size_t ahead_done_ = 0;  ///< records of the batch that are in `ahead_` or left out

  std::mutex mutex_;
  std::condition_variable_any turn_;
  bool busy_ = false;
  std::jthread beside_;  ///< made when first needed
};

}  // namespace tandem::pipeline
