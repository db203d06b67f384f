#include "connectors/postgres/snapshot.hpp"

#include "connectors/postgres/pgoutput/copy_line.hpp"
#include "connectors/postgres/server.hpp"
#include "connectors/relational/model/envelope.hpp"
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "tandem/base/failpoint.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

constexpr std::size_t kBatchBytes = 4U << 20;

void set_marker(SourceRecord& record, relational::SnapshotMarker marker) {
  Value& source = record.value.structure_ptr()->fields[relational::envelope::source];
  source = relational::with_marker(*source.structure(), marker);
}

}  // namespace

Snapshot::Snapshot(postgres::Connection& connection, Catalog& catalog, RecordMaker& maker, View view,
                   std::vector<CatalogTable> tables, TaskContext& context, relational::SourceMetrics& metrics)
    : connection_(connection),
      catalog_(catalog),
      maker_(maker),
      view_(std::move(view)),
      tables_(std::move(tables)),
      ts_us_(context.clock().now_us()) {
  const Settings& s = maker_.settings();
  if (!view_.exported.empty()) {
    connection_.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    connection_.query("SET TRANSACTION SNAPSHOT " + connection_.quote_literal(view_.exported));
  } else {
    connection_.query("BEGIN ISOLATION LEVEL " + s.isolation_mode);
  }
  if (s.locking_mode == "shared") {
    connection_.query(fmt::format("SET LOCAL lock_timeout = {}", s.lock_timeout.count()));
    for (const CatalogTable& t : tables_) {
      connection_.query("LOCK TABLE " + quoted_name(t.table.id) + " IN ACCESS SHARE MODE");
    }
  }
  const auto xid = connection_.query(
      "SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE (txid_snapshot_xmax(txid_current_snapshot()) & "
      "4294967295) END");
  std::int64_t v = 0;
  std::from_chars(xid.at(0, 0).data(), xid.at(0, 0).data() + xid.at(0, 0).size(), v);
  xid_ = v;
  PostgresOffset running;
  running.ts_usec = ts_us_;
  running.xid = xid_;
  running.lsn = view_.lsn;
  running.snapshot = PostgresOffset::Snapshot::running;
  running_offset_ = std::make_shared<PostgresOffset>(running);
  final_ = running;
  final_.snapshot = PostgresOffset::Snapshot::completed;
  final_.last_snapshot_record = true;
  progress_.emplace(context, metrics, tables_.size(), estimated_rows());
}

std::int64_t Snapshot::estimated_rows() {
  std::int64_t all = 0;
  for (const CatalogTable& t : tables_) {
    // The planner looks at the pages there are, so it knows also what was never analysed: "Seq Scan on t
    // (cost=… rows=1000 width=…)".
    const auto plan = connection_.query("EXPLAIN SELECT * FROM " + quoted_name(t.table.id));
    const std::string_view line = plan.empty() ? std::string_view() : plan.at(0, 0);
    const std::size_t at = line.find("rows=");
    std::int64_t rows = 0;
    if (at != std::string_view::npos) {
      std::from_chars(line.data() + at + 5, line.data() + line.size(), rows);
    }
    all += rows;
  }
  return all;
}

Snapshot::~Snapshot() {
  copy_.reset();
  try {
    if (connection_.usable() && connection_.in_transaction()) {
      connection_.query("ROLLBACK");
    }
  } catch (...) {  // the connection is spent; its owner sees that on the next use
  }
}

