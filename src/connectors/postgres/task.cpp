#include "connectors/postgres/task.hpp"

#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

using namespace std::chrono_literals;
using pgoutput::Lsn;

constexpr std::string_view kLogger = "tandem.postgres";
constexpr std::size_t kBatchBytes = 4U << 20;
constexpr std::int64_t kMillisecond = 1'000'000;  // in nanoseconds
constexpr auto kServerPause = 12ms;  // a server that writes nothing for so long has nothing more to say

}  // namespace

PostgresTask::~PostgresTask() {
  close();
  if (settings_ && settings_->drop_slot) {
    drop_slot();
  }
}

void PostgresTask::drop_slot() noexcept {
  try {
    postgres::Connection connection(settings_->connection);
    for (int attempt = 0; attempt < 20; ++attempt) {
      const auto slot = find_slot(connection, *settings_);
      if (!slot) {
        return;
      }
      if (!slot->active) {
        connection.query(
            fmt::format("SELECT pg_drop_replication_slot({})", connection.quote_literal(settings_->slot)));
        return;
      }
      context_->clock().sleep_for(100ms, {});  // the walsender is still leaving
    }
  } catch (const std::exception& e) {
    log::warn(kLogger, "slot {} could not be dropped: {}", settings_->slot, e.what());
  }
}

void PostgresTask::start(const ConfigMap& config, SourceTaskContext& context) {
  settings_.emplace(parse_settings(config));
  context_ = &context;
  backoff_.emplace(500ms, std::max(settings_->retry_wait, std::chrono::milliseconds(500)));
  for (const auto& name : settings_->without_effect) {
    log::info(kLogger, "{} has no effect here", name);
  }
  auto partition = std::make_shared<OffsetMap>();
  partition->emplace_back("server", Value(settings_->prefix));
  partition_ = partition;
  maker_ = std::make_unique<RecordMaker>(*settings_, partition_, context.task_id(), context.clock().now_ms());
  if (const auto map = context.offset(*partition)) {
    stored_ = PostgresOffset::from_map(*map);
  }
  if (!settings_->link.empty()) {
    echoes_ = context.metrics().counter("sync_echoes_dropped_total",
                                        {{"link", settings_->link}, {"origin", settings_->origin}});
  }
  retained_ = context.metrics().gauge("sync_slot_retained_bytes",
                                      {{"connector", context.connector_name()}, {"slot", settings_->slot}});
  metrics_ = std::make_unique<relational::SourceMetrics>(
      context, relational::SourceMetrics::Source{"postgres", settings_->prefix, settings_->queue_places, 0},
      maker_->records().counts());
  feedback_.emplace(settings_->status_interval, settings_->flush_lsn);
  next_heartbeat_ns_ = context.clock().monotonic_ns() + settings_->heartbeat_interval.count() * kMillisecond;
}

bool PostgresTask::needs_snapshot(bool slot_usable) const {
  const SnapshotPolicy& policy = settings_->snapshot;
  if (snapshot_done_) {
    return false;
  }
  if (policy.data == SnapshotPolicy::Data::always) {
    return true;
  }
  if (stored_ && stored_->snapshot != PostgresOffset::Snapshot::running) {
    return policy.when_slot_is_gone && !slot_usable;
  }
  return policy.data == SnapshotPolicy::Data::once;
}

