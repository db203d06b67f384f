#include "connectors/relational/capture/schema_change.hpp"

namespace tandem::relational {
namespace {

const SchemaPtr& text() { return primitive(SchemaType::string); }
const SchemaPtr& optional_text() { return primitive(SchemaType::string, true); }

const SchemaPtr& column_schema() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .name("io.debezium.connector.schema.Column")
                                      .version(1)
                                      .field("name", text())
                                      .field("jdbcType", primitive(SchemaType::int32))
                                      .field("nativeType", primitive(SchemaType::int32, true))
                                      .field("typeName", text())
                                      .field("typeExpression", optional_text())
                                      .field("charsetName", optional_text())
                                      .field("length", primitive(SchemaType::int32, true))
                                      .field("scale", primitive(SchemaType::int32, true))
                                      .field("position", primitive(SchemaType::int32))
                                      .field("optional", primitive(SchemaType::boolean, true))
                                      .field("autoIncremented", primitive(SchemaType::boolean, true))
                                      .field("generated", primitive(SchemaType::boolean, true))
                                      .field("comment", optional_text())
                                      .field("defaultValueExpression", optional_text())
                                      .field("enumValues", SchemaBuilder::array(text()).optional().build())
                                      .build();
  return schema;
}

const SchemaPtr& table_schema() {
  static const SchemaPtr schema =
      SchemaBuilder::structure()
          .name("io.debezium.connector.schema.Table")
          .version(1)
          .optional()
          .field("defaultCharsetName", optional_text())
          .field("primaryKeyColumnNames", SchemaBuilder::array(text()).optional().build())
          .field("columns", SchemaBuilder::array(column_schema()).build())
          .field("comment", optional_text())
          .build();
  return schema;
}

const SchemaPtr& change_schema() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .name("io.debezium.connector.schema.Change")
                                      .version(1)
                                      .field("type", text())
                                      .field("id", text())
                                      .field("table", table_schema())
                                      .build();
  return schema;
}

Value or_null(const std::optional<std::string>& v) { return v ? Value(*v) : Value(); }
Value or_null(const std::optional<std::int32_t>& v) { return v ? Value(*v) : Value(); }

Value texts(const std::vector<std::string>& list) {
  Array out;
  for (const auto& item : list) {
    out.emplace_back(item);
  }
  return out;
}

Value column_value(const Column& c) {
  auto s = std::make_shared<Struct>(column_schema());
  s->fields = {Value(c.name),
               Value(c.jdbc_type),
               or_null(c.native_type),
               Value(c.type_name),
               Value(c.type_expression),
               or_null(c.charset),
               or_null(c.length),
               or_null(c.scale),
               Value(c.position),
               Value(c.optional),
               Value(c.auto_incremented),
               Value(c.generated),
               or_null(c.comment),
               or_null(c.default_expression),
               c.enum_values.empty() ? Value() : texts(c.enum_values)};
  return s;
}

Value change_value(const TableChange& change) {
  auto s = std::make_shared<Struct>(change_schema());
  s->fields[0] = to_text(change.type);
  s->fields[1] = change.id.double_quoted();
  if (change.table) {
    auto t = std::make_shared<Struct>(table_schema());
    Array columns;
    for (const auto& c : change.table->columns) {
      columns.push_back(column_value(c));
    }
    t->fields[0] = or_null(change.table->charset);
    t->fields[1] = texts(change.table->primary_key);
    t->fields[2] = std::move(columns);
    t->fields[3] = or_null(change.table->comment);
    s->fields[2] = std::move(t);
  }
  return s;
}

}  // namespace

SchemaChangeRecords::SchemaChangeRecords(const std::string& kind, SchemaPtr source_schema,
                                         const TopicNaming& topics, SourcePartitionPtr partition)
    : topic_(topics.schema_change()), partition_(std::move(partition)) {
  const std::string package = "io.debezium.connector." + kind + ".";
  key_schema_ = SchemaBuilder::structure()
                    .name(package + "SchemaChangeKey")
                    .version(1)
                    .field("databaseName", text())
                    .build();
  value_schema_ = SchemaBuilder::structure()
                      .name(package + "SchemaChangeValue")
                      .version(1)
                      .field("source", std::move(source_schema))
                      .field("ts_ms", primitive(SchemaType::int64))
                      .field("databaseName", optional_text())
                      .field("schemaName", optional_text())
                      .field("ddl", optional_text())
                      .field("tableChanges", SchemaBuilder::array(change_schema()).build())
                      .build();
}

SourceRecord SchemaChangeRecords::make(const HistoryRecord& entry, StructPtr source, SourceOffsetPtr offset,
                                       Headers::Shared headers) const {
  SourceRecord r;
  r.topic = topic_;
  r.partition = 0;
  r.source_partition = partition_;
  r.source_offset = std::move(offset);
  r.key_schema = key_schema_;
  auto key = std::make_shared<Struct>(key_schema_);
  key->fields[0] = entry.database;
  r.key = std::move(key);
  r.value_schema = value_schema_;
  auto value = std::make_shared<Struct>(value_schema_);
  Array changes;
  for (const auto& c : entry.changes) {
    changes.push_back(change_value(c));
  }
  value->fields = {std::move(source),     Value(entry.ts_ms), Value(entry.database),
                   or_null(entry.schema), Value(entry.ddl),   Value(std::move(changes))};
  r.value = std::move(value);
  r.headers = Headers(std::move(headers));
  return r;
}

}  // namespace tandem::relational
