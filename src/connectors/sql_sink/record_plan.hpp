#pragma once
#include "connectors/sql_sink/dialect.hpp"
#include "connectors/sql_sink/settings.hpp"
#include "tandem/data/record.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::sql_sink {

/// Where a column's value stands in a record.
struct CellSource {
  enum class From : std::uint8_t { key_field, key, row_field, header, topic, partition, offset };
  From from = From::row_field;
  int index = 0;
  std::string header;  ///< From::header
};

/// How records of one key schema and one row schema are written into one table. Immutable.
struct TablePlan {
  std::shared_ptr<const TargetTable> table;
  std::vector<BoundColumn> columns;  ///< key columns first
  std::vector<CellSource> sources;
  std::vector<SchemaPtr> schemas;  ///< keeps what `columns` points at
  std::size_t key_count = 0;
  std::vector<std::size_t> may_be_absent;  ///< columns in which the unavailable-value placeholder can stand

  std::span<const BoundColumn> key_columns() const { return {columns.data(), key_count}; }
};

/// What stands in a record, resolved once per value schema.
struct RecordShape {
  bool envelope = false;
  int before = -1, after = -1, source = -1, op = -1;
  int table = -1, ts_us = -1, ts_ms = -1;  ///< in source
  SchemaPtr row;                           ///< schema of a row
};
RecordShape record_shape(const SchemaPtr& value_schema);

/// The name of the table that a record goes to. `source` is the envelope's source struct, nullptr in
/// flattened records.
TableName target_name(const Settings& settings, const std::string& topic, const Struct* source);

/// Fields that a plan needs: their schemas, before a table is known. Key columns first.
struct PlannedField {
  NewColumn column;
  CellSource source;
  SchemaPtr schema;
};
/// Throws TandemError: data when the record has no usable key, config when key fields do not exist.
std::vector<PlannedField> planned_fields(const Settings& settings, const SinkRecord& record,
                                         const SchemaPtr& row);

/// Columns of `fields` that `table` does not have.
std::vector<NewColumn> missing_columns(const std::vector<PlannedField>& fields, const TargetTable& table);

/// Throws TandemError(schema) when the table does not fit: no unique index over the key.
std::shared_ptr<const TablePlan> make_plan(const Settings& settings, const std::vector<PlannedField>& fields,
                                           std::shared_ptr<const TargetTable> table, const Dialect& dialect);

}  // namespace tandem::sql_sink
