#include "connectors/mysql/source_task.hpp"

#include "connectors/clients/mysql/quote.hpp"
#include "connectors/mysql/binlog/gtid.hpp"
#include "connectors/mysql/server_checks.hpp"
#include "connectors/sync/log_position.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tandem::mysql {
namespace {

constexpr std::string_view kLog = "tandem.mysql";
constexpr std::size_t kBatchBytes = 1U << 20;
constexpr std::size_t kReadAheadBytes = 1U << 20;
constexpr std::chrono::milliseconds kPollWait{100};

/// Debezium's MariaDB connector keeps comments by the wrong setting.
bool keeps_comments(const Config& c, const std::string& kind) {
  return c.boolean(kind == "mariadb" ? "include.schema.changes" : "include.schema.comments");
}

relational::SchemaSettings schema_settings(const Config& c, const std::string& kind,
                                           const relational::TopicNaming& topics,
                                           relational::CaptureFilter& filter, const SchemaPtr& source) {
  relational::SchemaSettings s;
  s.topics = &topics;
  s.filter = &filter;
  s.schema_names = relational::parse_name_adjustment("schema.name.adjustment.mode",
                                                     c.string("schema.name.adjustment.mode"));
  s.field_names =
      relational::parse_name_adjustment("field.name.adjustment.mode", c.string("field.name.adjustment.mode"));
  s.include_comments = keeps_comments(c, kind);
  s.keys = relational::KeyColumns(c.string("message.key.columns"));
  s.mappers = relational::ColumnMappers(c.originals());
  s.source_schema = source;
  return s;
}

relational::ChangeRecords::Settings record_settings(const Config& c, SourceTaskContext& context,
                                                    const std::string& kind) {
  relational::ChangeRecords::Settings s;
  s.tombstones = c.boolean("tombstones.on.delete");
  s.skip_unchanged = c.boolean("skip.messages.without.change");
  s.skipped_operations = relational::parse_skipped_operations(c.string("skipped.operations"));
  if (c.boolean("extended.headers.enabled")) {
    s.headers = relational::context_headers(c.string("topic.prefix"), context.task_id(), kind,
                                            relational::make_run_id(context.clock().now_ms()));
  }
  return s;
}

std::size_t read_ahead(const Config& c) {
  const auto bytes = static_cast<std::size_t>(c.integer("max.queue.size.in.bytes"));
  return bytes == 0 ? kReadAheadBytes : bytes;
}

}  // namespace

struct MysqlSourceTask::State {
  State(const std::string& kind, const ConfigMap& given, SourceTaskContext& ctx)
      : config(source_config_def(), given),
        context(ctx),
        topics(topic_options(config)),
        filter(capture_lists(config)),
        partition(
            std::make_shared<const OffsetMap>(OffsetMap{{"server", Value(config.string("topic.prefix"))}})),
        source(kind, config.string("topic.prefix")),
        transactions(config.boolean("provide.transaction.metadata"), topics, partition),
        records(record_settings(config, ctx, kind), partition, transactions),
        metrics(ctx,
                {"mysql", config.string("topic.prefix"), config.integer("max.queue.size"),
                 static_cast<std::int64_t>(read_ahead(config))},
                records.counts()),
        schema_changes(kind, source.schema(), topics, partition),
        history(config.originals(), ctx),
        schemas(schema_settings(config, kind, topics, filter, source.schema()), ValueOptions::from(config),
                {config.boolean("schema.history.internal.store.only.captured.tables.ddl"),
                 config.boolean("schema.history.internal.store.only.captured.databases.ddl"),
                 {keeps_comments(config, kind), kind == "mariadb"},
                 failure_mode(config, "event.converting.failure.handling.mode")},
                history, config.string("topic.prefix")),
        backoff(std::chrono::milliseconds(200),
                std::chrono::milliseconds(
                    std::max<std::int64_t>(200, config.integer("retriable.restart.connector.wait.ms")))) {}

