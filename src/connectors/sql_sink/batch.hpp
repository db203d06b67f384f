#pragma once
#include "connectors/sql_sink/record_plan.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::sql_sink {

/// What one record does to its table.
struct Change {
  enum class Kind : std::uint8_t { insert, upsert, insert_missing, update, remove, truncate };
  Kind kind = Kind::upsert;
  bool absent = false;       ///< some cell is absent
  std::uint32_t record = 0;  ///< index in the put
  std::uint32_t cells = 0;   ///< first of them
  std::uint32_t key_at = 0, key_size = 0;
  const TablePlan* plan = nullptr;  ///< nullptr: truncate
  TableName truncated;
};

/// A record that cannot be written, found while statements are built.
class BadRecord : public TandemError {
 public:
  BadRecord(Error error, std::uint32_t index) : TandemError(std::move(error)), record(index) {}
  std::uint32_t record;
};

/// The changes of one put, in source order, and the statements that make them. Cells point into the records.
/// One thread.
class Batch {
 public:
  void clear();
  bool empty() const noexcept { return changes_.empty(); }
  const std::vector<Change>& changes() const noexcept { return changes_; }

  /// Reads the cells of `record` for `plan`. `row`: the row struct, or nullptr for a remove. Throws
  /// TandemError(data).
  void add(Change::Kind kind, const std::shared_ptr<const TablePlan>& plan, const SinkRecord& record,
           std::uint32_t index, const Struct* row, const std::string& placeholder, Dialect& dialect);
  void add_truncate(TableName table, std::uint32_t index);
  /// The record is given up: its change is not made.
  void drop(std::uint32_t record);

  /// Statements for the changes of records [first, last). `reduce`: the last state of each key, tables in
  /// order of appearance, rows in key order, removes before upserts; else in source order. Throws BadRecord.
  void build(Dialect& dialect, std::uint32_t first, std::uint32_t last, bool reduce,
             std::vector<Statement>& out) const;

 private:
  using Group = std::vector<const Change*>;
  void reduce_segment(Dialect& dialect, std::span<const Change> changes, std::vector<Statement>& out) const;
  void replay_segment(Dialect& dialect, std::span<const Change> changes, std::vector<Statement>& out) const;
  void write(Dialect& dialect, Change::Kind kind, std::span<const Change* const> rows,
             std::span<const Value* const> merged, std::vector<Statement>& out) const;
  std::string_view key_of(const Change& c) const {
    return std::string_view(keys_).substr(c.key_at, c.key_size);
  }
  bool same_shape(const Change& a, const Change& b) const;

  std::vector<Change> changes_;
  std::vector<const Value*> cells_;  ///< nullptr: absent
  std::string keys_;
  std::deque<Value> made_;  ///< values that stand in no record
  std::vector<std::shared_ptr<const TablePlan>> plans_;
};

}  // namespace tandem::sql_sink
