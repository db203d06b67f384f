#include "connectors/mysql/mysql_config.hpp"

#include "tandem/base/error.hpp"

#include <utility>

namespace tandem::mysql {
namespace {

using namespace validators;

struct Def {
  ConfigDef def;
  std::string group;

  void add(ConfigType type, std::string name, std::optional<std::optional<std::string>> fallback,
           Importance importance, std::string documentation, Validator validator = nullptr) {
    ConfigKey key;
    key.name = std::move(name);
    key.type = type;
    key.default_value = std::move(fallback);
    key.importance = importance;
    key.documentation = std::move(documentation);
    key.validator = std::move(validator);
    key.group = group;
    def.define(std::move(key));
  }
  void text(std::string name, std::string documentation) {
    add(ConfigType::string, std::move(name), null_default, Importance::medium, std::move(documentation));
  }
  void text(std::string name, std::string fallback, std::string documentation,
            Validator validator = nullptr) {
    add(ConfigType::string, std::move(name), default_to(std::move(fallback)), Importance::medium,
        std::move(documentation), std::move(validator));
  }
  void flag(std::string name, bool fallback, std::string documentation) {
    add(ConfigType::boolean, std::move(name), default_to(fallback ? "true" : "false"), Importance::medium,
        std::move(documentation));
  }
  void number(std::string name, std::int64_t fallback, std::string documentation, std::int64_t min = 0) {
    add(ConfigType::long_, std::move(name), default_to(std::to_string(fallback)), Importance::medium,
        std::move(documentation), at_least(min));
  }
  void list(std::string name, std::string documentation) {
    add(ConfigType::string, std::move(name), null_default, Importance::medium, std::move(documentation),
        regex_list());
  }
};

void connection_keys(Def& d) {
  d.group = "Connection";
  d.add(ConfigType::string, "topic.prefix", no_default, Importance::high,
        "Name of this database server in topics, schemas and offsets.", non_empty());
  d.add(ConfigType::string, "database.hostname", no_default, Importance::high,
        "Host name or address of the server.", non_empty());
  d.add(ConfigType::int_, "database.port", default_to("3306"), Importance::high, "Port of the server.",
        range(1, 65535));
  d.add(ConfigType::string, "database.user", no_default, Importance::high, "User to log in with.",
        non_empty());
  d.add(ConfigType::password, "database.password", null_default, Importance::high, "Password of that user.");
  d.add(ConfigType::long_, "database.server.id", no_default, Importance::high,
        "Replica id, unique among all replicas of the server.", range(1, 4294967295LL));
  d.number("database.server.id.offset", 10000, "No effect: there is one reader of the log.");
  d.text("database.ssl.mode", "preferred", "disabled, preferred, required, verify_ca or verify_identity.",
         one_of({"disabled", "preferred", "required", "verify_ca", "verify_identity", "disable", "trust",
                 "verify-ca", "verify-full"}));
  for (const char* k : {"database.ssl.keystore", "database.ssl.truststore"}) {
    d.text(k, "PEM file.");
  }
  for (const char* k : {"database.ssl.keystore.password", "database.ssl.truststore.password"}) {
    d.add(ConfigType::password, k, null_default, Importance::medium, "Password of that file.");
  }
  d.number("connect.timeout.ms", 30000, "Longest wait for a login.", 1);
  d.number("connection.validation.timeout.ms", 60000, "Limit of the login that validates a configuration.",
           1);
  d.flag("connect.keep.alive", true, "No effect: a lost connection is always made anew.");
  d.number("connect.keep.alive.interval.ms", 60000, "The server is asked to speak at least this often.", 100);
  d.number("database.query.timeout.ms", 600000, "Longest silence of the server in a statement; 0: no limit.");
  d.text("database.initial.statements",
         "Statements, separated by ';', run on each reading connection (';;' is one ';').");
  d.text("database.protocol", "jdbc:mysql", "No effect: there is no JDBC.");
  d.text("database.jdbc.driver", "com.mysql.cj.jdbc.Driver", "No effect: there is no JDBC.");
  d.text("database.connection.factory.class", "Only empty.");
  d.number("binlog.net.read.timeout", 0, "net_read_timeout of the dump session, seconds.");
  d.number("binlog.net.write.timeout", 0, "net_write_timeout of the dump session, seconds.");
  d.flag("use.nongraceful.disconnect", false, "No effect: disconnecting never waits.");
}

void filter_keys(Def& d) {
  d.group = "Filters";
  for (const char* k : {"database.include.list", "database.exclude.list", "table.include.list",
                        "table.exclude.list", "column.include.list", "column.exclude.list",
                        "gtid.source.includes", "gtid.source.excludes", "snapshot.include.collection.list"}) {
    d.list(k, "Comma-separated regular expressions, matched against the whole name.");
  }
  d.flag("table.ignore.builtin", true, "Leave the server's own databases out.");
  d.flag("gtid.source.filter.dml.events", true, "Drop row events of GTID sources that are filtered out.");
  d.flag("gtid.ignore.on.recovery", false, "Restart from file and position although GTIDs are known.");
  d.text("message.key.columns", "Key columns by table: db.table:column1,column2;…");
  d.text("skipped.operations", "t", "Operations that yield no record: c, u, d, t, or none.");
  d.flag("skip.messages.without.change", false, "Drop updates that change no captured column.");
}

void snapshot_keys(Def& d) {
  d.group = "Snapshot";
  d.text("snapshot.mode", "initial", "When to take a snapshot.",
         one_of({"always", "initial", "initial_only", "no_data", "schema_only", "never", "recovery",
                 "schema_only_recovery", "when_needed", "configuration_based", "custom"}));
  d.text(
      "snapshot.locking.mode", "minimal", "How the snapshot gets a consistent start.",
      one_of({"minimal", "minimal_percona", "minimal_percona_no_table_locks", "extended", "none", "custom"}));
  d.text("snapshot.locking.mode.custom.name", "Java class: only empty.");
  d.text("snapshot.query.mode", "select_all", "How rows are selected.", one_of({"select_all", "custom"}));
  d.text("snapshot.query.mode.custom.name", "Java class: only empty.");
  d.text("snapshot.mode.custom.name", "Java class: only empty.");
  for (const char* k : {"snapshot.data", "snapshot.schema", "start.stream", "snapshot.on.schema.error",
                        "snapshot.on.data.error"}) {
    d.flag(std::string("snapshot.mode.configuration.based.") + k, false,
           "Flag of snapshot.mode=configuration_based.");
  }
  d.text("snapshot.select.statement.overrides",
         "Tables with a SELECT of their own (snapshot.select.statement.overrides.DB.TABLE).");
  d.number("snapshot.fetch.size", 0, "No effect: rows are always read as they come.");
  d.number("query.fetch.size", 0, "No effect: rows are always read as they come.");
  d.number("snapshot.max.threads", 1, "No effect: one thread reads the snapshot, table after table.", 1);
  d.number("snapshot.max.threads.multiplier", 1, "No effect.", 1);
  d.flag("legacy.snapshot.max.threads", false, "No effect.");
  d.number("snapshot.lock.timeout.ms", 10000, "Longest wait for the snapshot's locks.");
  d.number("snapshot.delay.ms", 0, "Wait before the snapshot.");
  d.number("streaming.delay.ms", 0, "Wait between snapshot and streaming.");
  d.text("snapshot.tables.order.by.row.count", "disabled", "Order of tables.",
         one_of({"disabled", "ascending", "descending"}));
  d.number("min.row.count.to.stream.results", 1000, "No effect: rows are always read as they come.");
}

void value_keys(Def& d) {
  d.group = "Values";
  d.text("decimal.handling.mode", "precise", "precise, double or string.",
         one_of({"precise", "double", "string"}));
  d.text("time.precision.mode", "adaptive_time_microseconds", "Mapping of times.",
         one_of({"adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"}));
  d.text("bigint.unsigned.handling.mode", "long", "long or precise.", one_of({"long", "precise"}));
  d.text("binary.handling.mode", "bytes", "bytes, base64, base64-url-safe or hex.",
         one_of({"bytes", "base64", "base64-url-safe", "hex"}));
  d.flag("enable.time.adjuster", true, "Two-digit years become four-digit ones.");
  d.text("unavailable.value.placeholder", "__debezium_unavailable_value",
         "No effect on MySQL: row images are full.");
  d.flag("include.schema.comments", false, "Put comments of columns into schemas.");
  d.text("schema.name.adjustment.mode", "none", "none, avro or avro_unicode.",
         one_of({"none", "avro", "avro_unicode"}));
  d.text("field.name.adjustment.mode", "none", "none, avro or avro_unicode.",
         one_of({"none", "avro", "avro_unicode"}));
  d.list("column.propagate.source.type", "Columns whose source type goes into the schema.");
  d.list("datatype.propagate.source.type", "Types whose columns' source type goes into the schema.");
  d.text("converters", "Java classes: only empty.");
  d.text("post.processors", "Java classes: only empty.");
  d.text("event.converting.failure.handling.mode", "warn",
         "A value that has no mapping: becomes null (warn, skip) or stops the task (fail).",
         one_of({"warn", "fail", "skip"}));
}

void event_keys(Def& d) {
  d.group = "Events";
  d.flag("tombstones.on.delete", true, "Follow each delete with a record without value.");
  d.flag("provide.transaction.metadata", false, "BEGIN and END records, and a transaction block in events.");
  d.flag("include.schema.changes", true, "Write schema changes to the topic named by topic.prefix.");
  d.flag("include.query", false, "Put the original statement into source.query.");
  d.flag("extended.headers.enabled", true, "The __debezium.context.* headers.");
  d.number("heartbeat.interval.ms", 0, "Heartbeat records this often; 0: none.");
  d.text("heartbeat.action.query", "Statement to run with each heartbeat.");
  d.text("heartbeat.topics.prefix", "Older name of topic.heartbeat.prefix.");
  d.text("topic.heartbeat.prefix", "__debezium-heartbeat", "Start of the heartbeat topic's name.");
  d.text("topic.heartbeat.name", "Whole name of the heartbeat topic.");
  d.text("topic.transaction", "transaction", "Last part of the transaction topic's name.");
  d.text("topic.delimiter", ".", "Between the parts of a topic name.", non_empty());
  d.number("topic.cache.size", 10000, "No effect.", 1);
  d.text("topic.naming.strategy", "io.debezium.schema.DefaultTopicNamingStrategy", "How topics are named.");
  d.text("sourceinfo.struct.maker", "Java class: only the connector's own.");
  d.text("transaction.metadata.factory", "Java class: only Debezium's default.");
}

void schema_history_keys(Def& d) {
  d.group = "Schema history";
  const std::string p = "schema.history.internal";
  d.text(p, "io.debezium.storage.kafka.history.KafkaSchemaHistory", "Where the history is kept.");
  d.text(p + ".kafka.topic", "Topic of the schema history.");
  d.text(p + ".kafka.bootstrap.servers", "Mapped to the worker's own log.");
  d.number(p + ".kafka.recovery.poll.interval.ms", 100, "Wait of one read.", 1);
  d.number(p + ".kafka.recovery.attempts", 100, "Reads without a record before giving up.", 1);
  d.number(p + ".kafka.query.timeout.ms", 3000, "No effect: the worker's client has its own limit.", 1);
  d.number(p + ".kafka.create.timeout.ms", 30000, "No effect: the worker's client has its own limit.", 1);
  d.flag(p + ".skip.unparseable.ddl", false, "No effect: unknown statements never stop the task.");
  d.flag(p + ".store.only.captured.tables.ddl", false, "Keep only captured tables' shapes.");
  d.flag(p + ".store.only.captured.databases.ddl", false, "Keep only captured databases' shapes.");
  d.flag(p + ".prefer.ddl", false, "No effect: stored shapes are used.");
  d.text("ddl.parser.type", "default", "No effect: there is one reader of DDL.");
  d.flag("resolve.create.table.like.schema", false, "No effect: CREATE TABLE LIKE is always resolved.");
}

void runtime_keys(Def& d) {
  d.group = "Runtime";
  d.number("max.queue.size", 8192, "No effect: what is read ahead is bounded in bytes.", 1);
  d.number("max.batch.size", 2048, "Most records of one batch.", 1);
  d.number("max.queue.size.in.bytes", 0, "Most bytes read ahead; 0: 8 MiB.");
  d.number("poll.interval.ms", 500, "No effect: a lone event leaves at once.", 1);
  d.number("binlog.buffer.size", 0, "No effect: only committed transactions are in the log.");
  d.text("event.processing.failure.handling.mode", "fail", "An event that cannot be read.",
         one_of({"fail", "warn", "skip", "ignore"}));
  d.text("event.deserialization.failure.handling.mode", "fail", "Older name.",
         one_of({"fail", "warn", "skip", "ignore"}));
  d.text("inconsistent.schema.handling.mode", "fail", "A row of a table whose shape is unknown.",
         one_of({"fail", "warn", "skip"}));
  d.add(ConfigType::int_, "errors.max.retries", default_to("-1"), Importance::medium,
        "Most attempts to reach a lost server, one after another; -1: for ever.");
  d.number("retriable.restart.connector.wait.ms", 10000, "Longest pause between attempts to reconnect.", 1);
  d.number("executor.shutdown.timeout.ms", 4000, "No effect.");
  d.flag("read.only", false, "Signals are not read yet: only false.");
  d.text("custom.metric.tags", "Only empty.");
  d.flag("statistics.metrics.enabled", true, "No effect: figures are always counted.");
  d.number("guardrail.collections.max", 0, "Most captured tables; 0: any number.");
  d.text("guardrail.collections.limit.action", "warn", "warn or fail.", one_of({"warn", "fail"}));
  d.text("signal.data.collection", "Signals are not read yet: only empty.");
  d.text("signal.enabled.channels", "source", "Signals are not read yet: only source.");
  d.text("notification.enabled.channels", "Notifications are not sent yet: only empty.");
  d.number("incremental.snapshot.chunk.size", 1024, "Signals are not read yet: only the default.", 1);
  d.text("incremental.snapshot.watermarking.strategy", "INSERT_INSERT",
         "Signals are not read yet: only the default.");
  d.flag("incremental.snapshot.allow.schema.changes", false, "Signals are not read yet: only the default.");
  d.number("signal.poll.interval.ms", 5000, "Signals are not read yet: only the default.", 1);
  d.group = "Links";
  d.text("sync.link", "The link that this source belongs to.");
  d.text("sync.origin", "Name of this database in the link.");
}

}  // namespace

const ConfigDef& source_config_def() {
  static const ConfigDef def = [] {
    Def d;
    connection_keys(d);
    filter_keys(d);
    snapshot_keys(d);
    value_keys(d);
    event_keys(d);
    schema_history_keys(d);
    runtime_keys(d);
    return std::move(d.def);
  }();
  return def;
}

ConnectionOptions connection_options(const Config& c) {
  ConnectionOptions o;
  o.host = c.string("database.hostname");
  o.port = static_cast<std::uint16_t>(c.integer("database.port"));
  o.user = c.string("database.user");
  o.password = c.string("database.password");
  o.connect_timeout = std::chrono::seconds(std::max<std::int64_t>(1, c.integer("connect.timeout.ms") / 1000));
  if (!parse_tls_mode(c.string("database.ssl.mode"), o.tls)) {
    raise(ErrorKind::config,
          "Invalid value " + c.string("database.ssl.mode") + " for configuration database.ssl.mode",
          "use disabled, preferred, required, verify_ca or verify_identity");
  }
  o.ca_file = c.string("database.ssl.truststore");
  o.cert_file = o.key_file = c.string("database.ssl.keystore");
  o.key_passphrase = c.string("database.ssl.keystore.password");
  return o;
}

ConnectionOptions reading_options(const Config& c) {
  ConnectionOptions o = connection_options(c);
  o.read_timeout = std::chrono::seconds((c.integer("database.query.timeout.ms") + 999) / 1000);
  // ';;' stands for a ';' inside of a statement.
  const std::string& text = c.string("database.initial.statements");
  std::string statement;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i + 1 < text.size() && text[i] == ';' && text[i + 1] == ';') {
      statement += text[++i];
    } else if (i == text.size() || text[i] == ';') {
      if (statement.find_first_not_of(" \t\r\n") != std::string::npos) {
        o.session_statements.push_back(statement);
      }
      statement.clear();
    } else {
      statement += text[i];
    }
  }
  return o;
}

