#include "connectors/postgres/settings.hpp"

#include "connectors/postgres/config_keys.hpp"
#include "connectors/sync/provenance.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <boost/nowide/utf/convert.hpp>
#include <cctype>
#include <iterator>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

template <class T>
T choose(const Config& c, const char* key, std::initializer_list<std::pair<const char*, T>> words) {
  std::string allowed;
  for (const auto& [word, value] : words) {
    if (c.string(key) == word) {
      return value;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(word);
  }
  raise(ErrorKind::config, fmt::format("{}={} is not known", key, c.string(key)),
        fmt::format("set it to one of {}", allowed));
}

std::string need(const Config& c, const char* key) {
  if (c.string(key).empty()) {
    raise(ErrorKind::config, fmt::format("{} is required and has no value", key));
  }
  return c.string(key);
}

void refuse(const Config& c, const char* key, std::string_view unless, const char* remedy) {
  const std::string given = get_or(c.originals(), key, "");
  const bool allowed =
      std::equal(given.begin(), given.end(), unless.begin(), unless.end(),
                 [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
  if (!given.empty() && !allowed) {
    raise(ErrorKind::config, fmt::format("{}={} cannot be honoured", key, given), remedy);
  }
}

std::string placeholder_bytes(const Config& c) {
  constexpr const char* key = "unavailable.value.placeholder";
  const std::string given = c.string(key);
  if (!given.starts_with("hex:")) {
    return given;
  }
  std::string out;
  try {
    boost::algorithm::unhex(given.begin() + 4, given.end(), std::back_inserter(out));
  } catch (const boost::algorithm::hex_decode_error&) {
    raise(ErrorKind::config, fmt::format("{}={} is no hexadecimal text", key, given),
          "give an even number of hexadecimal digits behind hex:");
  }
  return out;
}

constexpr std::chrono::milliseconds kLongestPollInterval{500};  // Debezium's default

std::string text(const Config& c, const char* key) { return get_or(c.originals(), key, ""); }

void refuse_what_cannot_be_honoured(const Config& c) {
  refuse(c, "plugin.name", "pgoutput", "set plugin.name=pgoutput: it is part of every PostgreSQL from 10 on");
  refuse(c, "snapshot.mode.custom.name", "",
         "Java classes cannot be loaded: use one of the built-in snapshot modes");
  refuse(c, "snapshot.query.mode.custom.name", "",
         "Java classes cannot be loaded: use snapshot.select.statement.overrides");
  refuse(c, "snapshot.locking.mode.custom.name", "", "Java classes cannot be loaded: use none or shared");
  refuse(c, "snapshot.query.mode", "select_all", "remove it, or set select_all");
  refuse(c, "converters", "", "Java classes cannot be loaded: remove it");
  refuse(c, "post.processors", "", "post processors are not available: remove it");
  refuse(c, "database.sslfactory", "", "Java classes cannot be loaded: use database.sslmode and PEM files");
  refuse(c, "database.connection.factory.class", "", "Java classes cannot be loaded: remove it");
  refuse(c, "topic.naming.strategy", "io.debezium.schema.SchemaTopicNamingStrategy",
         "only SchemaTopicNamingStrategy is available: remove it");
  refuse(c, "sourceinfo.struct.maker", "io.debezium.connector.postgresql.PostgresSourceInfoStructMaker",
         "Java classes cannot be loaded: remove it");
  refuse(c, "transaction.metadata.factory",
         "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory",
         "Java classes cannot be loaded: remove it");
  refuse(c, "signal.data.collection", "", "signals and ad-hoc snapshots are not available yet: remove it");
  for (const auto& [key, only] :
       {std::pair{"signal.enabled.channels", "source"}, std::pair{"signal.kafka.topic", ""},
        std::pair{"signal.kafka.bootstrap.servers", ""}, std::pair{"signal.file", "file-signals.txt"},
        std::pair{"incremental.snapshot.chunk.size", "1024"},
        std::pair{"incremental.snapshot.watermarking.strategy", "INSERT_INSERT"},
        std::pair{"incremental.snapshot.allow.schema.changes", "false"}, std::pair{"read.only", "false"}}) {
    refuse(c, key, only, "signals and ad-hoc snapshots are not available yet: remove it");
  }
  refuse(c, "queue.provider.type", "memory", "batches are kept in memory: remove it");
  refuse(c, "internal.custom.retriable.exception", "", "Java exceptions do not occur here: remove it");
  refuse(c, "notification.enabled.channels", "log",
         "only the log channel is available: set log or remove it");
  refuse(c, "openlineage.integration.enabled", "false", "OpenLineage is not available: remove it");
}

SnapshotPolicy snapshot_policy(const Config& c) {
  using Data = SnapshotPolicy::Data;
  if (c.string("snapshot.mode") == "configuration_based") {
    const auto flag = [&](const char* name) {
      return c.boolean(std::string("snapshot.mode.configuration.based.") + name);
    };
    return {flag("snapshot.data") ? Data::always : Data::never, flag("snapshot.on.data.error"),
            flag("start.stream")};
  }
  return choose<SnapshotPolicy>(c, "snapshot.mode",
                                {{"initial", {}},
                                 {"always", {Data::always, false, true}},
                                 {"initial_only", {Data::once, false, false}},
                                 {"no_data", {Data::never, false, true}},
                                 {"never", {Data::never, false, true}},
                                 {"when_needed", {Data::once, true, true}},
                                 {"configuration_based", {}}});
}

/// Statements of database.initial.statements; a doubled semicolon stands for one inside a statement.
std::vector<std::string> initial_statements(const std::string& text) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ';') {
      out.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ';') {
      out.back() += text[i++];
    } else {
      out.emplace_back();
    }
  }
  std::erase_if(out,
                [](const std::string& s) { return s.find_first_not_of(" \t\r\n") == std::string::npos; });
  return out;
}

