#pragma once
#include "connectors/mysql/ddl_parser.hpp"
#include "connectors/mysql/mysql_config.hpp"
#include "connectors/mysql/mysql_offset.hpp"
#include "connectors/mysql/values.hpp"
#include "connectors/relational/capture/schema_history.hpp"
#include "connectors/relational/model/table_schema.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::mysql {

using Plan = relational::TablePlan<Cell>;
using PlanPtr = std::shared_ptr<const Plan>;

/// The shapes of tables at the place where the task reads: catalogue, schema history and the plans made from
/// it. One task thread.
class Schemas {
 public:
  struct Options {
    bool only_captured_tables = false, only_captured_databases = false;  ///< of the stored history
    DdlOptions ddl;
    FailureMode converting = FailureMode::warn;  ///< event.converting.failure.handling.mode
  };
  Schemas(relational::SchemaSettings settings, ValueOptions values, Options options,
          relational::SchemaHistory& history, std::string server_name);

  Catalog& catalog() noexcept { return catalog_; }
  relational::CaptureFilter& filter() const noexcept { return *settings_.filter; }
  const DdlOptions& ddl_options() const noexcept { return options_.ddl; }
  /// nullptr: the shape is not known. Cached until a DDL touches the table.
  PlanPtr plan(const TableId& id);
  /// Takes a shape in, as read from the server.
  void put(TablePtr table);

  /// One statement of the log (or of a snapshot): what it changes, taken into the catalogue; entries are
  /// written to the history and handed to `each` when they belong into the schema-change topic. `tables`:
  /// source.table, those that the statement changes in this database.
  using Emit =
      std::function<void(const relational::HistoryRecord& entry, const std::optional<std::string>& tables)>;
  void apply(std::string_view statement, const std::string& database, const OffsetMap& position,
             std::int64_t now_ms, const Emit& each,
             const std::function<TablePtr(const TableId&)>& read_shape);

  /// The entries of a snapshot's statements become durable here, those of the log's in apply().
  void flush_history();

  /// Rebuilds the catalogue as it was at `at`. False: the history has nothing.
  bool recover(const BinlogOffset& at, std::stop_token stop);
  void forget();
  /// Entries of the history read back, and written, so far.
  std::uint64_t recovered() const noexcept { return recovered_; }
  std::uint64_t written() const noexcept { return written_; }

 private:
  bool tells(const DdlChange& change) const;
  bool stores(const DdlChange& change) const;
  void touched(const DdlChange& change);
  relational::SchemaSettings settings_;
  ValueOptions values_;
  Options options_;
  relational::SchemaHistory& history_;
  std::string server_name_;
  Catalog catalog_;
  std::uint64_t recovered_ = 0, written_ = 0;
  std::unordered_map<TableId, PlanPtr> plans_;
};

/// Whether a history position is at or before `at` (Debezium's MySqlHistoryRecordComparator).
bool at_or_before(const OffsetMap& recorded, const BinlogOffset& at);

}  // namespace tandem::mysql