  SourceParts parts() {
    return {config,  context,        schemas, source,
            records, schema_changes, metrics, config.boolean("include.schema.changes")};
  }

  Config config;
  SourceTaskContext& context;
  relational::TopicNaming topics;
  relational::CaptureFilter filter;
  SourcePartitionPtr partition;
  SourceInfo source;
  relational::TransactionMetadata transactions;
  relational::ChangeRecords records;
  relational::SourceMetrics metrics;
  relational::SchemaChangeRecords schema_changes;
  relational::TopicSchemaHistory history;
  Schemas schemas;
  Backoff backoff;
  BinlogStream::Link link;
  std::unique_ptr<Snapshot> snapshot;
  bool stream_after_snapshot = true;
  std::optional<BinlogOffset> at;  ///< where to stream from
  std::unique_ptr<BinlogStream> stream;
  std::unique_ptr<PacketPump> pump;
  PacketPump::Chunk chunk;
  std::size_t chunk_byte = 0, chunk_packet = 0;
  std::int64_t retry_at_ns = 0;
  std::unique_ptr<Connection> side;    ///< for shapes that DDL text does not tell
  std::unique_ptr<Connection> action;  ///< for heartbeat.action.query
  std::int64_t attempts = 0;           ///< to reach the server, since it last sent something
};

MysqlSourceTask::MysqlSourceTask(std::string kind) : kind_(std::move(kind)) {}
MysqlSourceTask::~MysqlSourceTask() = default;

void MysqlSourceTask::start(const ConfigMap& config, SourceTaskContext& context) {
  s_ = std::make_unique<State>(kind_, config, context);
  if (const auto refused = refused_settings(s_->config); !refused.empty()) {
    raise(ErrorKind::config, refused.front().second);
  }
  if (const auto idle = settings_without_effect(s_->config); !idle.empty()) {
    log::warn(kLog, "settings without effect here: {}", fmt::join(idle, ", "));
  }
  s_->link.link = s_->config.string("sync.link");
  s_->link.origin = s_->config.string("sync.origin");
  if (!s_->link.link.empty()) {
    s_->link.echoes = context.metrics().counter("sync_echoes_dropped_total",
                                                {{"link", s_->link.link}, {"origin", s_->link.origin}});
  }
  phase_ = Phase::deciding;
}

void MysqlSourceTask::stop() noexcept {}

SourceBatch MysqlSourceTask::poll(std::stop_token stop) {
  SourceBatch batch;
  if (s_->retry_at_ns != 0) {
    const std::int64_t left = s_->retry_at_ns - s_->context.clock().monotonic_ns();
    if (left > 0) {
      s_->context.clock().sleep_for(std::min(kPollWait, std::chrono::milliseconds(left / 1'000'000 + 1)),
                                    stop);
      return batch;
    }
    s_->retry_at_ns = 0;
  }
  try {
    switch (phase_) {
      case Phase::deciding:
        decide(batch, stop);
        break;
      case Phase::snapshot:
        run_snapshot(batch, stop);
        break;
      case Phase::connecting:
        connect_stream();
        break;
      case Phase::streaming:
        run_stream(batch, stop);
        break;
      case Phase::idle:
        s_->context.clock().sleep_for(kPollWait, stop);
        break;
    }
  } catch (const TandemError& e) {
    if (stop.stop_requested() && e.kind() == ErrorKind::cancelled) {
      return {};
    }
    if (e.kind() != ErrorKind::transient) {
      throw;
    }
    lost(e.error());
  }
  return batch;
}