void PostgresTask::open(std::stop_token stop) {
  const Settings& s = *settings_;
  {
    auto made = std::make_unique<postgres::Connection>(s.connection, stop);
    const std::lock_guard lock(handles_);
    connection_ = std::move(made);
  }
  check_server(*connection_, s);
  catalog_ = std::make_unique<Catalog>(*connection_, s.database, !s.link.empty());
  auto captured = captured_tables(*catalog_, s);
  set_replica_identities(*connection_, s, captured);
  check_tables(*connection_, s, captured);
  prepare_publication(*connection_, s, captured);

  auto replication = s.connection;
  replication.replication = true;
  replication.session_statements = session_settings();
  replication.application_name += " stream";
  {
    auto made = std::make_unique<postgres::Connection>(replication, stop);
    const std::lock_guard lock(handles_);
    replication_ = std::move(made);
  }
  if (!s.link.empty()) {
    maker_->set_log(identify_log(*replication_));
  }
  const auto slot = find_slot(*connection_, s);
  const bool resuming = reader_ != nullptr;
  const std::optional<Lsn> stands = resuming  ? std::optional(reader_->position().restart_lsn())
                                    : stored_ ? std::optional(stored_->restart_lsn())
                                              : std::nullopt;
  // A server that was set back gives LSNs anew: all up to the stored one would be passed over as known.
  const std::optional<Lsn> end = stands ? log_end(*connection_) : std::nullopt;
  const bool behind = end && *end < *stands;
  const bool usable = slot && !slot->lost && !behind;
  if (!needs_snapshot(usable) && (stored_ || resuming)) {
    const Lsn from = resuming ? std::max(reader_->position().handled_to(), reader_->progress().handled_to())
                              : stored_->handled_to();
    if (behind) {
      raise(ErrorKind::fatal,
            fmt::format("the server's log ends at {}, before the stored offset {}: the server was restored, "
                        "or it is another one",
                        to_text(*end), to_text(from)),
            "set snapshot.mode=when_needed, or delete the connector's offsets, so that a new snapshot is "
            "taken");
    }
    metrics_->snapshot_skipped();
    if (!usable) {
      raise(
          ErrorKind::fatal,
          fmt::format("replication slot {} {}, changes since {} cannot be read", s.slot,
                      slot ? "has lost its WAL (wal_status lost)" : "does not exist any more", to_text(from)),
          "set snapshot.mode=when_needed, or delete the connector's offsets, so that a new snapshot is "
          "taken");
    }
    if (slot->confirmed > from && s.mismatch_strategy == "trust_offset") {
      raise(ErrorKind::fatal,
            fmt::format("slot {} was moved on to {} by someone else, the offset stands at {}", s.slot,
                        to_text(slot->confirmed), to_text(from)),
            "set offset.mismatch.strategy=trust_slot to accept the gap, or take a new snapshot");
    }
    if (slot->confirmed > from) {
      log::warn(kLogger,
                "slot {} stands at {}, past the stored offset {}: what lies between will not be read", s.slot,
                to_text(slot->confirmed), to_text(from));
    }
    return;
  }
  Snapshot::View view;
  if (slot && !usable) {
    connection_->query(
        fmt::format("SELECT pg_drop_replication_slot({})", connection_->quote_literal(s.slot)));
  }
  if (usable) {
    // Taken before the view: what commits between the two is read twice, never missed.
    view.lsn = value_or_throw(
        pgoutput::parse_lsn(connection_
                                ->query("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() "
                                        "ELSE pg_current_wal_lsn() END")
                                .at(0, 0)));
  } else {
    const NewSlot made = create_slot(*replication_, s);
    view = {made.snapshot, made.consistent};
  }
  if (!needs_snapshot(usable)) {
    PostgresOffset from;
    from.lsn = view.lsn;
    stored_ = from;
    return;
  }
  if (!s.table_order.empty()) {
    std::stable_sort(captured.begin(), captured.end(), [&](const CatalogTable& a, const CatalogTable& b) {
      return s.table_order == "ascending" ? a.estimated_rows < b.estimated_rows
                                          : a.estimated_rows > b.estimated_rows;
    });
  }
  if (!s.snapshot_tables.empty()) {
    std::erase_if(captured,
                  [&](const CatalogTable& t) { return !s.snapshot_tables.matches(t.table.id.identifier()); });
  }
  reader_.reset();
  snapshot_ = std::make_unique<Snapshot>(*connection_, *catalog_, *maker_, view, std::move(captured),
                                         *context_, *metrics_);
}

/// In a filtered publication Debezium asks on its replication connection which columns the tables have. So
/// its server, from 16 on, knows tables as they are then and tells changes of before in that shape, until it
/// comes to the change of it. That harms no more than the schema where columns were added; where types were
/// changed, rows cannot be read any more.
void PostgresTask::look_at_publication() {
  published_.clear();
  if (settings_->publication_mode == "filtered" && settings_->link.empty() &&
      replication_->server_version() >= 160000) {
    published_ = catalog_->published_columns(settings_->publication);
  }
}

