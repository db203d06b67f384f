#include "connectors/mysql/source_task.hpp"

#include <algorithm>

#include "connectors/clients/mysql/replication_stream.hpp"
#include "connectors/mysql/gtid_text.hpp"
#include "connectors/mysql/server_checks.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

namespace tandem::mysql {
namespace {

constexpr std::string_view kLog = "tandem.mysql";
constexpr std::size_t kBatchBytes = 4U << 20;
constexpr std::size_t kReadAheadBytes = 8U << 20;
constexpr std::chrono::milliseconds kPollWait{100};

relational::SchemaSettings schema_settings(const Config& c, const relational::TopicNaming& topics,
                                           relational::CaptureFilter& filter, const SchemaPtr& source) {
  relational::SchemaSettings s;
  s.topics = &topics;
  s.filter = &filter;
  s.schema_names = relational::parse_name_adjustment("schema.name.adjustment.mode", c.string("schema.name.adjustment.mode"));
  s.field_names = relational::parse_name_adjustment("field.name.adjustment.mode", c.string("field.name.adjustment.mode"));
  s.include_comments = c.boolean("include.schema.comments");
  s.keys = relational::KeyColumns(c.string("message.key.columns"));
  s.mappers = relational::ColumnMappers(c.originals());
  s.source_schema = source;
  return s;
}

relational::ChangeRecords::Settings record_settings(const Config& c, SourceTaskContext& context, const std::string& kind) {
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
        partition(std::make_shared<const OffsetMap>(OffsetMap{{"server", Value(config.string("topic.prefix"))}})),
        source(kind, config.string("topic.prefix")),
        transactions(config.boolean("provide.transaction.metadata"), topics, partition),
        records(record_settings(config, ctx, kind), partition, transactions),
        metrics(ctx,
                {"mysql", config.string("topic.prefix"), config.integer("max.queue.size"), static_cast<std::int64_t>(read_ahead(config))},
                records.counts()),
        schema_changes(kind, source.schema(), topics, partition),
        history(config.originals(), ctx),
        schemas(schema_settings(config, topics, filter, source.schema()), ValueOptions::from(config),
                {config.boolean("schema.history.internal.store.only.captured.tables.ddl"),
                 config.boolean("schema.history.internal.store.only.captured.databases.ddl"),
                 config.boolean("include.schema.comments")},
                history, config.string("topic.prefix")),
        backoff(std::chrono::milliseconds(200),
                std::chrono::milliseconds(std::max<std::int64_t>(200, config.integer("retriable.restart.connector.wait.ms")))) {}

  SourceParts parts() {
    return {config, context, schemas, source, records, schema_changes, metrics, config.boolean("include.schema.changes")};
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
  std::unique_ptr<Connection> side;  ///< for shapes that DDL text does not tell
};

MysqlSourceTask::MysqlSourceTask(std::string kind) : kind_(std::move(kind)) {}
MysqlSourceTask::~MysqlSourceTask() = default;

void MysqlSourceTask::start(const ConfigMap& config, SourceTaskContext& context) {
  s_ = std::make_unique<State>(kind_, config, context);
  if (const auto refused = refused_settings(s_->config); !refused.empty()) {
    raise(ErrorKind::config, refused.front().second);
  }
  s_->link.link = s_->config.string("sync.link");
  s_->link.origin = s_->config.string("sync.origin");
  if (!s_->link.link.empty()) {
    if (s_->link.origin.empty()) {
      raise(ErrorKind::config, "sync.link=" + s_->link.link + " is set and sync.origin is not",
            "set sync.origin to the name of this database in the link");
    }
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
      s_->context.clock().sleep_for(std::min(kPollWait, std::chrono::milliseconds(left / 1'000'000 + 1)), stop);
      return batch;
    }
    s_->retry_at_ns = 0;
  }
  try {
    switch (phase_) {
      case Phase::deciding: decide(batch, stop); break;
      case Phase::snapshot: run_snapshot(batch, stop); break;
      case Phase::connecting: connect_stream(); break;
      case Phase::streaming: run_stream(batch, stop); break;
      case Phase::idle: s_->context.clock().sleep_for(kPollWait, stop); break;
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
  const auto wait = s_->backoff.next();
  s_->context.report_condition("waiting for MySQL at " + s_->config.string("database.hostname") + ":" +
                               std::to_string(s_->config.integer("database.port")) + ": " + error.message);
  s_->retry_at_ns = s_->context.clock().monotonic_ns() + wait.count() * 1'000'000;
  s_->metrics.disconnected();
  s_->pump.reset();
  s_->side.reset();
  s_->chunk.clear();
  if (phase_ == Phase::snapshot) {
    s_->snapshot.reset();  // locks and view are gone with the connection: the snapshot starts anew
    phase_ = Phase::deciding;
  } else if (phase_ == Phase::streaming) {
    s_->at = s_->stream->at();
    if (const auto* t = s_->transactions.state()) s_->at->transaction = *t;
    s_->stream.reset();
    phase_ = Phase::connecting;
  }
}

bool MysqlSourceTask::log_available(Connection& connection, const BinlogOffset& at, std::string& why) {
  const bool by_gtid = at.gtids && !connection.server().is_mariadb() && !s_->config.boolean("gtid.ignore.on.recovery") &&
                       connection.query_value("SELECT @@GLOBAL.gtid_mode").value_or("") == "ON";
  if (by_gtid) {
    std::string purged = connection.query_value("SELECT @@GLOBAL.gtid_purged").value_or("");
    std::erase_if(purged, [](char c) { return c == '\n' || c == '\r'; });
    if (gtid_contained(purged, *at.gtids)) {
      return true;
    }
    why = "the server has purged transactions (gtid_purged=" + purged + ") that this connector has yet to read (it stands at " +
          *at.gtids + ")";
    return false;
  }
  const QueryResult logs = connection.query("SHOW BINARY LOGS");
  for (std::size_t i = 0; i < logs.row_count(); ++i) {
    if (logs.at(i, 0).value_or("") == at.file) {
      return true;
    }
  }
  why = "the binlog file " + at.file + " at which this connector stands is no longer on the server (the oldest is " +
        std::string(logs.row_count() == 0 ? "none" : logs.at(0, 0).value_or("")) + ")";
  return false;
}

void MysqlSourceTask::recover_history(Connection& connection, std::stop_token stop) {
  (void)connection;
  if (!s_->history.exists() || !s_->schemas.recover(*s_->at, stop)) {
    raise(ErrorKind::config,
          "the connector has a stored offset (" + s_->at->file + ":" + std::to_string(s_->at->pos) + ") but schema history topic " +
              s_->history.topic() + " is missing or has no entries of " + s_->config.string("topic.prefix"),
          "set snapshot.mode=recovery once: it rebuilds the history from the current tables");
  }
}

void MysqlSourceTask::decide(SourceBatch& batch, std::stop_token stop) {
  Connection connection(connection_options(s_->config));
  if (const auto wrong = check_server(connection, s_->config); !wrong.empty()) {
    raise(ErrorKind::config, wrong.front().second);
  }
  const std::string mode = s_->config.string("snapshot.mode");
  const auto stored = s_->context.offset(*s_->partition);
  std::optional<BinlogOffset> at;
  if (stored) {
    at = BinlogOffset::from(*stored);
  }
  const auto flag = [&](const char* name) { return s_->config.boolean(std::string("snapshot.mode.configuration.based.") + name); };
  const bool no_data = mode == "no_data" || mode == "schema_only" || mode == "never" ||
                       (mode == "configuration_based" && !flag("snapshot.data"));
  const bool recovery = mode == "recovery" || mode == "schema_only_recovery";
  s_->stream_after_snapshot = mode != "initial_only" && !(mode == "configuration_based" && !flag("start.stream"));
  bool take = !at || at->snapshot || mode == "always";
  if (take && recovery && !at) {
    raise(ErrorKind::config, "snapshot.mode=" + mode + " needs a stored offset and there is none", "use snapshot.mode=initial");
  }
  std::string why;
  if (!take && !log_available(connection, *at, why)) {
    if (mode != "when_needed") {
      raise(ErrorKind::fatal, why,
            "take a new snapshot: stop the connector, DELETE /connectors/" + s_->context.connector_name() +
                "/offsets, resume it (or set snapshot.mode=when_needed); keep logs longer with binlog_expire_logs_seconds");
    }
    log::warn(kLog, "{}; taking a new snapshot (snapshot.mode=when_needed)", why);
    take = true;
  }
  if (recovery && at) {
    s_->at = at;
    s_->history.prepare();
    s_->schemas.forget();
    read_current_shapes(connection, batch.records);
    phase_ = Phase::connecting;
    return;
  }
  if (!take) {
    s_->metrics.snapshot_skipped();
    s_->at = at;
    s_->metrics.recovery_started();
    recover_history(connection, stop);
    phase_ = s_->stream_after_snapshot ? Phase::connecting : Phase::idle;
    return;
  }
  s_->history.prepare();
  s_->schemas.forget();
  if (const auto delay = s_->config.integer("snapshot.delay.ms"); delay > 0) {
    s_->context.clock().sleep_for(std::chrono::milliseconds(delay), stop);
  }
  phase_ = Phase::snapshot;
  s_->snapshot = std::make_unique<Snapshot>(s_->parts(), !no_data);
  s_->snapshot->begin(batch.records, stop);
}

void MysqlSourceTask::read_current_shapes(Connection& connection, std::vector<SourceRecord>& out) {
  (void)out;
  auto& catalog = s_->schemas.catalog();
  catalog.server_charset = connection.query_value("SELECT @@character_set_server").value_or("utf8mb4");
  const bool only_databases = s_->config.boolean("schema.history.internal.store.only.captured.databases.ddl");
  connection.execute("SET SESSION sql_mode = ''");
  for (const auto& id : list_tables(connection, s_->filter, only_databases)) {
    const QueryResult r = connection.query("SHOW CREATE TABLE `" + id.catalog + "`.`" + id.table + "`");
    s_->schemas.apply(r.at(0, 1).value_or(""), id.catalog, s_->at->to_map(), s_->context.clock().now_ms(), nullptr, nullptr);
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

std::unique_ptr<PacketSource> MysqlSourceTask::open_source() {
  ReplicationOptions o;
  o.connection = connection_options(s_->config);
  o.server_id = static_cast<std::uint32_t>(s_->config.integer("database.server.id"));
  o.heartbeat = std::chrono::milliseconds(
      std::clamp<std::int64_t>(s_->config.integer("connect.keep.alive.interval.ms") * 8 / 10, 100, 10'000));
  const BinlogOffset& at = *s_->at;
  o.file = at.file;
  o.position = at.pos;
  if (at.gtids && !s_->config.boolean("gtid.ignore.on.recovery")) {
    Connection connection(connection_options(s_->config));
    if (connection.server().is_mariadb()) {
      o.file.clear();
      o.mariadb_gtid_position = *at.gtids;
    } else if (connection.query_value("SELECT @@GLOBAL.gtid_mode").value_or("") == "ON") {
      auto set = value_or_throw(binlog::GtidSet::parse(*at.gtids));
      std::string purged = connection.query_value("SELECT @@GLOBAL.gtid_purged").value_or("");
      if (auto gone = binlog::GtidSet::parse(purged); gone.has_value()) {
        set.add(gone.value());
      }
      o.file.clear();
      o.gtid_set = set.encode();
    }
  }
  return std::make_unique<ReplicationStream>(std::move(o));
}

void MysqlSourceTask::connect_stream() {
  s_->pump = std::make_unique<PacketPump>(open_source(), read_ahead(s_->config));
  s_->chunk.clear();
  s_->chunk_byte = s_->chunk_packet = 0;
  s_->stream = std::make_unique<BinlogStream>(
      s_->parts(), s_->transactions, s_->topics, s_->link, *s_->at, [this](const TableId& id) -> TablePtr {
        if (!s_->side) {
          ConnectionOptions o = connection_options(s_->config);
          o.session_statements = {"SET SESSION sql_mode = ''"};
          s_->side = std::make_unique<Connection>(o);
        }
        return read_shape(*s_->side, id, s_->schemas.catalog(), s_->schemas.keep_comments());
      });
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
  tell_figures(!batch.records.empty());
  s_->stream->heartbeat_if_due(batch.records);
  if (any && s_->stream->passed_over()) {
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
