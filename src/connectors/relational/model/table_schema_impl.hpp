#pragma once
#include "connectors/relational/model/envelope.hpp"
#include "connectors/relational/model/table_schema.hpp"

#include <algorithm>

namespace tandem::relational {

template <class Cell, class PlanColumn>
std::shared_ptr<const TablePlan<Cell>> make_table_plan(TablePtr table, const SchemaSettings& settings,
                                                       PlanColumn&& plan_column) {
  auto plan = std::make_shared<TablePlan<Cell>>();
  plan->table = table;
  plan->topic = settings.topics->data(table->id);
  const auto name = [&](const char* suffix) {
    return adjust_schema_name(settings.schema_names, plan->topic + suffix);
  };
  // Keys stay as they are: masks and source-type parameters are for values only.
  std::vector<SchemaPtr> schemas(table->columns.size()), key_schemas(table->columns.size());
  std::vector<CellWriter<Cell>> writers(table->columns.size()), key_writers(table->columns.size());
  const auto keys = detail::key_indexes(*table, settings.keys);
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    const Column& column = table->columns[i];
    const ColumnChange change = settings.mappers.change_of(table->id, column);
    const bool is_key = std::find(keys.begin(), keys.end(), i) != keys.end();
    const auto finish = [&](const ColumnChange& with, SchemaPtr& schema, CellWriter<Cell>& writer) {
      std::optional<ColumnPlan<Cell>> cell = plan_column(*table, column);
      if (cell) {
        schema =
            detail::finish_column(cell->schema, column, cell->default_value, settings.include_comments, with);
        writer = cell->bind ? cell->bind(schema) : std::move(cell->write);
      }
    };
    finish(change, schemas[i], writers[i]);
    if (is_key) {
      finish({}, key_schemas[i], key_writers[i]);
    }
    if (schemas[i] && change.alter) {
      writers[i] = [write = std::move(writers[i]), alter = change.alter](const Cell& c, Value& out) {
        write(c, out);
        alter(out);
      };
    }
  }
  auto value = SchemaBuilder::structure();
  value.name(name(".Value")).optional();
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    const Column& column = table->columns[i];
    if (schemas[i] && settings.filter->column(table->id, column.name)) {
      value.field(adjust_field_name(settings.field_names, column.name), schemas[i]);
      plan->value_columns.push_back(i);
      plan->value_writers.push_back(writers[i]);
    }
  }
  plan->value_schema = value.build();
  auto key = SchemaBuilder::structure();
  key.name(name(".Key"));
  for (const std::size_t i : keys) {
    if (key_schemas[i]) {
      key.field(adjust_field_name(settings.field_names, table->columns[i].name), key_schemas[i]);
      plan->key_columns.push_back(i);
      plan->key_writers.push_back(key_writers[i]);
    }
  }
  if (!plan->key_columns.empty()) {
    plan->key_schema = key.build();
  }
  plan->envelope_schema = envelope_schema(name(".Envelope"), plan->value_schema, settings.source_schema);
  return plan;
}

}  // namespace tandem::relational
