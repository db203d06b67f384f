#pragma once
#include "connectors/sql_sink/record_plan.hpp"
#include "connectors/sql_sink/target_connection.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace tandem::sql_sink {

/// Tables of the target as the sink knows them, their evolution, and the plans of records that go into them.
/// The task's thread.
class TableDirectory {
 public:
  TableDirectory(const Settings& settings, const Dialect& dialect) : settings_(settings), dialect_(dialect) {}

  /// Makes or alters the table first when the settings say so; DDL runs at once, outside of any transaction
  /// of ours.
  const std::shared_ptr<const TablePlan>& plan(TargetConnection& connection, const TableName& table,
                                               const SinkRecord& record, const SchemaPtr& row);
  /// False when the target has no such table.
  bool exists(TargetConnection& connection, const TableName& table);
  /// Tables may have changed: read them again.
  void forget() {
    tables_.clear();
    plans_.clear();
    last_plan_.reset();
  }

 private:
  std::shared_ptr<const TablePlan> find_plan(TargetConnection& connection, const TableName& name,
                                             const SinkRecord& record, const SchemaPtr& row);
  std::shared_ptr<const TargetTable> load(TargetConnection& connection, const TableName& name);
  void run_ddl(TargetConnection& connection, const std::string& sql);

  struct Key {
    std::string table;
    std::uint64_t key_schema, row_schema;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  const Settings& settings_;
  const Dialect& dialect_;
  std::map<TableName, std::shared_ptr<const TargetTable>> tables_;
  std::map<Key, std::shared_ptr<const TablePlan>> plans_;
  std::shared_ptr<const TablePlan> last_plan_;  ///< the one given last: most records follow one like them
  TableName last_name_;
  std::uint64_t last_key_schema_ = 0, last_row_schema_ = 0;
};

}  // namespace tandem::sql_sink