void MysqlSourceTask::lost(const Error& error) {
  if (const auto most = s_->config.integer("errors.max.retries"); most >= 0 && ++s_->attempts > most) {
    Error last = error;
    last.kind = ErrorKind::fatal;
    last.message += " (errors.max.retries=" + std::to_string(most) + ")";
    throw TandemError(std::move(last));
  }
  const auto wait = s_->backoff.next();
  s_->context.report_condition("waiting for MySQL at " + s_->config.string("database.hostname") + ":" +
                               std::to_string(s_->config.integer("database.port")) + ": " + error.message);
  s_->retry_at_ns = s_->context.clock().monotonic_ns() + wait.count() * 1'000'000;
  s_->metrics.disconnected();
  s_->pump.reset();
  s_->side.reset();
  s_->action.reset();
  s_->chunk.clear();
  if (phase_ == Phase::snapshot) {
    s_->snapshot.reset();  // locks and view are gone with the connection: the snapshot starts anew
    phase_ = Phase::deciding;
  } else if (phase_ == Phase::streaming) {
    s_->at = s_->stream->at();
    if (const auto* t = s_->transactions.state()) {
      s_->at->transaction = *t;
    }
    s_->stream.reset();
    phase_ = Phase::connecting;
  }
}

/// Without the sources that gtid.source.includes and excludes leave out.
binlog::GtidSet MysqlSourceTask::wanted_sources(binlog::GtidSet set) const {
  set.retain([sources = gtid_sources(s_->config)](const binlog::GtidSet::Source& source) {
    std::string uuid;
    binlog::append_uuid(uuid, source.uuid);
    return sources.allows(uuid);
  });
  return set;
}

bool MysqlSourceTask::log_available(Connection& connection, const BinlogOffset& at, std::string& why) {
  const bool mysql_gtids =
      at.gtids && !connection.server().is_mariadb() && !s_->config.boolean("gtid.ignore.on.recovery");
  if (mysql_gtids) {
    if (const auto mode = connection.query_value("SELECT @@GLOBAL.gtid_mode").value_or(""); mode != "ON") {
      why = "the connector has read by GTIDs, and the server has gtid_mode=" + mode;
      return false;
    }
    const auto read_set = [&](const std::string& text) {
      return wanted_sources(value_or_throw(binlog::GtidSet::parse(text)));
    };
    const auto stored = read_set(*at.gtids);
    const std::string executed = connection.query_value("SELECT @@GLOBAL.gtid_executed").value_or("");
    const std::string purged = connection.query_value("SELECT @@GLOBAL.gtid_purged").value_or("");
    if (!read_set(executed).contains(stored)) {
      why = "the server has executed " + read_set(executed).to_string() +
            ", which lacks transactions that this connector has read: its log was "
            "reset, or it is another server";
      return false;
    }
    if (!stored.contains(read_set(purged))) {
      why = "the server has purged transactions that this connector has yet to read (gtid_purged=" +
            read_set(purged).to_string() + ")";
      return false;
    }
    return true;
  }
  const QueryResult logs = connection.query("SHOW BINARY LOGS");
  for (std::size_t i = 0; i < logs.row_count(); ++i) {
    if (logs.at(i, 0).value_or("") == at.file) {
      const std::string size(logs.at(i, 1).value_or("0"));
      why = "binlog file " + at.file + " ends at " + size +
            ": the server's log was reset, or it is another server";
      return at.pos <= std::strtoull(size.c_str(), nullptr, 10);
    }
  }
  why = "binlog file " + at.file + " is no longer on the server (the oldest is " +
        std::string(logs.row_count() == 0 ? "none" : logs.at(0, 0).value_or("")) + ")";
  return false;
}

void MysqlSourceTask::check_guardrail(Connection& connection) {
  const auto most = s_->config.integer("guardrail.collections.max");
  if (most == 0) {
    return;
  }
  // As Debezium: all tables whose shapes are kept count, not only those whose rows are captured.
  const bool only_databases = s_->config.boolean("schema.history.internal.store.only.captured.databases.ddl");
  const bool only_tables = s_->config.boolean("schema.history.internal.store.only.captured.tables.ddl");
  auto tables = list_tables(connection, s_->filter, only_databases);
  if (only_tables) {
    std::erase_if(tables, [&](const TableId& id) { return !s_->filter.table(id); });
  }
  if (static_cast<std::int64_t>(tables.size()) <= most) {
    return;
  }
  const std::string text = std::to_string(tables.size()) +
                           (only_tables ? " tables are captured" : " tables are in the schema history") +
                           ", and guardrail.collections.max is " + std::to_string(most);
  if (s_->config.string("guardrail.collections.limit.action") == "fail") {
    raise(ErrorKind::config, text,
          "narrow table.include.list, set schema.history.internal.store.only.captured.tables.ddl=true, or "
          "raise "
          "guardrail.collections.max");
  }
  log::warn(kLog, "{}", text);
}

