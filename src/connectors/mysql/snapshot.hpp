#pragma once
#include "connectors/clients/mysql/connection.hpp"
#include "connectors/mysql/mysql_config.hpp"
#include "connectors/mysql/schemas.hpp"
#include "connectors/mysql/source_info.hpp"
#include "connectors/relational/capture/progress.hpp"
#include "connectors/relational/capture/schema_change.hpp"
#include "connectors/relational/capture/source_metrics.hpp"
#include "connectors/relational/model/change_records.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::mysql {

/// What the task's parts share; owned by the task.
struct SourceParts {
  const Config& config;
  SourceTaskContext& context;
  Schemas& schemas;
  SourceInfo& source;
  relational::ChangeRecords& records;
  relational::SchemaChangeRecords& schema_changes;
  relational::SourceMetrics& metrics;
  bool emit_schema_changes = true;
};

/// Where the server's log stands, and which tables there are.
struct ServerState {
  std::string file;
  std::uint64_t pos = 4;
  std::shared_ptr<const std::string> gtids;
};
/// SHOW MASTER STATUS or its newer name. Throws TandemError(config) when the binlog is off.
ServerState read_log_position(Connection& connection);
/// Base tables of all databases that the filter lets through (all but builtin ones unless `captured_only`),
/// in order.
std::vector<TableId> list_tables(Connection& connection, relational::CaptureFilter& filter,
                                 bool only_captured_databases);
/// The shape that SHOW CREATE TABLE gives now; nullptr when there is no such table.
TablePtr read_shape(Connection& connection, const TableId& id, const Catalog& catalog,
                    const DdlOptions& options);

/// The initial snapshot (debezium-sources.md §5.2): begin() takes locks, position and schemas, then fill()
/// hands out rows. One task thread.
class Snapshot {
 public:
  Snapshot(SourceParts parts, bool with_data);
  /// Appends schema-change records.
  void begin(std::vector<SourceRecord>& out, std::stop_token stop);
  /// Appends up to `max_records` rows; false when all is read. The last record says so in its offset.
  bool fill(std::vector<SourceRecord>& out, std::size_t max_records, std::size_t max_bytes,
            std::stop_token stop);
  /// Where streaming goes on.
  BinlogOffset end() const;

 private:
  void lock();
  void unlock() noexcept;
  void write_schemas(std::vector<SourceRecord>& out);
  void write_statement(const std::string& ddl, const std::string& database, const std::string& table,
                       std::vector<SourceRecord>& out);
  bool open_next_table();
  std::int64_t order_tables();
  std::string own_statement(const TableId& id) const;
  std::string select_statement(const Plan& plan) const;
  void map_columns();
  void push(std::vector<SourceRecord>& out, bool last_in_table);
  void release_schema_change(std::vector<SourceRecord>& out);

  SourceParts parts_;
  bool with_data_;
  bool blocks_writers_ =
      false;  ///< the lock taken holds back all changes to captured tables (Percona's backup lock does not)
  std::unique_ptr<Connection> reader_, locker_;
  std::vector<TableId> tables_;
  std::size_t next_table_ = 0;
  PlanPtr plan_;
  std::unique_ptr<RowStream> rows_;
  static constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);
  std::vector<std::size_t> cell_of_column_;  ///< by column of the table: its place in the result, or kNoCell
  std::optional<relational::RowChange>
      held_;  ///< the row before the one being read: the last of a table is marked
  PlanPtr held_plan_;
  std::optional<SourceRecord>
      held_schema_change_;  ///< the last one, until there is a row: without rows it is marked last
  bool held_first_in_table_ = false, held_is_first_ = false, first_in_table_ = true;
  BinlogOffset at_;
  // What the rows of a table have in common; only marked rows have a block, the last one an offset of its
  // own.
  StructPtr running_source_;
  SourceOffsetPtr running_offset_;
  std::string held_collection_;
  std::optional<relational::SnapshotProgress> progress_;
};

}  // namespace tandem::mysql
