#pragma once
#include "connectors/postgres/catalog.hpp"
#include "connectors/postgres/offset.hpp"
#include "connectors/postgres/settings.hpp"
#include "connectors/relational/model/change_records.hpp"
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/provenance.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::postgres_source {

/// What snapshot and stream share: schemas, source blocks, filter, headers. Made once per task; one thread.
class RecordMaker {
 public:
  RecordMaker(const Settings& settings, SourcePartitionPtr partition, int task_id, std::int64_t now_ms);

  /// The plan of a table as it is described; columns without mapping are left out.
  /// `types`: of a snapshot or of the stream.
  PlanPtr plan(Catalog& catalog, const CatalogTable& table, const TypeSettings& types) const;
  /// `sequence`: the JSON text of the source block's field; "" leaves it null.
  StructPtr source(std::int64_t ts_us, std::string_view snapshot, const relational::TableId& table,
                   std::optional<std::int64_t> xid, pgoutput::Lsn lsn, std::string sequence) const;
  /// Record of a logical decoding message (op m).
  SourceRecord message(const pgoutput::LogicalMessage& message, StructPtr source, Value transaction,
                       std::int64_t now_ns) const;

  /// catalog_xmin of the slot, for the source blocks from now on.
  void set_xmin(std::optional<std::int64_t> xmin) { xmin_ = xmin; }

  const Settings& settings() const noexcept { return settings_; }
  /// The log that is read, as IDENTIFY_SYSTEM names it; in links only.
  const sync::LogIdentity& log() const noexcept { return log_; }
  void set_log(sync::LogIdentity log) noexcept { log_ = log; }
  relational::CaptureFilter& filter() noexcept { return filter_; }
  const relational::TopicNaming& topics() const noexcept { return topics_; }
  const SourcePartitionPtr& partition() const noexcept { return partition_; }
  relational::TransactionMetadata& transactions() noexcept { return transactions_; }
  relational::ChangeRecords& records() noexcept { return records_; }

 private:
  const Settings& settings_;
  sync::LogIdentity log_;
  SourcePartitionPtr partition_;
  relational::TopicNaming topics_;
  mutable relational::CaptureFilter filter_;
  SchemaPtr source_schema_, message_key_, message_value_, message_block_;
  relational::SchemaSettings schemas_;
  relational::TransactionMetadata transactions_;
  relational::ChangeRecords records_;
  std::optional<std::int64_t> xmin_;
};

}  // namespace tandem::postgres_source