void MysqlSourceTask::refuse_start(StartProblem problem, const std::string& why) const {
  const std::string mode = "snapshot.mode=" + s_->config.string("snapshot.mode");
  const std::string place = s_->at ? s_->at->file + ":" + std::to_string(s_->at->pos) +
                                         (s_->at->gtids ? " (GTIDs " + *s_->at->gtids + ")" : "")
                                   : "";
  const std::string forget =
      "stop the connector, DELETE /connectors/" + s_->context.connector_name() + "/offsets, resume it";
  switch (problem) {
    case StartProblem::none:
      break;
    case StartProblem::no_offset:
      raise(ErrorKind::config, mode + " needs a stored offset and there is none",
            "use snapshot.mode=initial");
    case StartProblem::unfinished_snapshot:
      raise(ErrorKind::config,
            "the connector stopped while it took a snapshot, and " + mode + " does not take one",
            "use snapshot.mode=initial or when_needed");
    case StartProblem::no_history:
      raise(ErrorKind::config,
            "the connector has a stored offset (" + place + ") but schema history topic " +
                s_->history.topic() + " is missing or has no entries of " + s_->config.string("topic.prefix"),
            "set snapshot.mode=recovery once: it rebuilds the history from the current tables");
    case StartProblem::log_gone:
      raise(ErrorKind::fatal,
            "the connector is trying to read the change stream starting at " + place +
                ", but this is no longer available on the server: " + why,
            "take a new snapshot: " + forget +
                " (or set snapshot.mode=when_needed); keep logs longer with binlog_expire_logs_seconds");
  }
  raise(ErrorKind::bug, "a start was refused, and nothing is wrong");
}

void MysqlSourceTask::decide(SourceBatch& batch, std::stop_token stop) {
  Connection connection(reading_options(s_->config));
  if (const auto wrong = check_server(connection, s_->config); !wrong.empty()) {
    raise(ErrorKind::config, wrong.front().second);
  }
  check_guardrail(connection);
  const SnapshotMode mode = SnapshotMode::from(s_->config);
  s_->stream_after_snapshot = mode.stream;
  StoredState found;
  std::string why;
  if (const auto stored = s_->context.offset(*s_->partition)) {
    s_->at = BinlogOffset::from(*stored);
    found.offset = true;
    found.unfinished = s_->at->snapshot;
    if (!found.unfinished) {
      found.history = s_->history.exists() && s_->schemas.recover(*s_->at, stop);
      found.log = log_available(connection, *s_->at, why);
    }
  }
  const StartDecision start = decide_start(mode, found);
  if (start.problem != StartProblem::none) {
    refuse_start(start.problem, why);
  }
  if (start.action != StartAction::snapshot) {
    s_->metrics.snapshot_skipped();
    s_->metrics.recovery_started();
  }
  switch (start.action) {
    case StartAction::resume:
      phase_ = s_->stream_after_snapshot ? Phase::connecting : Phase::idle;
      return;
    case StartAction::rebuild_history:
      s_->history.prepare();
      s_->schemas.forget();
      read_current_shapes(connection);
      phase_ = Phase::connecting;
      return;
    case StartAction::snapshot:
      break;
  }
  if (found.offset && !found.unfinished && !mode.always) {
    log::warn(kLog, "{}; taking a new snapshot (snapshot.mode={})", why, s_->config.string("snapshot.mode"));
  }
  s_->history.prepare();
  s_->schemas.forget();
  if (const auto delay = s_->config.integer("snapshot.delay.ms"); delay > 0) {
    s_->context.clock().sleep_for(std::chrono::milliseconds(delay), stop);
  }
  phase_ = Phase::snapshot;
  s_->snapshot = std::make_unique<Snapshot>(s_->parts(), mode.data);
  s_->snapshot->begin(batch.records, stop);
}