void PostgresTask::open_stream(std::stop_token) {
  look_at_publication();
  const Settings& s = *settings_;
  if (!reader_) {
    reader_ = std::make_unique<ChangeReader>(*maker_, *this, *stored_);
  } else {
    reader_->restart();
  }
  std::string options = fmt::format("proto_version '1', publication_names '{}'",
                                    postgres::Connection::quote_identifier(s.publication));
  if (replication_->server_version() >= 140000) {
    options += ", messages 'true'";
  }
  for (std::size_t at = 0; at < s.stream_params.size();) {
    const std::size_t end = std::min(s.stream_params.find(';', at), s.stream_params.size());
    const std::string item = s.stream_params.substr(at, end - at);
    if (const auto eq = item.find('='); eq != std::string::npos) {
      options += fmt::format(", \"{}\" '{}'", item.substr(0, eq), item.substr(eq + 1));
    }
    at = end + 1;
  }
  stream_.emplace(replication_->copy_out(fmt::format("START_REPLICATION SLOT {} LOGICAL {} ({})",
                                                     postgres::Connection::quote_identifier(s.slot),
                                                     to_text(reader_->position().restart_lsn()), options)));
  feedback_->restart();
  next_xmin_ns_ = 0;
  attempts_ = slot_attempts_ = 0;
  backoff_->reset();
  metrics_->connected();
  if (condition_) {
    context_->report_condition("");
    condition_ = false;
  }
}

void PostgresTask::close() noexcept {
  const std::lock_guard lock(handles_);
  snapshot_.reset();
  stream_.reset();
  catalog_.reset();
  connection_.reset();
  replication_.reset();
}

void PostgresTask::lost(const TandemError& error, std::stop_token) {
  close();
  if (stopping_) {
    return;
  }
  metrics_->disconnected();
  if (settings_->max_retries >= 0 && ++attempts_ > settings_->max_retries) {
    throw TandemError(Error(ErrorKind::fatal,
                            fmt::format("errors.max.retries={} retries did not help: {}",
                                        settings_->max_retries, error.error().message),
                            error.error().remedy));
  }
  const auto delay =
      slot_attempts_ > 0 && settings_->slot_max_retries >= 0 ? settings_->slot_retry_delay : backoff_->next();
  next_attempt_ns_ = context_->clock().monotonic_ns() + delay.count() * kMillisecond;
  condition_ = true;
  context_->report_condition(fmt::format("{}; next attempt in {} ms", error.error().text(), delay.count()));
}

/// Whoever reads the slot may let go of it: for how long we wait for that is set by slot.max.retries, when it
/// is.
void PostgresTask::slot_taken(const TandemError& error) {
  const auto* sql = dynamic_cast<const postgres::SqlError*>(&error);
  if (sql == nullptr || sql->sqlstate() != "55006") {  // object_in_use
    return;
  }
  if (settings_->slot_max_retries >= 0 && ++slot_attempts_ > settings_->slot_max_retries) {
    close();
    throw TandemError(Error(ErrorKind::conflict,
                            fmt::format("slot {} is still in use after slot.max.retries={} retries: {}",
                                        settings_->slot, settings_->slot_max_retries, error.error().message),
                            "stop the other connector, or give this one another slot.name"));
  }
}

bool PostgresTask::gives_whole_rows(const pgoutput::Relation& relation) {
  const auto now = catalog_->table(relation.schema.empty() ? "pg_catalog" : relation.schema, relation.name);
  if (!now) {
    return true;  // dropped since: there is nothing to set, and nothing more will come of it
  }
  std::vector<CatalogTable> table{*now};
  set_replica_identities(*connection_, *settings_, table);
  return table.front().replica_identity == 'f';
}

/// What is written close behind a change may be DDL, which Debezium is late enough to find in the catalogue.
void PostgresTask::await_catalogue() {
  const Clock& clock = context_->clock();
  const auto is_young = [&] {
    return std::chrono::microseconds(clock.now_us() - reader_->last_commit_time_us()) <
           settings_->catalogue_age;
  };
  const std::int64_t give_up = clock.monotonic_ns() + settings_->catalogue_age.count() * kMillisecond;
  while (is_young() && clock.monotonic_ns() < give_up) {
    const auto before = log_end(*connection_);
    clock.sleep_for(kServerPause, {});
    if (log_end(*connection_) == before) {
      return;
    }
  }
}

