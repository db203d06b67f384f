#pragma once
#include "pipeline/clients.hpp"
#include "pipeline/tolerance.hpp"
#include "pipeline/transform_chain.hpp"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::pipeline {

/// The middle of a source's road: transforms and converters applied to a polled batch, into an arena that the
/// producer may hold until the batch is done, and that is used again then. One task thread owns it, and is
/// the one on which a producer lets go of an arena.
class RecordEncoder {
 public:
  RecordEncoder(const TaskServices& services, const ConfigMap& connector, Tolerance& tolerance);

  /// Starts a new batch; what records() gave before is void.
  void begin();
  /// Transforms and converts; false when a transform dropped the record or an error was tolerated. The record
  /// must stay alive until the batch is sent. Throws "Tolerance exceeded …".
  bool add(SourceRecord& record, const std::stop_token& stop);
  /// One more record of finished bytes (an offset record in an atomic batch).
  void add_raw(std::string_view topic, std::string_view key, std::optional<std::string_view> value);
  /// Views into the arena: valid until begin(), their bytes as long as somebody holds arena().
  std::span<const topics::OutRecord> records();
  /// nullptr when the batch fills too little of it: many small batches in flight would each hold the room of
  /// a full one. Their bytes have to be copied.
  std::shared_ptr<const void> arena() const noexcept {
    return arena_->size() < kFullBytes / 2 ? nullptr : arena_;
  }
  std::size_t size() const noexcept { return pending_.size(); }
  /// Of this many bytes a batch is best sent: larger ones cost memory in every buffer behind and save no CPU.
  static constexpr std::size_t kFullBytes = std::size_t{1} << 20;
  bool full() const noexcept { return arena_->size() >= kFullBytes; }

 private:
  /// Ranges in the arena: it may move while it grows, so views are made at the end.
  struct Range {
    std::size_t at = 0, length = 0;
    bool present = false;
  };
  struct PendingHeader {
    const std::string* key;
    Range value;
  };
  /// Headers that records have in common, where they were written for the last of them.
  struct SharedHeaders {
    Headers::Shared list;
    std::string_view topic;
    std::size_t first = 0;
  };
  struct Pending {
    std::string_view topic;
    std::int32_t partition;
    std::int64_t timestamp_ms;
    Range key, value;
    std::size_t first_header, headers;
  };
  using Arena = std::shared_ptr<std::string>;

  Arena free_arena();
  /// Writes into the arena; false when that failed and was tolerated.
  template <class Write>
  bool convert(Stage stage, const SourceRecord& record, const std::stop_token& stop, Range& range,
               Write&& write);
  bool add_headers(const SourceRecord& record, const std::stop_token& stop, Pending& p);
  bool write_headers(const Headers::List& headers, const SourceRecord& record, const std::stop_token& stop);
  BytesView view(const Range& r) const { return {arena_->data() + r.at, r.length}; }

  Tolerance& tolerance_;
  TransformChain chain_;
  Converters converters_;
  std::vector<Arena> arenas_;  ///< all that are in use or spare, the one at hand among them
  Arena arena_;
  std::vector<Pending> pending_;
  std::vector<PendingHeader> pending_headers_;
  SharedHeaders shared_;
  std::vector<topics::RecordHeader> headers_;
  std::vector<topics::OutRecord> out_;
};

}  // namespace tandem::pipeline