void MysqlSourceTask::read_current_shapes(Connection& connection) {
  auto& catalog = s_->schemas.catalog();
  catalog.server_charset = connection.query_value("SELECT @@character_set_server").value_or("utf8mb4");
  const bool only_databases = s_->config.boolean("schema.history.internal.store.only.captured.databases.ddl");
  connection.execute("SET SESSION sql_mode = ''");
  for (const auto& id : list_tables(connection, s_->filter, only_databases)) {
    const QueryResult r = connection.query("SHOW CREATE TABLE " + quote_table(id.catalog, id.table));
    s_->schemas.apply(r.at(0, 1).value_or(""), id.catalog, s_->at->to_map(), s_->context.clock().now_ms(),
                      nullptr, nullptr);
  }
}

void MysqlSourceTask::run_snapshot(SourceBatch& batch, std::stop_token stop) {
  const auto limit = static_cast<std::size_t>(s_->config.integer("max.batch.size"));
  if (s_->snapshot->fill(batch.records, limit, kBatchBytes, stop)) {
    return;
  }
  s_->at = s_->snapshot->end();
  s_->snapshot.reset();
  s_->source.snapshot = relational::SnapshotMarker::streaming;
  batch.position = SourceBatch::Position{s_->partition, std::make_shared<MysqlOffset>(*s_->at)};
  s_->backoff.reset();
  s_->context.report_condition("");
  if (const auto delay = s_->config.integer("streaming.delay.ms"); delay > 0) {
    s_->retry_at_ns = s_->context.clock().monotonic_ns() + delay * 1'000'000;
  }
  phase_ = s_->stream_after_snapshot ? Phase::connecting : Phase::idle;
}

void MysqlSourceTask::run_heartbeat_action() {
  const std::string& sql = s_->config.string("heartbeat.action.query");
  if (sql.empty()) {
    return;
  }
  try {
    if (!s_->action) {
      s_->action = std::make_unique<Connection>(reading_options(s_->config));
    }
    s_->action->execute(sql);
  } catch (const SqlError& e) {
    if (!e.connection_usable()) {
      s_->action.reset();
    }
    // As Debezium: what can only be wrong for ever stops the task (syntax or access, no such database), all
    // else is tried again.
    if (e.sqlstate() == "42000" || e.sqlstate() == "3D000") {
      raise(ErrorKind::config, "heartbeat.action.query=" + sql + " cannot be run: " + e.what(),
            "correct the statement or its grants");
    }
    log::warn(kLog, "heartbeat.action.query failed: {}", e.what());
  }
}

