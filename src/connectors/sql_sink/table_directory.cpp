#include "connectors/sql_sink/table_directory.hpp"

#include "tandem/base/log.hpp"

#include <fmt/format.h>

namespace tandem::sql_sink {

std::shared_ptr<const TargetTable> TableDirectory::load(TargetConnection& connection, const TableName& name) {
  auto table = load_table(connection, dialect_, settings_.url.is_postgres(), name);
  if (!table) {
    return nullptr;
  }
  return tables_[name] = std::make_shared<const TargetTable>(std::move(*table));
}

bool TableDirectory::exists(TargetConnection& connection, const TableName& name) {
  return tables_.contains(name) || load(connection, name) != nullptr;
}

void TableDirectory::run_ddl(TargetConnection& connection, const std::string& sql) {
  log::info("tandem.sql_sink", "{}", sql);
  try {
    connection.query(sql);
  } catch (const StatementFailure& e) {
    // Another task may have been faster: 42P07 and 42701, 1050 and 1060 say that the table or column is
    // there; 23505 is how two CREATE TABLE IF NOT EXISTS at once end on PostgreSQL.
    if (e.code != "42P07" && e.code != "42701" && e.code != "1050" && e.code != "1060" && e.code != "23505") {
      throw;
    }
  }
}

const std::shared_ptr<const TablePlan>& TableDirectory::plan(TargetConnection& connection,
                                                             const TableName& name, const SinkRecord& record,
                                                             const SchemaPtr& row) {
  const std::uint64_t key_schema = record.key_schema ? record.key_schema->id() : 0,
                      row_schema = row ? row->id() : 0;
  if (last_plan_ == nullptr || key_schema != last_key_schema_ || row_schema != last_row_schema_ ||
      name != last_name_) {
    last_plan_ = find_plan(connection, name, record, row);
    last_name_ = name;
    last_key_schema_ = key_schema;
    last_row_schema_ = row_schema;
  }
  return last_plan_;
}

std::shared_ptr<const TablePlan> TableDirectory::find_plan(TargetConnection& connection,
                                                           const TableName& name, const SinkRecord& record,
                                                           const SchemaPtr& row) {
  const Key key{name.text(), record.key_schema ? record.key_schema->id() : 0, row ? row->id() : 0};
  if (const auto it = plans_.find(key); it != plans_.end()) {
    return it->second;
  }
  const auto fields = planned_fields(settings_, record, row);
  const auto known = tables_.find(name);
  auto table = known != tables_.end() ? known->second : load(connection, name);
  if (!table) {
    std::vector<NewColumn> columns;
    for (const auto& field : fields) {
      columns.push_back(field.column);
    }
    const std::string sql = dialect_.create_table(name, columns) +
                            new_table_options(connection, dialect_, settings_.url.is_postgres(), name);
    if (!settings_.create_tables) {
      raise(ErrorKind::schema,
            fmt::format("the target has no table {} (for topic {})", name.text(), record.topic),
            sql + (settings_.flavour == Flavour::debezium ? "; or set schema.evolution=basic"
                                                          : "; or set auto.create=true"));
    }
    if (row == nullptr || columns.empty()) {
      raise(
          ErrorKind::data,
          fmt::format("a delete for table {}, which the target does not have and whose columns are not known",
                      name.text()));
    }
    run_ddl(connection, sql);
    if (const auto more = settings_.in_link() ? dialect_.log_whole_rows(name) : std::string();
        !more.empty()) {
      run_ddl(connection, more);
    }
    table = load(connection, name);
  }
  if (auto missing = missing_columns(fields, *table); !missing.empty() && settings_.add_columns) {
    table = load(connection, name);  // another task may have been faster
    missing = missing_columns(fields, *table);
    for (const auto& column : missing) {
      if (column.key) {
        raise(ErrorKind::schema, fmt::format("table {} has no key column {}", name.text(), column.name),
              "add the column and a unique index over the key, or correct primary.key.fields");
      }
    }
    if (!missing.empty()) {
      run_ddl(connection, dialect_.add_columns(name, missing));
      table = load(connection, name);
      std::erase_if(plans_, [&](const auto& entry) { return entry.first.table == key.table; });
    }
  }
  return plans_[key] = make_plan(settings_, fields, table, dialect_);
}

}  // namespace tandem::sql_sink
