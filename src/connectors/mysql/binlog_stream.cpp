#include "connectors/mysql/binlog_stream.hpp"

#include "connectors/mysql/ddl_tokens.hpp"
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <fmt/format.h>

namespace tandem::mysql {
namespace {

using binlog::EventType;
constexpr std::string_view kLog = "tandem.mysql.stream";

bool starts_with_word(std::string_view sql, std::string_view upper) {
  const auto from = sql.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos || sql.size() - from < upper.size()) {
    return false;
  }
  for (std::size_t i = 0; i < upper.size(); ++i) {
    const char c = sql[from + i];
    if ((c >= 'a' && c <= 'z' ? c - 32 : c) != upper[i]) {
      return false;
    }
  }
  const std::size_t end = from + upper.size();
  return end == sql.size() ||
         !((sql[end] >= 'a' && sql[end] <= 'z') || (sql[end] >= 'A' && sql[end] <= 'Z') || sql[end] == '_');
}

}  // namespace

BinlogStream::BinlogStream(SourceParts parts, relational::TransactionMetadata& transactions,
                           const relational::TopicNaming& topics, Link link, BinlogOffset start,
                           ReadShape read_shape)
    : parts_(parts),
      transactions_(transactions),
      topics_(topics),
      link_(std::move(link)),
      read_shape_(std::move(read_shape)),
      tracker_(start),
      skip_events_(start.events_done),
      skip_rows_(start.rows_done),
      start_(start),
      gtid_sources_(gtid_sources(parts_.config)),
      filters_gtids_(gtid_sources_.restricts() && parts_.config.boolean("gtid.source.filter.dml.events")),
      failures_(event_failures(parts_.config)) {
  if (start.gtids) {
    has_gtids_ = true;
    if (auto set = binlog::GtidSet::parse(*start.gtids); set.has_value()) {
      gtid_set_ = std::move(set.value());
    } else if (auto list = binlog::MariaDbGtidList::parse(*start.gtids); list.has_value()) {
      mariadb_gtids_ = std::move(list.value());
    }
  }
  transactions_.restore(start.transaction);
  auto& source = parts_.source;
  source.snapshot = relational::SnapshotMarker::streaming;
  source.gtid.clear();
  source.thread = -1;
  source.file = start.file;
  heartbeat_every_ns_ = parts_.config.integer("heartbeat.interval.ms") * 1'000'000;
  heartbeat_due_ns_ = parts_.context.clock().monotonic_ns() + heartbeat_every_ns_;
}

void BinlogStream::handle(BytesView packet, std::vector<SourceRecord>& out) {
  const binlog::Event event = value_or_throw(rows_.decode(packet));
  const auto& h = event.header;
  if (h.type == EventType::heartbeat || h.type == EventType::heartbeat_v2) {
    return;
  }
  if (h.type == EventType::query || h.type == EventType::mariadb_query_compressed) {
    const OffsetTracker before = tracker_;  // a statement whose history entry cannot be written is read again
    try {
      handle_tracked(event, out);
    } catch (...) {
      tracker_ = before;
      throw;
    }
    return;
  }
  handle_tracked(event, out);
}

