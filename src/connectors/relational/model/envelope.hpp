#pragma once
#include "tandem/data/record.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::relational {

/// The `op` letters of an envelope.
enum class Operation : char {
  read = 'r',
  create = 'c',
  update = 'u',
  remove = 'd',
  truncate = 't',
  message = 'm'
};
std::string_view to_text(Operation op) noexcept;

/// Field indexes in an envelope (fixed by Debezium: version 2 of the envelope schema).
namespace envelope {
enum Field : std::size_t { before, after, source, transaction, op, ts_ms, ts_us, ts_ns, count };
}

/// `event.block`: id, total_order, data_collection_order; one shared optional schema.
const SchemaPtr& transaction_block_schema();

/// `<name>.Envelope`, version 2. `value` is the optional row schema, `source` the connector's source schema.
SchemaPtr envelope_schema(const std::string& name, const SchemaPtr& value, const SchemaPtr& source);

/// One envelope. `now_ns`: wall clock in nanoseconds since the epoch.
StructPtr make_envelope(const SchemaPtr& schema, Operation op, StructPtr before, StructPtr after,
                        StructPtr source, Value transaction, std::int64_t now_ns);

/// First fields of every connector's source schema: version … ts_ns, `snapshot` an optional Enum with default
/// "false". The connector adds its own fields and builds.
SchemaBuilder source_schema_builder(const std::string& name);

/// Values of the `snapshot` field.
enum class SnapshotMarker {
  streaming,
  in_progress,
  first,
  first_in_data_collection,
  last_in_data_collection,
  last,
  incremental
};
std::string_view to_text(SnapshotMarker marker) noexcept;

/// Indexes of the common source fields.
namespace source {
enum Field : std::size_t {
  version,
  connector,
  name,
  ts_ms,
  snapshot,
  db,
  sequence,
  ts_us,
  ts_ns,
  common_count
};
}
/// Version that `source.version` carries; it is ours, not Debezium's.
inline constexpr std::string_view kSourceVersion = "0.1.0";

/// A copy of a source block with another marker: the block of a snapshot's rows is one that all of a table
/// share.
StructPtr with_marker(const Struct& source, SnapshotMarker marker);

/// The `__debezium.context.*` headers (extended.headers.enabled): logical name, task id, connector kind, run
/// id. Made once per task; `run_id` is a UUID of version 7.
Headers::Shared context_headers(const std::string& logical_name, int task_id, const std::string& connector,
                                const std::string& run_id);
/// A fresh UUID version 7 of this moment.
std::string make_run_id(std::int64_t now_ms);

}  // namespace tandem::relational
