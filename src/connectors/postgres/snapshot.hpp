#pragma once
#include "connectors/clients/postgres/copy.hpp"
#include "connectors/postgres/record_maker.hpp"
#include "connectors/relational/capture/progress.hpp"
#include "tandem/base/clock.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem::postgres_source {

/// Reads the captured tables in one view of the database, a batch at a time, as COPY streams. One task
/// thread.
class Snapshot {
 public:
  struct View {
    std::string exported;  ///< snapshot id of a new slot; "" makes an own one by snapshot.isolation.mode
    pgoutput::Lsn lsn;     ///< where streaming starts afterwards
  };
  /// Opens the view. Throws SqlError.
  Snapshot(postgres::Connection& connection, Catalog& catalog, RecordMaker& maker, View view,
           std::vector<CatalogTable> tables, TaskContext& context, relational::SourceMetrics& metrics);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;

  /// Up to `most` records, bounded in bytes; false when there are no more.
  bool next(std::size_t most, const Clock& clock, SourceBatch& out);
  const PostgresOffset& final_offset() const noexcept { return final_; }

 private:
  bool open_next();
  /// As the planner sees it.
  std::int64_t estimated_rows();
  void append(const pgoutput::Tuple& cells, std::int64_t now_ns, std::vector<SourceRecord>& out);

  postgres::Connection& connection_;
  Catalog& catalog_;
  RecordMaker& maker_;
  View view_;
  std::vector<CatalogTable> tables_;
  std::int64_t ts_us_;
  std::optional<std::int64_t> xid_;
  std::size_t next_table_ = 0;
  std::optional<postgres::CopyOut> copy_;
  PlanPtr plan_;
  std::string collection_;
  std::string scratch_;
  pgoutput::Tuple cells_;
  std::optional<SourceRecord> held_;  // the last record read, whose marker depends on what follows
  bool first_ = true, first_of_table_ = true, held_is_first_ = false;
  std::optional<relational::SnapshotProgress> progress_;
  PostgresOffset final_;
  SourceOffsetPtr running_offset_;
  StructPtr running_source_;  ///< of the rows of a table; only marked ones have one of their own
  bool done_ = false;
};

}  // namespace tandem::postgres_source