void BinlogStream::handle_tracked(const binlog::Event& event, std::vector<SourceRecord>& out) {
  const auto& h = event.header;
  // What the server makes up for a dump has no position; MariaDB 11 leaves it out inside of transactions,
  // too.
  const bool in_file =
      !h.artificial() && h.type != EventType::rotate && (h.end_position != 0 || tracker_.in_transaction());
  if (in_file) {
    const std::uint64_t position =
        h.end_position != 0 ? tracker_.locate(h.end_position, h.size) : tracker_.next();
    if (passing_over_ && tracker_.file() == start_.file && position < start_.pos) {
      tracker_.seek(start_.file, position + h.size);
      if (h.type == EventType::format_description) {
        file_made_ = h.timestamp;
      }
      return;
    }
    passing_over_ = false;
    tracker_.event(position, h.size, h.server_id, commit_us_ != 0 ? commit_us_ / 1'000'000 : last_event_s_);
    if (h.end_position != 0) {  // else Debezium goes on to tell that of the event before
      parts_.source.pos = position;
    }
    parts_.source.file = tracker_.file();
    parts_.source.server_id = h.server_id;
    if (commit_us_ == 0) {
      // Debezium looks at an event's time after the event is handled: where no GTID tells it, it is that of
      // the one before.
      set_time(last_event_s_ * 1'000'000'000);
    }
  }
  const std::size_t records_before = out.size();
  const bool was_inside = tracker_.in_transaction();
  dispatch(event, out);
  if (h.timestamp != 0) {
    last_event_s_ = h.timestamp;
  }
  if (out.size() > records_before) {
    records_in_transaction_ = true;
    passed_over_ = false;
  }
  if (was_inside && !tracker_.in_transaction()) {
    passed_over_ = !records_in_transaction_;
    records_in_transaction_ = false;
  }
  if (in_file) {
    tracker_.complete();
    if (skipping_) {
      skipping_ = --skip_events_ > 0;
    }
  }
}

void BinlogStream::dispatch(const binlog::Event& event, std::vector<SourceRecord>& out) {
  switch (event.header.type) {
    case EventType::rotate:
      on_rotate(event);
      break;
    case EventType::format_description:
      file_made_ = event.header.timestamp;
      break;
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
      on_gtid(event);
      break;
    case EventType::mariadb_gtid:
      on_mariadb_gtid(event, out);
      break;
    case EventType::query:
    case EventType::mariadb_query_compressed:
      on_query(event, out);
      break;
    case EventType::xid:
      end_transaction(out);
      break;
    case EventType::table_map:
      tolerating([&] { on_table_map(event); });
      break;
    case EventType::rows_query:
    case EventType::mariadb_annotate_rows:
      if (parts_.config.boolean("include.query")) {
        parts_.source.query = std::string(value_or_throw(binlog::parse_rows_query(event)));
      }
      break;
    case EventType::write_rows:
    case EventType::update_rows:
    case EventType::delete_rows:
    case EventType::write_rows_v1:
    case EventType::update_rows_v1:
    case EventType::delete_rows_v1:
    case EventType::mariadb_write_rows_compressed_v1:
    case EventType::mariadb_update_rows_compressed_v1:
    case EventType::mariadb_delete_rows_compressed_v1:
    case EventType::mariadb_write_rows_compressed:
    case EventType::mariadb_update_rows_compressed:
    case EventType::mariadb_delete_rows_compressed:
      tolerating([&] { on_rows(event, out); });
      break;
    case EventType::transaction_payload:
      on_payload(event, out);
      break;
    case EventType::partial_update_rows:
      on_partial_rows(event);
      break;
    case EventType::incident:
      raise(ErrorKind::fatal,
            "the binary log has an incident event at " + tracker_.file() + ":" +
                std::to_string(tracker_.position()) + ": changes are missing there",
            "take a new snapshot: DELETE /connectors/NAME/offsets after stopping the connector");
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
    case EventType::stop:
    case EventType::ignorable:
    case EventType::previous_gtids:
    case EventType::transaction_context:
    case EventType::view_change:
    case EventType::xa_prepare:
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
    case EventType::append_block:
    case EventType::delete_file:
    case EventType::begin_load_query:
    case EventType::execute_load_query:
    case EventType::mariadb_binlog_checkpoint:
    case EventType::mariadb_gtid_list:
    case EventType::mariadb_start_encryption:
      break;
    default:
      tolerating([&] { refuse_unknown(event.header); });
  }
}

/// Debezium passes over it, and over the changes that it may hold.
void BinlogStream::refuse_unknown(const binlog::EventHeader& header) const {
  if ((header.flags & binlog::kFlagIgnorable) == 0) {
    raise(ErrorKind::data,
          "the binlog event at " + tracker_.file() + ":" + std::to_string(tracker_.position()) +
              " has type " + std::to_string(static_cast<int>(header.type)) +
              ", which this version does not know and must not ignore",
          "use a newer version, or pass over it with event.processing.failure.handling.mode=warn");
  }
}

template <class F>
void BinlogStream::tolerating(F&& f) {
  try {
    f();
  } catch (const TandemError& e) {
    const bool of_event = e.kind() == ErrorKind::data || e.kind() == ErrorKind::schema;
    if (failures_ == FailureMode::fail || !of_event) {
      throw;
    }
    if (failures_ == FailureMode::warn) {
      log::warn(kLog, "the event at {}:{} is left out (event.processing.failure.handling.mode=warn): {}",
                tracker_.file(), tracker_.position(), e.error().text());
    }
    parts_.source.row = 0;
    tracker_.rows_complete();
  }
}

void BinlogStream::on_rotate(const binlog::Event& event) {
  const auto rotate = value_or_throw(binlog::parse_rotate(event));
  if (passing_over_ && rotate.file == start_.file) {
    tracker_.seek(start_.file, rotate.position);
    return;
  }
  tracker_.rotate(std::string(rotate.file), rotate.position);
  parts_.source.row = 0;
  rows_.forget();
}

void BinlogStream::on_gtid(const binlog::Event& event) {
  const auto gtid = value_or_throw(binlog::parse_gtid(event));
  unwanted_ = false;
  if (gtid.anonymous) {  // its time is not looked at by Debezium
    commit_us_ = 0;
    parts_.source.gtid.clear();
    return;
  }
  const std::uint64_t us = gtid.original_commit_us != 0 ? gtid.original_commit_us : gtid.immediate_commit_us;
  commit_us_ = static_cast<std::int64_t>(us);
  if (us != 0) {
    set_time(commit_us_ * 1000);
    tracker_.set_ts(commit_us_ / 1'000'000);
  }
  parts_.source.gtid = gtid.text();
  if (filters_gtids_) {
    std::string source;
    binlog::append_uuid(source, gtid.uuid);
    unwanted_ = !wants(std::move(source));
  }
  gtid_set_.add(gtid.uuid, gtid.tag, gtid.number);
  has_gtids_ = true;
  tracker_.gtid(std::make_shared<const std::string>(gtid_set_.to_string(",", true)));
}

void BinlogStream::on_mariadb_gtid(const binlog::Event& event, std::vector<SourceRecord>& out) {
  auto gtid = value_or_throw(binlog::parse_mariadb_gtid(event));
  gtid.gtid.server_id = event.header.server_id;
  commit_us_ = 0;
  parts_.source.gtid = gtid.gtid.to_string();
  mariadb_ = true;
  unwanted_ = filters_gtids_ && !wants(fmt::format("{}-{}", gtid.gtid.domain, gtid.gtid.server_id));
  mariadb_gtids_.advance(gtid.gtid);
  has_gtids_ = true;
  tracker_.gtid(std::make_shared<const std::string>(mariadb_gtids_.to_string()));
  start_transaction(out);  // as Debezium, also for a statement of its own, which no COMMIT follows
}

bool BinlogStream::wants(std::string source) {
  if (source != last_gtid_source_) {
    unwanted_source_ = !gtid_sources_.allows(source);
    last_gtid_source_ = std::move(source);
  }
  return !unwanted_source_;
}

std::string BinlogStream::transaction_id() const {
  return parts_.source.gtid.empty()
             ? "file=" + tracker_.file() + ",pos=" + std::to_string(tracker_.position())
             : parts_.source.gtid;
}

void BinlogStream::start_transaction(std::vector<SourceRecord>& out) {
  tracker_.begin();
  first_table_map_ = true;
  echo_ = awaiting_marker_ = false;
  extra_headers_.clear();
  if (first_transaction_) {
    first_transaction_ = false;
    skipping_ = skip_events_ > 0;
  }
  // The MariaDB connector tells the beginning of a transaction once more when it is read again, the MySQL one
  // does not.
  if (!transactions_.enabled() || (skipping_ && !mariadb_)) {
    return;
  }
  transactions_.start(transaction_id());
  out.push_back(transactions_.begin_record(parts_.source.ts_ns / 1'000'000, offset(transactions_.state())));
}

void BinlogStream::end_transaction(std::vector<SourceRecord>& out) {
  if (transactions_.enabled() && transactions_.state() != nullptr) {
    if (echo_) {
      transactions_.finish();
    } else {
      out.push_back(transactions_.end_record(parts_.source.ts_ns / 1'000'000, offset(transactions_.state())));
      transactions_.finish();
    }
  }
  parts_.metrics.transaction();
  tracker_.commit();
  parts_.source.thread = -1;
  parts_.source.query.clear();
  skipping_ = false;
  skip_events_ = skip_rows_ = 0;
  commit_us_ = 0;
  echo_ = awaiting_marker_ = false;
  extra_headers_.clear();
}

void BinlogStream::on_query(const binlog::Event& event, std::vector<SourceRecord>& out) {
  const auto query = value_or_throw(binlog::parse_query(event, query_text_));
  if (query.sql == "BEGIN" || starts_with_word(query.sql, "BEGIN")) {
    start_transaction(out);
    parts_.source.thread = query.thread_id;
    return;
  }
  if (query.sql == "COMMIT" ||
      (starts_with_word(query.sql, "ROLLBACK") && !starts_with_word(query.sql, "ROLLBACK TO"))) {
    end_transaction(out);
    return;
  }
  if (const auto table = truncated_table(query.sql, std::string(query.database))) {
    on_truncate(*table, out);
    commit_us_ = 0;
    return;
  }
  if (starts_with_word(query.sql, "XA")) {
    return;  // the time of its GTID holds for the rows that follow
  }
  if (is_filtered_ddl(query.sql)) {
    if (!tracker_.in_transaction()) {
      commit_us_ = 0;
    }
    return;
  }
  if (starts_with_word(query.sql, "INSERT") || starts_with_word(query.sql, "UPDATE") ||
      starts_with_word(query.sql, "DELETE") || starts_with_word(query.sql, "REPLACE")) {
    log::warn(
        kLog,
        "a change in statement format at {}:{} cannot be captured; set binlog_format=ROW for all sessions",
        tracker_.file(), tracker_.position());
    return;
  }
  on_ddl(query, out);
  if (!tracker_.in_transaction()) {
    commit_us_ = 0;
  }
}

void BinlogStream::on_truncate(const TableId& id, std::vector<SourceRecord>& out) {
  const bool captured = parts_.schemas.filter().table(id);
  if (skipping_ || !captured || parts_.records.skips(relational::Operation::truncate)) {
    return;
  }
  const PlanPtr plan = parts_.schemas.plan(id);
  if (!plan) {
    return;
  }
  relational::RowChange change;
  change.op = relational::Operation::truncate;
  set_time(parts_.source.ts_ns / 1'000'000 * 1'000'000);  // as of a DDL
  change.source = parts_.source.make(id.catalog, id.table);
  const std::size_t from = out.size();
  parts_.records.append(*plan, std::move(change), id.identifier(), parts_.context.clock().now_us() * 1000,
                        extra_headers_, *this, out);
  // A statement of its own, without BEGIN: its place is that of its event.
  stamp_position(out, from, parts_.source.pos, 0);
}

void BinlogStream::stamp_position(std::vector<SourceRecord>& out, std::size_t from, std::uint64_t place,
                                  std::uint64_t ordinal) const {
  if (link_.link.empty()) {
    return;
  }
  const std::uint64_t file = binlog_number(tracker_.file());
  const sync::LogIdentity identity{link_.server, file_made_};
  for (std::size_t i = from; i < out.size(); ++i, ++ordinal) {
    out[i].headers.push_back({std::string(sync::kHeaderPosition), primitive(SchemaType::string),
                              Value(sync::LogPosition::mysql(identity, file, place, ordinal).text())});
  }
}

void BinlogStream::on_ddl(const binlog::Query& query, std::vector<SourceRecord>& out) {
  // After a restart the last statement comes once more: its offset holds a GTID set without it. Debezium
  // tells it again too.
  if (skipping_) {
    return;
  }
  const std::int64_t now_ms = parts_.context.clock().now_ms();
  // Debezium keeps milliseconds here.
  const std::int64_t exact_ns = parts_.source.ts_ns;
  set_time(exact_ns / 1'000'000 * 1'000'000);
  parts_.schemas.apply(
      query.sql, std::string(query.database), offset(transactions_.state())->to_map(), now_ms,
      [&](const relational::HistoryRecord& entry, const std::optional<std::string>& tables) {
        if (parts_.emit_schema_changes) {
          out.push_back(parts_.schema_changes.make(
              entry, parts_.source.make(entry.database, tables ? &*tables : nullptr),
              offset(transactions_.state()), parts_.records.settings().headers));
        }
      },
      read_shape_);
  set_time(exact_ns);
}

void BinlogStream::on_table_map(const binlog::Event& event) {
  const TableId& id = rows_.table_map(event);
  if (first_table_map_) {
    first_table_map_ = false;
    awaiting_marker_ = !link_.link.empty() && id.table == sync::kPositionTable;
  }
}

void BinlogStream::note_marker(const MarkerRow& marker) {
  awaiting_marker_ = false;
  if (marker.link == link_.link) {
    echo_ = true;
    if (link_.echoes) {
      link_.echoes->add();
    }
    return;
  }
  const auto& text = primitive(SchemaType::string);
  extra_headers_.push_back({std::string(sync::kHeaderOrigin), text, Value(marker.origin)});
  extra_headers_.push_back({std::string(sync::kHeaderHops), text, Value(marker.hops)});
}

void BinlogStream::on_partial_rows(const binlog::Event& event) {
  const TableId* id = rows_.table_of(event);
  if (echo_ || skipping_ || unwanted_ || id == nullptr || !parts_.schemas.filter().table(*id)) {
    return;
  }
  raise(ErrorKind::config,
        "the binary log holds a partial JSON update (binlog_row_value_options=PARTIAL_JSON) of table " +
            id->text() + " at " + tracker_.file() + ":" + std::to_string(tracker_.position()),
        "SET GLOBAL binlog_row_value_options = '' and take a new snapshot");
}

void BinlogStream::on_rows(const binlog::Event& event, std::vector<SourceRecord>& out) {
  if (awaiting_marker_) {
    if (const auto marker = rows_.read_marker(event)) {
      note_marker(*marker);
    }
  }
  if (echo_ || skipping_ || unwanted_) {
    return;
  }
  const std::uint64_t first_row = skip_rows_;
  skip_rows_ = 0;
  const TableId* id = rows_.table_of(event);
  if (id == nullptr || !parts_.schemas.filter().table(*id)) {
    parts_.records.count_filtered();
    return;
  }
  const PlanPtr plan = parts_.schemas.plan(*id);
  if (!plan) {
    const std::string mode = parts_.config.string("inconsistent.schema.handling.mode");
    const std::string text = "row of table " + id->text() + " at " + tracker_.file() + ":" +
                             std::to_string(tracker_.position()) +
                             " whose shape is not in the schema history";
    if (mode == "fail") {
      raise(ErrorKind::config, text,
            "set snapshot.mode=recovery once to rebuild the history from the current tables");
    }
    if (mode == "warn") {
      log::warn(kLog, "{}", text);
    }
    return;
  }
  if (parts_.records.skips(rows_.operation(event))) {
    parts_.records.count_filtered();
    return;
  }
  const std::string collection = id->identifier();
  const std::int64_t now_ns = parts_.context.clock().now_us() * 1000;
  rows_.each(event, *plan, [&](std::uint64_t index, relational::RowChange&& change) {
    if (index < first_row) {
      return;
    }
    tracker_.row(index, index + 1);
    parts_.source.row = static_cast<std::int32_t>(index);
    change.source = parts_.source.make(id->catalog, id->table);
    const std::size_t from = out.size();
    parts_.records.append(*plan, std::move(change), collection, now_ns, extra_headers_, *this, out);
    // Event and row number make an ordinal that grows in the log's order and is the same after a restart.
    stamp_position(out, from, tracker_.at().pos, tracker_.at().events_done << 32 | index << 2);
  });
  tracker_.rows_complete();
}

void BinlogStream::on_payload(const binlog::Event& event, std::vector<SourceRecord>& out) {
  rows_.each_in_payload(event, [&](const binlog::Event& inner) {
    if (inner.header.type == EventType::transaction_payload) {  // its bytes lie where it would be unpacked to
      raise(ErrorKind::fatal,
            "the compressed transaction at " + tracker_.file() + ":" + std::to_string(tracker_.position()) +
                " holds another one",
            "no server writes that: the log is damaged; check it with mysqlbinlog --verify-binlog-checksum");
    }
    dispatch(inner, out);
    tracker_.complete();
    if (skipping_) {
      skipping_ = --skip_events_ > 0;
    }
  });
}

bool BinlogStream::heartbeat_due() const {
  return heartbeat_every_ns_ != 0 && parts_.context.clock().monotonic_ns() >= heartbeat_due_ns_;
}

void BinlogStream::heartbeat_if_due(std::vector<SourceRecord>& out) {
  if (!heartbeat_due()) {
    return;
  }
  heartbeat_due_ns_ = parts_.context.clock().monotonic_ns() + heartbeat_every_ns_;
  out.push_back(relational::heartbeat_record(topics_, parts_.records.partition(), position(),
                                             parts_.context.clock().now_ms()));
}

}  // namespace tandem::mysql
