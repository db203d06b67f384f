#pragma once
#include "connectors/sql_sink/target_connection.hpp"
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "tandem/plugin/task_context.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem::sql_sink {

/// What a sink of a link knows of one partition; the durable copy is its row of tandem_position.
struct PartitionState {
  std::int64_t next_offset = 0;
  std::optional<sync::LogPosition> applied;
  std::string source_position;
  std::int64_t record_check = 0;
  std::int64_t epoch = 0;
  bool checked = false;  ///< the record at next_offset - 1 was seen to be the one applied
  friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

/// The rows of tandem_position of one connector. DESIGN.md §5. The task's thread.
class PositionStore {
 public:
  PositionStore(const Settings& settings, SinkTaskContext& context, const Dialect& dialect)
      : settings_(settings), context_(context), dialect_(dialect) {}

  /// Makes the table when it is missing. Throws TandemError (fatal) when it is of a later version.
  void prepare(TargetConnection& connection);
  /// Takes over these partitions: reads or makes their rows, compares the log, raises the epoch. Where to
  /// read from: one record before the next one where that can be compared. Throws TandemError: fatal (another
  /// log, position past its end), conflict.
  topics::Offsets assign(TargetConnection& connection, const std::vector<topics::TopicPartition>& partitions);
  void release(const std::vector<topics::TopicPartition>& partitions);
  /// After a reconnect: what did the last transaction do? Throws TandemError(conflict) when another owner has
  /// raised the epoch.
  void refresh(TargetConnection& connection);

  PartitionState* find(const topics::TopicPartition& partition);
  const std::map<topics::TopicPartition, PartitionState>& all() const noexcept { return partitions_; }

  /// Statements that move one partition from `from` to `to`, or fail.
  std::vector<std::string> move(const topics::TopicPartition& partition, const PartitionState& from,
                                const PartitionState& to, const sync::Provenance& provenance) const;
  /// Throws: the record at next_offset - 1 is not the one that was applied.
  [[noreturn]] void replaced(const topics::TopicPartition& partition, const PartitionState& state,
                             const std::string& why) const;
  /// Throws when the log ends before what was applied.
  void check_end(const topics::TopicPartition& partition, const PartitionState& state) const;

  /// Writes offsets that REST gives: the epoch is raised, so a running owner is fenced. nullopt forgets the
  /// row.
  static void overwrite(TargetConnection& connection, const Dialect& dialect, const TableName& table,
                        const std::string& connector, const topics::TopicPartition& partition,
                        std::optional<std::int64_t> next_offset);

 private:
  std::string where(const topics::TopicPartition& partition) const;
  std::string log_of(const topics::TopicPartition& partition) const;
  bool take_over(TargetConnection& connection, const topics::TopicPartition& partition,
                 topics::Offsets& seek);

  const Settings& settings_;
  SinkTaskContext& context_;
  const Dialect& dialect_;
  TableName table_;
  std::map<topics::TopicPartition, PartitionState> partitions_;
};

/// Fingerprint of a record for record_check: its time stamp and its source position. Never 0.
std::int64_t record_fingerprint(std::int64_t timestamp_ms, std::string_view position) noexcept;

}  // namespace tandem::sql_sink
