#pragma once
#include "connectors/relational/model/filters.hpp"
#include "connectors/relational/model/naming.hpp"
#include "connectors/relational/model/table.hpp"
#include "tandem/config/config.hpp"
#include "tandem/data/record.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem::relational {

/// Writes one cell into a Value. Cell: the connector's own view of a column value (a binlog cell, a text). A
/// null cell is the connector's own business: most writers leave the Value null, or put the schema's default
/// for a NOT NULL column.
template <class Cell>
using CellWriter = std::function<void(const Cell& cell, Value& out)>;

/// How a connector sees one column: its schema without optional, default and doc (those are added here), and
/// its writer.
template <class Cell>
struct ColumnPlan {
  SchemaBuilder schema;
  CellWriter<Cell> write;
  std::optional<Value> default_value;  ///< schema default
  /// For columns whose values carry their schema (structs): makes the writer once the field's schema is
  /// complete.
  std::function<CellWriter<Cell>(const SchemaPtr& field)> bind;
};

/// Schemas of one table as of one shape: immutable, shared, computed once. The non-template part.
struct TableSchema {
  TablePtr table;
  std::string topic;
  SchemaPtr key_schema;    ///< nullptr: no key
  SchemaPtr value_schema;  ///< the row struct, optional
  SchemaPtr envelope_schema;
  /// Column index (position - 1) of each value field and of each key field.
  std::vector<std::size_t> value_columns, key_columns;
};

/// TableSchema plus the writers. Thread-safe once built.
template <class Cell>
struct TablePlan : TableSchema {
  std::vector<CellWriter<Cell>> value_writers;  ///< by value field
  std::vector<CellWriter<Cell>> key_writers;    ///< by key field

  /// `cell(i)` gives the cell of column i. Null pointer-like cells are for the writers to judge.
  template <class CellAt>
  StructPtr row(CellAt&& cell) const {
    auto out = std::make_shared<Struct>(value_schema);
    for (std::size_t f = 0; f < value_writers.size(); ++f) {
      value_writers[f](cell(value_columns[f]), out->fields[f]);
    }
    return out;
  }
  /// Null Value when the table has no key.
  template <class CellAt>
  Value key(CellAt&& cell) const {
    if (!key_schema) {
      return {};
    }
    auto out = std::make_shared<Struct>(key_schema);
    for (std::size_t f = 0; f < key_writers.size(); ++f) {
      key_writers[f](cell(key_columns[f]), out->fields[f]);
    }
    return out;
  }
};

/// message.key.columns: "tableRegex:columnRegex1,columnRegex2;tableRegex2:…".
class KeyColumns {
 public:
  KeyColumns() = default;
  /// Throws TandemError(config) when the text does not have that form.
  explicit KeyColumns(const std::string& text);
  /// Indexes of this table's columns that are meant, in the order given; empty: its own key.
  std::vector<std::size_t> columns_of(const Table& table) const;

 private:
  std::vector<PatternList> patterns_;  ///< of "table.column"
};

/// What column.mask.*, column.truncate.* and *.propagate.source.type do to one column.
struct ColumnChange {
  std::function<void(Value&)> alter;                            ///< empty: value stays
  std::vector<std::pair<std::string, std::string>> parameters;  ///< schema parameters to add, in order
};
class ColumnMappers {
 public:
  ColumnMappers() = default;
  /// Reads the settings from a connector configuration. Throws TandemError(config) for one that cannot be
  /// honoured, by name.
  explicit ColumnMappers(const ConfigMap& config);
  ColumnChange change_of(const TableId& id, const Column& column) const;
  bool empty() const noexcept { return rules_.empty(); }

 private:
  struct Rule {
    PatternList columns;
    bool by_type = false;
    std::function<ColumnChange(const Column&)> make;
  };
  std::vector<Rule> rules_;
};

/// Everything that shapes a plan besides the table itself.
struct SchemaSettings {
  const TopicNaming* topics = nullptr;
  CaptureFilter* filter = nullptr;
  NameAdjustment schema_names = NameAdjustment::none;
  NameAdjustment field_names = NameAdjustment::none;
  bool include_comments = false;
  KeyColumns keys;
  ColumnMappers mappers;
  SchemaPtr source_schema;
};

namespace detail {
/// Completes a column's schema and hands it out: optional, default, doc, parameters.
SchemaPtr finish_column(SchemaBuilder& schema, const Column& column,
                        const std::optional<Value>& default_value, bool include_comments,
                        const ColumnChange& change);
/// The key columns' indexes: message.key.columns, else the table's key.
std::vector<std::size_t> key_indexes(const Table& table, const KeyColumns& keys);
}  // namespace detail

/// Builds the plan of a table. `plan_column(table, column)` gives nullopt for a column that has no mapping
/// (left out, as Debezium does).
template <class Cell, class PlanColumn>
std::shared_ptr<const TablePlan<Cell>> make_table_plan(TablePtr table, const SchemaSettings& settings,
                                                       PlanColumn&& plan_column);

}  // namespace tandem::relational

#include "connectors/relational/model/table_schema_impl.hpp"