ConnectionOptions dump_options(const Config& c) {
  ConnectionOptions o = connection_options(c);
  for (const auto& [key, variable] : {std::pair{"binlog.net.read.timeout", "net_read_timeout"},
                                      std::pair{"binlog.net.write.timeout", "net_write_timeout"}}) {
    if (const auto seconds = c.integer(key); seconds > 0) {
      o.session_statements.push_back(std::string("SET SESSION ") + variable + " = " +
                                     std::to_string(seconds));
    }
  }
  return o;
}

relational::NameFilter gtid_sources(const Config& c) {
  return {"gtid.source.includes", c.string("gtid.source.includes"), "gtid.source.excludes",
          c.string("gtid.source.excludes")};
}

FailureMode failure_mode(const Config& c, const std::string& key) {
  const std::string& word = c.string(key);
  return word == "fail" ? FailureMode::fail : word == "warn" ? FailureMode::warn : FailureMode::skip;
}

FailureMode event_failures(const Config& c) {
  const char* old = "event.deserialization.failure.handling.mode";
  const char* key = "event.processing.failure.handling.mode";
  return failure_mode(c, !c.given(key) && c.given(old) ? old : key);
}

relational::CaptureFilter::Lists capture_lists(const Config& c) {
  const auto filter = [&](const std::string& what) {
    return relational::NameFilter(what + ".include.list", c.string(what + ".include.list"),
                                  what + ".exclude.list", c.string(what + ".exclude.list"));
  };
  relational::CaptureFilter::Lists lists;
  lists.databases = filter("database");
  lists.tables = filter("table");
  lists.columns = filter("column");
  lists.ignore_builtin = c.boolean("table.ignore.builtin");
  return lists;
}

relational::TopicNaming::Options topic_options(const Config& c) {
  relational::TopicNaming::Options o;
  o.prefix = c.string("topic.prefix");
  o.delimiter = c.string("topic.delimiter");
  o.heartbeat_prefix = c.given("topic.heartbeat.prefix") || c.string("heartbeat.topics.prefix").empty()
                           ? c.string("topic.heartbeat.prefix")
                           : c.string("heartbeat.topics.prefix");
  o.heartbeat_name = c.string("topic.heartbeat.name");
  o.transaction = c.string("topic.transaction");
  o.unicode = c.string("topic.naming.strategy").ends_with("UnicodeTopicNamingStrategy");
  return o;
}

}  // namespace tandem::mysql