bool Snapshot::open_next() {
  if (next_table_ == tables_.size()) {
    return false;
  }
  const CatalogTable& listed = tables_[next_table_++];
  const auto table = catalog_.table(listed.table.id.schema, listed.table.id.table);
  if (!table) {
    return open_next();
  }
  TypeSettings types = maker_.settings().types;
  types.by_driver = true;
  plan_ = maker_.plan(catalog_, *table, types);
  collection_ = table->table.id.identifier();
  progress_->table(collection_);
  std::string columns;
  for (const auto& column : table->table.columns) {
    columns += (columns.empty() ? "" : ", ") + postgres::Connection::quote_identifier(column.name);
  }
  const auto override = maker_.settings().select_overrides.find(collection_);
  const std::string select = override != maker_.settings().select_overrides.end() && !override->second.empty()
                                 ? fmt::format("SELECT {} FROM ({}) AS x", columns, override->second)
                                 : fmt::format("SELECT {} FROM {}", columns, quoted_name(table->table.id));
  copy_.emplace(connection_.copy_out("COPY (" + select + ") TO STDOUT"));
  running_source_ =
      maker_.source(ts_us_, relational::to_text(relational::SnapshotMarker::in_progress), plan_->table->id,
                    xid_, view_.lsn, fmt::format("[null,\"{}\"]", view_.lsn.value()));
  first_of_table_ = true;
  return true;
}

void Snapshot::append(const pgoutput::Tuple& cells, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  if (cells.size() != plan_->table->columns.size()) {
    raise(ErrorKind::data, fmt::format("a row of {} has {} values, the table {} columns", collection_,
                                       cells.size(), plan_->table->columns.size()));
  }
  const auto cell = [&](std::size_t i) -> const Cell& { return cells[i]; };
  relational::RowChange change;
  change.op = relational::Operation::read;
  change.after = plan_->row(cell);
  change.after_key = plan_->key(cell);
  using Marker = relational::SnapshotMarker;
  change.source = first_ || first_of_table_
                      ? relational::with_marker(*running_source_,
                                                first_ ? Marker::first : Marker::first_in_data_collection)
                      : running_source_;
  relational::FixedOffset offsets(running_offset_);
  maker_.records().append(*plan_, std::move(change), collection_, now_ns, {}, offsets, out);
  first_ = first_of_table_ = false;
  if (!maker_.settings().link.empty()) {
    const auto put = [&](std::string_view name, std::string text) {
      out.back().headers.push_back(
          {std::string(name), primitive(SchemaType::string), Value(std::move(text))});
    };
    put(sync::kHeaderPosition,
        sync::LogPosition::postgres(maker_.log(), view_.lsn.value(), 0).as_snapshot().text());
    put(sync::kHeaderOrigin, maker_.settings().origin);
  }
}

bool Snapshot::next(std::size_t most, const Clock& clock, SourceBatch& out) {
  std::size_t bytes = 0;
  while (!done_ && out.records.size() < most && bytes < kBatchBytes) {
    if (!copy_ && !open_next()) {
      done_ = true;
      const auto offset = std::make_shared<PostgresOffset>(final_);
      if (held_) {
        set_marker(*held_, relational::SnapshotMarker::last);
        held_->source_offset = offset;
        out.records.push_back(std::move(*held_));
        held_.reset();
      } else {
        out.position = SourceBatch::Position{maker_.partition(), offset};
      }
      connection_.query("COMMIT");
      progress_->finish();
      break;
    }
    BytesView row;
    failpoint("in snapshot");
    if (!copy_->next(row)) {
      copy_.reset();
      first_ = false;                  // "first" is in the first table or nowhere
      if (held_ && !held_is_first_) {  // it waits until it is known whether a later table has rows
        set_marker(*held_, relational::SnapshotMarker::last_in_data_collection);
      }
      continue;
    }
    if (!pgoutput::parse_copy_line(row, scratch_, cells_)) {
      raise(ErrorKind::data, fmt::format("a COPY row of {} cannot be read", collection_));
    }
    bytes += row.size();
    progress_->rows(1);
    held_is_first_ = first_;
    append(cells_, clock.now_us() * 1000, out.records);
    if (held_) {
      std::swap(*held_, out.records.back());
    } else {
      held_ = std::move(out.records.back());
      out.records.pop_back();
    }
  }
  return !done_;
}

}  // namespace tandem::postgres_source
