#include "connectors/postgres/record_maker.hpp"

#include "connectors/relational/model/envelope.hpp"

namespace tandem::postgres_source {
namespace {

SchemaPtr make_source_schema() {
  auto b = relational::source_schema_builder("io.debezium.connector.postgresql.Source");
  b.field("schema", primitive(SchemaType::string)).field("table", primitive(SchemaType::string));
  for (const char* name : {"txId", "lsn", "xmin"}) {
    b.field(name, primitive(SchemaType::int64, true));
  }
  b.field("origin", primitive(SchemaType::string, true))
      .field("origin_lsn", primitive(SchemaType::int64, true));
  return b.build();
}

relational::ChangeRecords::Settings with_headers(const Settings& s, int task_id, std::int64_t now_ms) {
  auto out = s.records;
  if (s.extended_headers) {
    out.headers =
        relational::context_headers(s.prefix, task_id, "postgresql", relational::make_run_id(now_ms));
  }
  return out;
}

}  // namespace

RecordMaker::RecordMaker(const Settings& settings, SourcePartitionPtr partition, int task_id,
                         std::int64_t now_ms)
    : settings_(settings),
      partition_(std::move(partition)),
      topics_(settings.topics),
      filter_(settings.filter),
      source_schema_(make_source_schema()),
      transactions_(settings.transaction_metadata, topics_, partition_),
      records_(with_headers(settings, task_id, now_ms), partition_, transactions_) {
  schemas_.topics = &topics_;
  schemas_.filter = &filter_;
  schemas_.schema_names = settings.schema_names;
  schemas_.field_names = settings.field_names;
  schemas_.keys = relational::KeyColumns(settings.key_columns);
  schemas_.mappers = relational::ColumnMappers(settings.originals);
  schemas_.source_schema = source_schema_;

  auto key = SchemaBuilder::structure();
  key.name(
         relational::adjust_schema_name(settings.schema_names, "io.debezium.connector.postgresql.MessageKey"))
      .version(1);
  key.field("prefix", primitive(SchemaType::string, true));
  message_key_ = key.build();
  auto block = SchemaBuilder::structure();
  block
      .name(relational::adjust_schema_name(settings.schema_names, "io.debezium.connector.postgresql.Message"))
      .version(1);
  const bool raw = settings.types.binary == BinaryMode::bytes;
  block.field("prefix", primitive(SchemaType::string, true))
      .field("content", primitive(raw ? SchemaType::bytes : SchemaType::string, true));
  message_block_ = block.build();
  auto value = SchemaBuilder::structure();
  value
      .name(relational::adjust_schema_name(settings.schema_names,
                                           "io.debezium.connector.postgresql.MessageValue"))
      .version(1);
  value.field("op", primitive(SchemaType::string))
      .field("ts_ms", primitive(SchemaType::int64, true))
      .field("source", source_schema_)
      .field("transaction", relational::transaction_block_schema())
      .field("message", message_block_);
  message_value_ = value.build();
}

PlanPtr RecordMaker::plan(Catalog& catalog, const CatalogTable& table, const TypeSettings& types) const {
  std::vector<std::shared_ptr<SchemaPtr>> bound(table.types.size());
  auto plan = relational::make_table_plan<Cell>(
      std::make_shared<const relational::Table>(table.table), schemas_,
      [&](const relational::Table&,
          const relational::Column& column) -> std::optional<relational::ColumnPlan<Cell>> {
        const auto at = static_cast<std::size_t>(column.position - 1);
        auto made = make_column_plan(catalog, column, table.types[at], types);
        if (!made) {
          return std::nullopt;
        }
        bound[at] = std::move(made->struct_schema);
        return std::move(made->plan);
      });
  const auto bind = [&](const SchemaPtr& schema, const std::vector<std::size_t>& columns) {
    for (std::size_t f = 0; f < columns.size(); ++f) {
      if (bound[columns[f]]) {
        *bound[columns[f]] = schema->fields()[f].schema;
      }
    }
  };
  bind(plan->value_schema, plan->value_columns);
  bind(plan->key_schema, plan->key_columns);
  return plan;
}

StructPtr RecordMaker::source(std::int64_t ts_us, std::string_view snapshot, const relational::TableId& table,
                              std::optional<std::int64_t> xid, pgoutput::Lsn lsn,
                              std::string sequence) const {
  auto s = std::make_shared<Struct>(source_schema_);
  auto& f = s->fields;
  f[0] = relational::kSourceVersion;
  f[1] = "postgresql";
  f[2] = settings_.prefix;
  f[3] = ts_us / 1000;
  f[4] = snapshot;
  f[5] = settings_.database;
  if (!sequence.empty()) {
    f[6] = std::move(sequence);
  }
  f[7] = ts_us;
  f[8] = ts_us * 1000;
  f[9] = table.schema;
  f[10] = table.table;
  if (xid) {
    f[11] = *xid;
  }
  f[12] = static_cast<std::int64_t>(lsn.value());
  if (xmin_) {
    f[13] = *xmin_;
  }
  return s;
}

SourceRecord RecordMaker::message(const pgoutput::LogicalMessage& message, StructPtr source,
                                  Value transaction, std::int64_t now_ns) const {
  SourceRecord r;
  r.topic = topics_.message();
  r.source_partition = partition_;
  r.key_schema = message_key_;
  auto key = std::make_shared<Struct>(message_key_);
  key->fields[0] = message.prefix;
  r.key = std::move(key);
  auto block = std::make_shared<Struct>(message_block_);
  block->fields[0] = message.prefix;
  switch (settings_.types.binary) {
    case BinaryMode::bytes:
      block->fields[1] = Bytes{std::string(message.content)};
      break;
    case BinaryMode::hex:
      block->fields[1] = to_hex(message.content);
      break;
    default:
      block->fields[1] = to_base64(message.content);
  }
  r.value_schema = message_value_;
  auto value = std::make_shared<Struct>(message_value_);
  value->fields[0] = "m";
  value->fields[1] = now_ns / 1'000'000;
  value->fields[2] = std::move(source);
  value->fields[3] = std::move(transaction);
  value->fields[4] = std::move(block);
  r.value = std::move(value);
  return r;
}

}  // namespace tandem::postgres_source