TableShape PostgresTask::shape_of(const pgoutput::Relation& described, bool first) {
  await_catalogue();
  pgoutput::Relation relation = described;
  TableShape shape;
  const auto began = published_.find(described.schema + "." + described.name);
  if (first && began != published_.end() && began->second > described.columns.size()) {
    for (auto& [column, text] : catalog_->added_since(described, settings_->publication, began->second)) {
      relation.columns.push_back(std::move(column));
      shape.added.push_back(std::move(text));
    }
  }
  // Names and types are the stream's; nullability, defaults and the key are only in the catalogue, as it is
  // now.
  const std::string schema = relation.schema.empty() ? "pg_catalog" : relation.schema;
  const auto now = catalog_->table(schema, relation.name);
  CatalogTable table;
  table.table.id = {settings_->database, schema, relation.name};
  const auto has = [&](const std::string& name) {
    return std::any_of(relation.columns.begin(), relation.columns.end(),
                       [&](const auto& c) { return c.name == name; });
  };
  for (const auto& from : relation.columns) {
    relational::Column column;
    column.name = from.name;
    column.optional = !from.key || relation.replica_identity == 'f';
    const ColumnType type = catalog_->resolve(from.type, from.modifier);
    describe_type(column, catalog_->type(type.oid), type);
    catalog_->tell_driver_type(column, from.type, type, true);
    if (now) {
      for (const auto& known : now->table.columns) {
        if (known.name == from.name) {
          column.optional = known.optional;
          column.has_default = known.has_default;
          column.default_expression = known.default_expression;
          column.auto_incremented = known.auto_incremented;
        }
      }
    }
    table.table.columns.push_back(std::move(column));
    table.types.push_back(type);
  }
  if (now) {
    for (const std::string& name : now->table.primary_key) {
      if (has(name)) {
        table.table.primary_key.push_back(name);
      }
    }
  }
  table.table.renumber();
  shape.plan = maker_->plan(*catalog_, table, settings_->types);
  return shape;
}

void PostgresTask::send_status(bool reply) {
  const Clock& clock = context_->clock();
  if (const auto status = feedback_->due(clock.monotonic_ns(), clock.now_us(), reply)) {
    stream_->send(*status);
  }
}

void PostgresTask::fetch_xmin() {
  const std::int64_t now = context_->clock().monotonic_ns();
  if (settings_->xmin_interval.count() <= 0 || now < next_xmin_ns_) {
    return;
  }
  next_xmin_ns_ = now + settings_->xmin_interval.count() * kMillisecond;
  maker_->set_xmin(slot_xmin(*connection_, *settings_));
}

void PostgresTask::heartbeat(SourceBatch& out) {
  const std::int64_t now = context_->clock().monotonic_ns();
  if (settings_->heartbeat_interval.count() <= 0 || now < next_heartbeat_ns_) {
    return;
  }
  next_heartbeat_ns_ = now + settings_->heartbeat_interval.count() * kMillisecond;
  out.records.push_back(relational::heartbeat_record(maker_->topics(), partition_,
                                                     std::make_shared<PostgresOffset>(reader_->position()),
                                                     context_->clock().now_ms()));
  if (!settings_->heartbeat_query.empty()) {
    connection_->query(settings_->heartbeat_query);
  }
}

/// Every ten seconds: how much WAL the server keeps for us.
void PostgresTask::look_at_slot() {
  const std::int64_t now = context_->clock().monotonic_ns();
  if (now < next_slot_look_ns_) {
    return;
  }
  next_slot_look_ns_ = now + 10'000 * kMillisecond;
  const auto kept = connection_->query(
      "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE "
      "pg_current_wal_lsn() END, restart_lsn)::bigint "
      "FROM pg_replication_slots WHERE slot_name = " +
      connection_->quote_literal(settings_->slot));
  if (!kept.empty() && !kept.is_null(0, 0)) {
    retained_->set(static_cast<double>(std::stoll(std::string(kept.at(0, 0)))));
  }
}