std::unique_ptr<ReplicationStream> MysqlSourceTask::open_source(bool& by_file) {
  ReplicationOptions o;
  o.connection = dump_options(s_->config);
  o.annotated = s_->config.boolean("include.query");
  o.server_id = static_cast<std::uint32_t>(s_->config.integer("database.server.id"));
  o.heartbeat = std::chrono::milliseconds(
      std::clamp<std::int64_t>(s_->config.integer("connect.keep.alive.interval.ms") * 8 / 10, 100, 10'000));
  const BinlogOffset& at = *s_->at;
  o.file = at.file;
  o.position = at.pos;
  if (at.gtids && !s_->config.boolean("gtid.ignore.on.recovery")) {
    Connection connection(reading_options(s_->config));
    if (connection.server().is_mariadb()) {
      o.file.clear();
      o.mariadb_gtid_position = *at.gtids;
    } else if (connection.query_value("SELECT @@GLOBAL.gtid_mode").value_or("") == "ON") {
      const auto stored = value_or_throw(binlog::GtidSet::parse(*at.gtids));
      auto set = wanted_sources(stored);
      // Of sources that are filtered out, what was passed over and the server has as well: Debezium asks for
      // all of it again.
      set.add(stored.intersect(value_or_throw(
          binlog::GtidSet::parse(connection.query_value("SELECT @@GLOBAL.gtid_executed").value_or("")))));
      std::string purged = connection.query_value("SELECT @@GLOBAL.gtid_purged").value_or("");
      if (auto gone = binlog::GtidSet::parse(purged); gone.has_value()) {
        set.add(gone.value());
      }
      o.file.clear();
      o.gtid_set = set.encode();
    }
  }
  by_file = !o.gtid_set && !o.mariadb_gtid_position;
  return std::make_unique<ReplicationStream>(std::move(o));
}

void MysqlSourceTask::connect_stream() {
  bool by_file = false;
  auto dump = open_source(by_file);
  s_->link.server = sync::fingerprint(dump->server_name());
  s_->pump = std::make_unique<PacketPump>(std::move(dump), read_ahead(s_->config));
  s_->chunk.clear();
  s_->chunk_byte = s_->chunk_packet = 0;
  s_->stream = std::make_unique<BinlogStream>(
      s_->parts(), s_->transactions, s_->topics, s_->link, *s_->at, [this](const TableId& id) -> TablePtr {
        if (!s_->side) {
          ConnectionOptions o = reading_options(s_->config);
          o.session_statements.insert(o.session_statements.begin(), "SET SESSION sql_mode = ''");
          s_->side = std::make_unique<Connection>(o);
        }
        return read_shape(*s_->side, id, s_->schemas.catalog(), s_->schemas.ddl_options());
      });
  if (by_file && s_->at->pos > 0xFFFFFFFFU) {
    s_->stream->pass_over_to_start();
  }
  s_->context.report_condition("");
  s_->metrics.connected();
  s_->backoff.reset();
  log::info(kLog, "streaming from {}:{} {}", s_->at->file, s_->at->pos, s_->at->gtids ? *s_->at->gtids : "");
  phase_ = Phase::streaming;
}

void MysqlSourceTask::run_stream(SourceBatch& batch, std::stop_token stop) {
  (void)stop;
  const auto limit = static_cast<std::size_t>(s_->config.integer("max.batch.size"));
  std::size_t bytes = 0;
  bool any = false;
  std::chrono::milliseconds wait = kPollWait;
  while (batch.records.size() < limit && bytes < kBatchBytes) {
    if (s_->chunk_packet == s_->chunk.sizes.size()) {
      s_->chunk_byte = s_->chunk_packet = 0;
      if (!s_->pump->take(s_->chunk, wait)) {
        break;
      }
    }
    wait = std::chrono::milliseconds(0);  // what is there goes out at once
    while (s_->chunk_packet < s_->chunk.sizes.size() && batch.records.size() < limit && bytes < kBatchBytes) {
      const std::uint32_t size = s_->chunk.sizes[s_->chunk_packet++];
      const BytesView packet(s_->chunk.bytes.data() + s_->chunk_byte, size);
      s_->chunk_byte += size;
      bytes += size;
      s_->stream->handle(packet, batch.records);
      any = true;
    }
  }
  if (any) {
    s_->attempts = 0;
  }
  tell_figures(!batch.records.empty());
  if (s_->stream->heartbeat_due()) {
    run_heartbeat_action();
    s_->stream->heartbeat_if_due(batch.records);
  }
  // Without a link only records carry offsets, as Debezium's.
  if (any && !s_->link.link.empty() && s_->stream->passed_over()) {
    batch.position = SourceBatch::Position{s_->partition, s_->stream->position()};
  }
}

void MysqlSourceTask::tell_figures(bool any_records) {
  const BinlogOffset& at = s_->stream->at();
  if (any_records) {
    s_->metrics.event_of(s_->source.ts_ns / 1'000'000);
  }
  s_->metrics.binlog(at.pos, at.gtids != nullptr);
  s_->metrics.history(s_->schemas.recovered(), s_->schemas.written());
  s_->metrics.read_ahead(s_->pump->waiting_bytes());
  s_->metrics.publish();
}

}  // namespace tandem::mysql
