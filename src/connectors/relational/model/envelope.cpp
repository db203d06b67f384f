#include "connectors/relational/model/envelope.hpp"

#include <random>

#include <fmt/format.h>

namespace tandem::relational {

std::string_view to_text(Operation op) noexcept {
  switch (op) {
    case Operation::read:
      return "r";
    case Operation::create:
      return "c";
    case Operation::update:
      return "u";
    case Operation::remove:
      return "d";
    case Operation::truncate:
      return "t";
    case Operation::message:
      return "m";
  }
  return "";
}

std::string_view to_text(SnapshotMarker marker) noexcept {
  switch (marker) {
    case SnapshotMarker::streaming:
      return "false";
    case SnapshotMarker::in_progress:
      return "true";
    case SnapshotMarker::first:
      return "first";
    case SnapshotMarker::first_in_data_collection:
      return "first_in_data_collection";
    case SnapshotMarker::last_in_data_collection:
      return "last_in_data_collection";
    case SnapshotMarker::last:
      return "last";
    case SnapshotMarker::incremental:
      return "incremental";
  }
  return "";
}

const SchemaPtr& transaction_block_schema() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .name("event.block")
                                      .version(1)
                                      .optional()
                                      .field("id", primitive(SchemaType::string))
                                      .field("total_order", primitive(SchemaType::int64))
                                      .field("data_collection_order", primitive(SchemaType::int64))
                                      .build();
  return schema;
}

SchemaPtr envelope_schema(const std::string& name, const SchemaPtr& value, const SchemaPtr& source) {
  const auto& time = primitive(SchemaType::int64, true);
  return SchemaBuilder::structure()
      .name(name)
      .version(2)
      .field("before", value)
      .field("after", value)
      .field("source", source)
      .field("transaction", transaction_block_schema())
      .field("op", primitive(SchemaType::string))
      .field("ts_ms", time)
      .field("ts_us", time)
      .field("ts_ns", time)
      .build();
}

StructPtr make_envelope(const SchemaPtr& schema, Operation op, StructPtr before, StructPtr after,
                        StructPtr source, Value transaction, std::int64_t now_ns) {
  auto out = std::make_shared<Struct>(schema);
  auto& f = out->fields;
  if (before) {
    f[envelope::before] = std::move(before);
  }
  if (after) {
    f[envelope::after] = std::move(after);
  }
  f[envelope::source] = std::move(source);
  f[envelope::transaction] = std::move(transaction);
  f[envelope::op] = to_text(op);
  f[envelope::ts_ms] = now_ns / 1'000'000;
  f[envelope::ts_us] = now_ns / 1'000;
  f[envelope::ts_ns] = now_ns;
  return out;
}

SchemaBuilder source_schema_builder(const std::string& name) {
  const auto text = primitive(SchemaType::string);
  auto builder = SchemaBuilder::structure();
  builder.name(name)
      .version(1)
      .field("version", text)
      .field("connector", text)
      .field("name", text)
      .field("ts_ms", primitive(SchemaType::int64))
      .field(
          "snapshot",
          SchemaBuilder(SchemaType::string)
              .name("io.debezium.data.Enum")
              .version(1)
              .parameter("allowed",
                         "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")
              .optional()
              .default_value(Value("false"))
              .build())
      .field("db", text)
      .field("sequence", primitive(SchemaType::string, true))
      .field("ts_us", primitive(SchemaType::int64, true))
      .field("ts_ns", primitive(SchemaType::int64, true));
  return builder;
}

StructPtr with_marker(const Struct& source, SnapshotMarker marker) {
  auto out = std::make_shared<Struct>(source);
  out->fields[source::snapshot] = to_text(marker);
  return out;
}

Headers::Shared context_headers(const std::string& logical_name, int task_id, const std::string& connector,
                                const std::string& run_id) {
  const auto& text = primitive(SchemaType::string);
  return std::make_shared<const Headers::List>(
      Headers::List{{"__debezium.context.connectorLogicalName", text, Value(logical_name)},
                    {"__debezium.context.taskId", text, Value(std::to_string(task_id))},
                    {"__debezium.context.connectorName", text, Value(connector)},
                    {"__debezium.context.runId", text, Value(run_id)}});
}

std::string make_run_id(std::int64_t now_ms) {
  std::mt19937_64 random(std::random_device{}());
  const std::uint64_t a = random(), b = random();
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", static_cast<std::uint32_t>(now_ms >> 16),
                     now_ms & 0xFFFF, a & 0xFFF, 0x8000 | (a >> 12 & 0x3FFF), b & 0xFFFFFFFFFFFF);
}

}  // namespace tandem::relational