/// Knobs of a Java runtime that has no counterpart: they change neither events nor guarantees.
std::vector<std::string> without_effect(const ConfigMap& map) {
  static constexpr const char* kNames[] = {"database.query.timeout.ms",
                                           "max.queue.size",
                                           "max.queue.size.in.bytes",
                                           "snapshot.fetch.size",
                                           "snapshot.max.threads",
                                           "snapshot.max.threads.multiplier",
                                           "legacy.snapshot.max.threads",
                                           "query.fetch.size",
                                           "lsn.flush.timeout.ms",
                                           "lsn.flush.timeout.action",
                                           "incremental.snapshot.watermarking.strategy",
                                           "incremental.snapshot.chunk.size",
                                           "incremental.snapshot.allow.schema.changes",
                                           "read.only",
                                           "signal.poll.interval.ms",
                                           "signal.emit.failure.max.retries",
                                           "signal.emit.failure.backoff.ms",
                                           "signal.kafka.topic",
                                           "signal.kafka.bootstrap.servers",
                                           "signal.kafka.groupId",
                                           "signal.kafka.poll.timeout.ms",
                                           "signal.file",
                                           "notification.sink.topic.name",
                                           "executor.shutdown.timeout.ms",
                                           "memory.management.schemas.class",
                                           "memory.management.tables.class",
                                           "schema.refresh.mode",
                                           "custom.sanitize.pattern",
                                           "custom.metric.tags",
                                           "statistics.metrics.enabled",
                                           "topic.cache.size",
                                           "internal.legacy.snapshot.max.threads",
                                           "internal.log.position.check.enable",
                                           "internal.advanced.metrics.enable",
                                           "internal.snapshot.scan.all.columns.force",
                                           "internal.create.slot.command.timeout",
                                           "internal.offset.activity.monitor.interval.ms",
                                           "snapshot.mode.configuration.based.snapshot.schema",
                                           "snapshot.mode.configuration.based.snapshot.on.schema.error"};
  std::vector<std::string> out;
  for (const char* name : kNames) {
    if (map.contains(name)) {
      out.emplace_back(name);
    }
  }
  return out;
}

TypeSettings type_settings(const Config& c) {
  TypeSettings t;
  t.time = choose<TimePrecision>(c, "time.precision.mode",
                                 {{"adaptive", TimePrecision::adaptive},
                                  {"adaptive_time_microseconds", TimePrecision::adaptive_microseconds},
                                  {"connect", TimePrecision::connect},
                                  {"isostring", TimePrecision::isostring},
                                  {"microseconds", TimePrecision::microseconds},
                                  {"nanoseconds", TimePrecision::nanoseconds}});
  t.decimal = choose<DecimalMode>(
      c, "decimal.handling.mode",
      {{"precise", DecimalMode::precise}, {"double", DecimalMode::real}, {"string", DecimalMode::string}});
  t.binary = choose<BinaryMode>(c, "binary.handling.mode",
                                {{"bytes", BinaryMode::bytes},
                                 {"base64", BinaryMode::base64},
                                 {"base64-url-safe", BinaryMode::base64_url_safe},
                                 {"hex", BinaryMode::hex}});
  t.interval_as_string = choose<bool>(c, "interval.handling.mode", {{"numeric", false}, {"string", true}});
  t.hstore_as_map = choose<bool>(c, "hstore.handling.mode", {{"json", false}, {"map", true}});
  t.money_digits = static_cast<int>(c.integer("money.fraction.digits"));
  t.include_unknown = c.boolean("include.unknown.datatypes");
  t.placeholder_bytes = placeholder_bytes(c);
  // As Java reads text: what is no UTF-8 becomes U+FFFD.
  t.placeholder = boost::nowide::utf::convert_string<char>(
      t.placeholder_bytes.data(), t.placeholder_bytes.data() + t.placeholder_bytes.size());
  t.on_bad_value = choose<FailureMode>(
      c, "event.converting.failure.handling.mode",
      {{"fail", FailureMode::fail}, {"warn", FailureMode::warn}, {"skip", FailureMode::skip}});
  return t;
}

}  // namespace

