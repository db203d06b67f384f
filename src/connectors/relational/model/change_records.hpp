#pragma once
#include "connectors/relational/model/envelope.hpp"
#include "connectors/relational/model/table_schema.hpp"
#include "connectors/relational/model/transaction.hpp"
#include "tandem/data/record.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace tandem::relational {

/// One row change as decoded. Null pointers where there is no image; keys null when the table has none.
struct RowChange {
  Operation op = Operation::create;
  Value before_key;  ///< of updates and deletes; null: not known
  Value after_key;
  StructPtr before, after;
  StructPtr source;
};

/// Makes the offset of the record being built; called after counters changed.
class OffsetMaker {
 public:
  virtual ~OffsetMaker() = default;
  virtual SourceOffsetPtr offset(const TransactionState* transaction) = 0;
};

/// The same for every record: a snapshot's.
class FixedOffset final : public OffsetMaker {
 public:
  explicit FixedOffset(SourceOffsetPtr offset) : offset_(std::move(offset)) {}
  SourceOffsetPtr offset(const TransactionState*) override { return offset_; }

 private:
  SourceOffsetPtr offset_;
};

/// Events by kind since the start of the task, as they were made.
struct ChangeCounts {
  std::uint64_t reads = 0, creates = 0, updates = 0, deletes = 0, truncates = 0, messages = 0;
  std::uint64_t filtered = 0;  ///< left out by a filter before they became records
  std::uint64_t streamed() const noexcept { return creates + updates + deletes + truncates + messages; }
};

/// Turns a row change into records: envelope, key-change rule (delete, tombstone, create with
/// __debezium.newkey and oldkey headers), tombstones, headers, transaction block. Used from one task thread.
class ChangeRecords {
 public:
  struct Settings {
    bool tombstones = true;                ///< tombstones.on.delete
    bool skip_unchanged = false;           ///< skip.messages.without.change
    std::string skipped_operations = "t";  ///< letters
    Headers::Shared headers;               ///< on every record (context headers); nullptr when switched off
  };
  ChangeRecords(Settings settings, SourcePartitionPtr partition, TransactionMetadata& transactions)
      : settings_(std::move(settings)), partition_(std::move(partition)), transactions_(transactions) {}

  bool skips(Operation op) const noexcept {
    return settings_.skipped_operations.find(static_cast<char>(op)) != std::string::npos;
  }
  /// Appends 0 to 3 records. `extra`: headers after the others (sync links). `collection`: "db.table" for the
  /// counters.
  void append(const TableSchema& schema, RowChange&& change, const std::string& collection,
              std::int64_t now_ns, const std::vector<Header>& extra, OffsetMaker& offsets,
              std::vector<SourceRecord>& out);
  const Settings& settings() const noexcept { return settings_; }
  const SourcePartitionPtr& partition() const noexcept { return partition_; }
  const ChangeCounts& counts() const noexcept { return counts_; }
  /// For events that do not pass append().
  void count(Operation op) noexcept;
  void count_filtered() noexcept { ++counts_.filtered; }

 private:
  void append_one(const TableSchema& schema, Operation op, Value key, StructPtr before, StructPtr after,
                  const StructPtr& source, const Header* key_header, const std::string& collection,
                  std::int64_t now_ns, const std::vector<Header>& extra, OffsetMaker& offsets,
                  std::vector<SourceRecord>& out);
  Settings settings_;
  SourcePartitionPtr partition_;
  TransactionMetadata& transactions_;
  ChangeCounts counts_;
};

/// skipped.operations ("c,u,d,t", "none") as letters. Throws TandemError(config).
std::string parse_skipped_operations(const std::string& text);

/// Heartbeat record: partition 0, key {serverName}, value {ts_ms}.
SourceRecord heartbeat_record(const TopicNaming& topics, SourcePartitionPtr partition, SourceOffsetPtr offset,
                              std::int64_t now_ms);

}  // namespace tandem::relational
