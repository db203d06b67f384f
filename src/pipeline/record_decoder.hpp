#pragma once
#include "pipeline/clients.hpp"
#include "pipeline/dead_letters.hpp"
#include "pipeline/tolerance.hpp"
#include "pipeline/transform_chain.hpp"

#include <set>
#include <tuple>

namespace tandem::pipeline {

/// The first half of a sink's road: bytes → converters → transforms. Can be run again over the same batch (a
/// put that failed for the moment), and then reports no dead letter twice. One task thread owns it.
class RecordDecoder {
 public:
  RecordDecoder(const TaskServices& services, const TaskSpec& task, Tolerance& tolerance,
                DeadLetters& letters);

  /// Appends what is left of batch.records[from, …) to `out`, in order.
  void decode(const topics::Batch& batch, std::vector<SinkRecord>& out, const std::stop_token& stop);
  /// Another batch follows: forget which of its records were given up.
  void next_batch() noexcept { given_up_.clear(); }
  /// Back to bytes, for an errant record whose batch is gone.
  void encode(const SinkRecord& record, std::string& key, bool& has_key, std::string& value, bool& has_value);

 private:
  bool decode_one(const topics::Batch& batch, const topics::InRecord& in, SinkRecord& out,
                  const std::stop_token& stop);

  TransformChain chain_;
  Converters converters_;
  Tolerance& tolerance_;
  DeadLetters& letters_;
  std::set<std::tuple<std::int32_t, std::int32_t, std::int64_t>>
      given_up_;  ///< topic index, partition, offset
};

}  // namespace tandem::pipeline