std::vector<std::string> session_settings() {
  return {"SET DateStyle TO 'ISO, YMD'", "SET IntervalStyle TO postgres",
          "SET TimeZone TO 'UTC'",       "SET bytea_output TO hex",
          "SET lc_monetary TO 'C'",      "SET extra_float_digits TO 1",
          "SET statement_timeout TO 0",  "SET idle_in_transaction_session_timeout TO 0"};
}

Settings parse_settings(const ConfigMap& map) {
  const Config c(config_keys(), map);
  refuse_what_cannot_be_honoured(c);
  Settings s;
  s.originals = map;
  s.connection.host = need(c, "database.hostname");
  s.connection.port = static_cast<int>(c.integer("database.port"));
  s.connection.user = need(c, "database.user");
  s.connection.password = c.string("database.password");
  s.connection.dbname = s.database = need(c, "database.dbname");
  s.connection.sslmode = choose<std::string>(c, "database.sslmode",
                                             {{"disable", "disable"},
                                              {"allow", "allow"},
                                              {"prefer", "prefer"},
                                              {"require", "require"},
                                              {"verify-ca", "verify-ca"},
                                              {"verify-full", "verify-full"}});
  s.connection.sslcert = c.string("database.sslcert");
  s.connection.sslkey = c.string("database.sslkey");
  s.connection.sslpassword = c.string("database.sslpassword");
  s.connection.sslrootcert = c.string("database.sslrootcert");
  s.connection.tcp_keepalives = c.boolean("database.tcpKeepAlive");
  s.connection.application_name = "Tandem " + need(c, "topic.prefix");
  s.connection.session_statements = session_settings();
  for (auto& statement : initial_statements(c.string("database.initial.statements"))) {
    s.connection.session_statements.push_back(std::move(statement));
  }
  s.prefix = c.string("topic.prefix");
  s.slot = c.string("slot.name");
  if (s.slot.empty() || s.slot.size() > 63 ||
      s.slot.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
    raise(ErrorKind::config, fmt::format("slot.name={} is no name for a replication slot", s.slot),
          "use 1 to 63 of a-z, 0-9 and _");
  }
  s.publication = need(c, "publication.name");
  s.publication_mode = choose<std::string>(c, "publication.autocreate.mode",
                                           {{"all_tables", "all_tables"},
                                            {"filtered", "filtered"},
                                            {"no_tables", "no_tables"},
                                            {"disabled", "disabled"}});
  s.replica_identities = c.string("replica.identity.autoset.values");
  s.stream_params = c.string("slot.stream.params");
  s.drop_slot = c.boolean("slot.drop.on.stop");
  s.failover_slot = c.boolean("slot.failover");
  s.via_root = c.boolean("publish.via.partition.root");
  s.snapshot = snapshot_policy(c);
  s.isolation_mode = choose<std::string>(c, "snapshot.isolation.mode",
                                         {{"serializable", "SERIALIZABLE READ ONLY DEFERRABLE"},
                                          {"repeatable_read", "REPEATABLE READ"},
                                          {"read_committed", "READ COMMITTED"},
                                          {"read_uncommitted", "READ UNCOMMITTED"}});
  s.locking_mode = choose<std::string>(c, "snapshot.locking.mode", {{"none", "none"}, {"shared", "shared"}});
  s.mismatch_strategy = choose<std::string>(c, "offset.mismatch.strategy",
                                            {{"no_validation", "no_validation"},
                                             {"trust_offset", "trust_offset"},
                                             {"trust_slot", "trust_slot"},
                                             {"trust_greater_lsn", "trust_greater_lsn"}});
  if (c.boolean("internal.slot.seek.to.known.offset.on.start") && !c.given("offset.mismatch.strategy")) {
    s.mismatch_strategy = "trust_offset";
  }
  for (const std::string& id : relational::split_regex_list(text(c, "snapshot.select.statement.overrides"))) {
    s.select_overrides[id] = get_or(map, "snapshot.select.statement.overrides." + id, "");
  }
  if (c.given("snapshot.include.collection.list")) {
    s.snapshot_tables = relational::PatternList("snapshot.include.collection.list",
                                                text(c, "snapshot.include.collection.list"));
  }
  s.snapshot_delay = c.millis("snapshot.delay.ms");
  s.streaming_delay = c.millis("streaming.delay.ms");
  s.lock_timeout = c.millis("snapshot.lock.timeout.ms");
  s.status_interval = c.millis("status.update.interval.ms");
  s.heartbeat_interval = c.millis("heartbeat.interval.ms");
  s.heartbeat_query = c.string("heartbeat.action.query");
  s.queue_places = c.integer("max.queue.size");
  s.max_batch = static_cast<std::size_t>(std::max<std::int64_t>(1, c.integer("max.batch.size")));
  s.transaction_metadata = c.boolean("provide.transaction.metadata");
  s.extended_headers = c.boolean("extended.headers.enabled");
  s.on_bad_event = choose<FailureMode>(c, "event.processing.failure.handling.mode",
                                       {{"fail", FailureMode::fail},
                                        {"warn", FailureMode::warn},
                                        {"skip", FailureMode::skip},
                                        {"ignore", FailureMode::skip}});
  s.flush_lsn = c.given("lsn.flush.mode")
                    ? choose<bool>(c, "lsn.flush.mode",
                                   {{"connector", true}, {"connector_and_driver", true}, {"manual", false}})
                    : c.boolean("flush.lsn.source");
  s.xmin_interval = c.millis("xmin.fetch.interval.ms");
  s.max_retries = c.integer("errors.max.retries");
  s.retry_wait = c.millis("retriable.restart.connector.wait.ms");
  s.slot_max_retries = c.given("slot.max.retries") ? c.integer("slot.max.retries") : -1;
  s.slot_retry_delay = c.millis("slot.retry.delay.ms");
  s.validation_timeout = c.millis("connection.validation.timeout.ms");
  s.most_tables = static_cast<std::size_t>(std::max<std::int64_t>(0, c.integer("guardrail.collections.max")));
  s.fail_above_most_tables =
      choose<bool>(c, "guardrail.collections.limit.action", {{"warn", false}, {"fail", true}});
  s.table_order =
      choose<std::string>(c, "snapshot.tables.order.by.row.count",
                          {{"disabled", ""}, {"ascending", "ascending"}, {"descending", "descending"}});
  s.without_effect = without_effect(map);
  s.types = type_settings(c);
  s.topics = {s.prefix, c.string("topic.delimiter"), c.string("topic.heartbeat.prefix"),
              c.string("topic.heartbeat.name"), c.string("topic.transaction")};
  if (!c.given("topic.heartbeat.prefix") && c.given("heartbeat.topics.prefix")) {
    s.topics.heartbeat_prefix = c.string("heartbeat.topics.prefix");
  }
  const auto filter = [&](const char* include, const char* exclude) {
    return relational::NameFilter(include, text(c, include), exclude, text(c, exclude));
  };
  s.filter.schemas = filter("schema.include.list", "schema.exclude.list");
  s.filter.tables = filter("table.include.list", "table.exclude.list");
  s.filter.columns = filter("column.include.list", "column.exclude.list");
  s.filter.ignore_builtin = c.boolean("table.ignore.builtin");
  s.message_prefixes = filter("message.prefix.include.list", "message.prefix.exclude.list");
  s.records.tombstones = c.boolean("tombstones.on.delete");
  s.records.skip_unchanged = c.boolean("skip.messages.without.change");
  s.records.skipped_operations = relational::parse_skipped_operations(get_or(map, "skipped.operations", "t"));
  s.schema_names = relational::parse_name_adjustment("schema.name.adjustment.mode",
                                                     c.string("schema.name.adjustment.mode"));
  s.field_names =
      relational::parse_name_adjustment("field.name.adjustment.mode", c.string("field.name.adjustment.mode"));
  s.key_columns = c.string("message.key.columns");
  s.link = c.string("sync.link");
  if (s.link.empty()) {
    s.catalogue_age = std::min(c.millis("poll.interval.ms"), kLongestPollInterval) / 2;
  }
  s.origin = c.string("sync.origin");
  if (!s.link.empty() || !s.origin.empty()) {
    for (const auto& [key, value] : {std::pair{"sync.link", s.link}, std::pair{"sync.origin", s.origin}}) {
      if (const std::string problem = sync::name_problem(value); !problem.empty()) {
        raise(ErrorKind::config, fmt::format("{}={}: {}", key, value, problem),
              "a link needs both sync.link and sync.origin");
      }
    }
  }
  return s;
}

}  // namespace tandem::postgres_source
