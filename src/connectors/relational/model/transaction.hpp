#pragma once
#include "connectors/relational/model/naming.hpp"
#include "tandem/data/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::relational {

/// Counters of the transaction being read, as provide.transaction.metadata keeps them in the offset.
struct TransactionState {
  std::string id;
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> per_collection;  ///< in order of first event

  /// transaction_id and transaction_data_collection_order_* entries.
  void append_to(OffsetMap& map) const;
  static std::optional<TransactionState> from(const OffsetMap& map);
};

/// The order in which a java.util.HashMap with these string keys, put in this order, iterates.
std::vector<std::size_t> java_hash_order(const std::vector<std::string>& keys);

/// provide.transaction.metadata: BEGIN and END records and the `transaction` block. One task thread. The
/// caller asks `enabled()` once and calls nothing when it is false. Offsets are made by the caller after the
/// call changed the state.
class TransactionMetadata {
 public:
  TransactionMetadata(bool enabled, const TopicNaming& topics, SourcePartitionPtr partition);
  bool enabled() const noexcept { return enabled_; }
  /// nullptr outside a transaction.
  const TransactionState* state() const noexcept { return state_ ? &*state_ : nullptr; }
  void restore(std::optional<TransactionState> state) { state_ = std::move(state); }
  /// Starts a transaction in the state; the record is to be sent with the offset that follows from it.
  void start(std::string id) { state_ = TransactionState{std::move(id), 0, {}}; }
  SourceRecord begin_record(std::int64_t ts_ms, SourceOffsetPtr offset) const;
  /// END of the current transaction; the state stays until finish().
  SourceRecord end_record(std::int64_t ts_ms, SourceOffsetPtr offset) const;
  void finish() noexcept { state_.reset(); }
  /// What records and blocks show as the id where it is not the state's own (PostgreSQL: "<txid>:<lsn of the
  /// event>").
  void show_as(std::string id) { shown_ = std::move(id); }
  /// Counts one event of a table ("db.table") and gives its block.
  Value count(const std::string& collection);

 private:
  SourceRecord record(const char* status, std::int64_t ts_ms, SourceOffsetPtr offset) const;
  bool enabled_;
  std::string topic_;
  SourcePartitionPtr partition_;
  const std::string& shown() const noexcept { return shown_.empty() ? state_->id : shown_; }
  std::optional<TransactionState> state_;
  std::string shown_;
};

}  // namespace tandem::relational