void PostgresTask::poll_stream(SourceBatch& out, std::stop_token stop) {
  const Clock& clock = context_->clock();
  const std::int64_t give_up = clock.monotonic_ns() + 100 * kMillisecond;
  std::size_t bytes = 0;
  bool handled = false;
  send_status(false);
  fetch_xmin();
  while (out.records.size() < settings_->max_batch && bytes < kBatchBytes && !stop.stop_requested()) {
    BytesView row;
    const auto read = stream_->try_next(row);
    if (read == postgres::CopyOut::Read::end) {
      raise(ErrorKind::transient, "the server ended the replication stream");
    }
    if (read == postgres::CopyOut::Read::nothing) {
      const std::int64_t left = give_up - clock.monotonic_ns();
      if (!out.records.empty() || left <= 0) {
        break;
      }
      stream_->wait(std::chrono::milliseconds(std::max<std::int64_t>(1, left / kMillisecond)));
      continue;
    }
    bytes += row.size();
    const auto message = value_or_throw(pgoutput::parse_stream_message(row));
    if (message.kind == pgoutput::StreamMessage::Kind::keep_alive) {
      reader_->idle_at(message.end);
      if (message.reply_requested) {
        send_status(true);
      }
      continue;
    }
    handled = true;
    reader_->handle(message.start, message.payload, clock.now_us() * 1000, out.records);
  }
  if (const auto echoes = reader_->take_echoes(); echoes > 0 && echoes_) {
    echoes_->add(static_cast<double>(echoes));
  }
  if (handled) {
    send_status(false);
  }
  metrics_->transactions(reader_->take_commits());
  if (!out.records.empty()) {
    metrics_->event_of(reader_->last_commit_time_us() / 1000);
  }
  metrics_->publish();
  look_at_slot();
  heartbeat(out);
  if (reader_->take_moved()) {
    out.position = SourceBatch::Position{partition_, std::make_shared<PostgresOffset>(reader_->progress())};
  }
}

SourceBatch PostgresTask::poll(std::stop_token stop) {
  const Clock& clock = context_->clock();
  if (!streaming_wanted_ || clock.monotonic_ns() < next_attempt_ns_) {
    clock.sleep_for(100ms, stop);
    return {};
  }
  SourceBatch out;
  try {
    if (!connection_) {
      if (settings_->snapshot_delay.count() > 0 && !snapshot_done_ && !stored_) {
        clock.sleep_for(settings_->snapshot_delay, stop);
      }
      open(stop);
    }
    if (snapshot_) {
      const bool more = snapshot_->next(settings_->max_batch, clock, out);
      if (!more) {
        stored_ = snapshot_->final_offset();
        snapshot_.reset();
        snapshot_done_ = true;
        streaming_wanted_ = settings_->snapshot.stream;
        if (settings_->streaming_delay.count() > 0) {
          next_attempt_ns_ = clock.monotonic_ns() + settings_->streaming_delay.count() * kMillisecond;
        }
      }
      return out;
    }
    if (!stream_ && !settings_->snapshot.stream) {
      streaming_wanted_ = false;
      close();
      return {};
    }
    if (!stream_) {
      open_stream(stop);
    }
    poll_stream(out, stop);
  } catch (const TandemError& e) {
    if (e.kind() == ErrorKind::cancelled || stopping_) {
      close();
      return {};
    }
    if (e.kind() != ErrorKind::transient) {
      close();
      throw;
    }
    slot_taken(e);
    lost(e, stop);
  }
  // Also when the connection has just been lost: the reader is past what it has put into the batch, and will
  // not read it again.
  return out;
}

void PostgresTask::commit(const OffsetMap&, const SourceOffset& offset) {
  const auto* own = dynamic_cast<const PostgresOffset*>(&offset);
  const PostgresOffset at = own != nullptr ? *own : PostgresOffset::from_map(offset.to_map());
  if (at.snapshot != PostgresOffset::Snapshot::running) {
    feedback_->durable(std::max(at.confirmed, at.restart_lsn()));
  }
}

void PostgresTask::stop() noexcept {
  stopping_ = true;
  const std::lock_guard lock(handles_);
  for (const auto* c : {&connection_, &replication_}) {
    if (*c) {
      (*c)->cancel();
    }
  }
}

}  // namespace tandem::postgres_source
