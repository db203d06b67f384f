#include "connectors/mysql/mysql_config.hpp"
#include "connectors/relational/model/filters.hpp"
#include "connectors/sync/provenance.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tandem::mysql {
namespace {

/// A setting of which only one value can be honoured (besides none at all).
struct Only {
  std::string_view key, value, why;
};
constexpr std::string_view kJava = "it names Java classes and this worker runs none. Remove it";
constexpr std::string_view kSignals = "signals and ad-hoc snapshots are not available yet. Remove it";
constexpr std::string_view kStrategy =
    "it belongs to a topic naming strategy that is not known here. Use the transform RegexRouter";
constexpr auto kOnly = std::to_array<Only>({
    {"database.connection.factory.class", "", kJava},
    {"snapshot.locking.mode.custom.name", "", kJava},
    {"snapshot.query.mode.custom.name", "", kJava},
    {"snapshot.mode.custom.name", "", kJava},
    {"converters", "", kJava},
    {"post.processors", "", kJava},
    {"transaction.metadata.factory", "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory",
     kJava},
    {"memory.management.schemas.class", "io.debezium.relational.ConcurrentMapTableMappingStorage", kJava},
    {"memory.management.tables.class", "io.debezium.relational.ConcurrentMapTableMappingStorage", kJava},
    {"queue.provider.type", "memory", kJava},
    {"internal.custom.retriable.exception", "", "it matches Java exceptions. Remove it"},
    {"internal.log.position.check.enable", "true", "a start past purged logs would lose changes. Remove it"},
    {"schema.history.internal", "io.debezium.storage.kafka.history.KafkaSchemaHistory",
     "it is not known here. Use io.debezium.storage.kafka.history.KafkaSchemaHistory"},
    {"signal.data.collection", "", kSignals},
    {"signal.enabled.channels", "source", kSignals},
    {"signal.kafka.topic", "", kSignals},
    {"signal.kafka.bootstrap.servers", "", kSignals},
    {"signal.kafka.groupId", "kafka-signal", kSignals},
    {"signal.kafka.poll.timeout.ms", "0", kSignals},
    {"signal.file", "file-signals.txt", kSignals},
    {"signal.poll.interval.ms", "5000", kSignals},
    {"signal.emit.failure.max.retries", "0", kSignals},
    {"signal.emit.failure.backoff.ms", "10000", kSignals},
    {"incremental.snapshot.chunk.size", "1024", kSignals},
    {"incremental.snapshot.watermarking.strategy", "insert_insert", kSignals},
    {"incremental.snapshot.allow.schema.changes", "false", kSignals},
    {"read.only", "false", kSignals},
    {"notification.enabled.channels", "", "notifications are not sent yet. Remove it"},
    {"notification.sink.topic.name", "", "notifications are not sent yet. Remove it"},
    {"openlineage.integration.enabled", "false", "OpenLineage is not available. Remove it"},
    {"custom.metric.tags", "", "metrics carry the connector's name and no further tags. Remove it"},
    {"topic.regex", "", kStrategy},
    {"topic.replacement", "", kStrategy},
    {"topic.key.enforce.uniqueness", "true", kStrategy},
    {"topic.key.field.name", "", kStrategy},
    {"topic.key.field.regex", "", kStrategy},
    {"topic.key.field.replacement", "", kStrategy},
    {"snapshot.mode", "custom", "it needs a Java class. Use initial, no_data or when_needed"},
    {"snapshot.locking.mode", "custom", "it needs a Java class. Use minimal, extended or none"},
    {"snapshot.query.mode", "custom", "it needs a Java class. Use select_all"},
});
constexpr std::string_view kOverrides = "snapshot.select.statement.overrides";

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string trimmed(const std::string& s) {
  const auto first = s.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : s.substr(first, s.find_last_not_of(" \t\r\n") - first + 1);
}

using Refused = std::vector<std::pair<std::string, std::string>>;

void refuse(Refused& out, const std::string& key, const std::string& value, std::string_view why) {
  out.emplace_back(key, key + "=" + value + " cannot be honoured: " + std::string(why));
}

void refuse_stores(const Config& c, Refused& out) {
  for (const char* name : {"database.ssl.keystore", "database.ssl.truststore"}) {
    const std::string key = name, &file = c.string(name);
    if (file.ends_with(".jks")) {
      out.emplace_back(key, key + "=" + file +
                                " is a Java keystore; certificates are read as PEM. Convert it: keytool "
                                "-importkeystore -srckeystore " +
                                file +
                                " -destkeystore store.p12 -deststoretype PKCS12 && openssl pkcs12 -in "
                                "store.p12 -out store.pem");
    } else if (file.ends_with(".p12") || file.ends_with(".pfx")) {
      out.emplace_back(
          key, key + "=" + file +
                   " is a PKCS12 store; certificates are read as PEM. Convert it: openssl pkcs12 -in " +
                   file + " -out store.pem");
    }
  }
}

void refuse_overrides(const Config& c, Refused& out) {
  const auto listed = relational::split_regex_list(c.string(kOverrides));
  for (const auto& table : listed) {
    const std::string key = std::string(kOverrides) + "." + table;
    if (trimmed(get_or(c.originals(), key, "")).empty()) {
      out.emplace_back(key, std::string(kOverrides) + " names " + table + ", and " + key +
                                " is not set. Write its SELECT there");
    }
  }
  for (const auto& [table, statement] : c.with_prefix(std::string(kOverrides) + ".")) {
    if (std::find(listed.begin(), listed.end(), table) == listed.end()) {
      out.emplace_back(std::string(kOverrides) + "." + table,
                       std::string(kOverrides) + " does not name " + table +
                           ". Add it there: " + std::string(kOverrides) + "=" + table);
    }
  }
}

void refuse_link(const Config& c, Refused& out) {
  const std::string &link = c.string("sync.link"), &origin = c.string("sync.origin");
  if (link.empty() && origin.empty()) {
    return;
  }
  for (const auto& [key, value] : {std::pair{"sync.link", link}, std::pair{"sync.origin", origin}}) {
    if (const std::string problem = sync::name_problem(value); !problem.empty()) {
      out.emplace_back(key, std::string(key) + "=" + value + " " + problem +
                                ". A link needs both: sync.link names the link, sync.origin "
                                "this database in it");
    }
  }
}

}  // namespace

Refused refused_settings(const Config& c) {
  Refused out;
  for (const auto& only : kOnly) {
    const std::string key(only.key), value = trimmed(get_or(c.originals(), key, ""));
    const bool forbidden =
        only.value == "custom" ? same_word(value, "custom") : !same_word(value, only.value);
    if (!value.empty() && forbidden) {
      refuse(out, key, value, only.why);
    }
  }
  constexpr std::array<std::string_view, 4> kStrategies = {
      "io.debezium.schema.DefaultTopicNamingStrategy", "io.debezium.schema.SchemaTopicNamingStrategy",
      "io.debezium.schema.DefaultUnicodeTopicNamingStrategy",
      "io.debezium.schema.SchemaUnicodeTopicNamingStrategy"};
  if (const auto& s = c.string("topic.naming.strategy");
      std::find(kStrategies.begin(), kStrategies.end(), s) == kStrategies.end()) {
    refuse(out, "topic.naming.strategy", s,
           "it is not known here. Use io.debezium.schema.DefaultTopicNamingStrategy");
  }
  if (const auto& s = c.string("sourceinfo.struct.maker");
      !s.empty() && s != "io.debezium.connector.mysql.MySqlSourceInfoStructMaker" &&
      s != "io.debezium.connector.mariadb.MariaDbSourceInfoStructMaker") {
    refuse(out, "sourceinfo.struct.maker", s, kJava);
  }
  if (c.string("schema.history.internal.kafka.topic").empty()) {
    out.emplace_back("schema.history.internal.kafka.topic",
                     "schema.history.internal.kafka.topic is required. Name a topic of "
                     "one partition, such as schema-changes." +
                         c.string("topic.prefix"));
  }
  if (const auto tasks = get_or(c.originals(), "tasks.max", "1"); tasks != "1") {
    out.emplace_back("tasks.max",
                     "tasks.max=" + tasks + ": a MySQL source has exactly one task. Set tasks.max to 1");
  }
  if (c.given("gtid.source.includes") && c.given("gtid.source.excludes") &&
      !c.string("gtid.source.includes").empty() && !c.string("gtid.source.excludes").empty()) {
    refuse(out, "gtid.source.excludes", c.string("gtid.source.excludes"),
           "gtid.source.includes is set, too. Remove one of the two");
  }
  if (!c.string("heartbeat.action.query").empty() && c.integer("heartbeat.interval.ms") == 0) {
    refuse(out, "heartbeat.action.query", c.string("heartbeat.action.query"),
           "it runs with each heartbeat, and heartbeat.interval.ms is 0. Set heartbeat.interval.ms");
  }
  if (c.integer("max.queue.size") <= c.integer("max.batch.size") && c.given("max.queue.size")) {
    refuse(out, "max.queue.size", std::to_string(c.integer("max.queue.size")),
           "it must be larger than max.batch.size (" + std::to_string(c.integer("max.batch.size")) +
               "). Raise it");
  }
  if (c.string("snapshot.mode") == "configuration_based") {
    const std::string prefix = "snapshot.mode.configuration.based.";
    const auto needs = [&](const std::string& key, const std::string& other) {
      if (c.boolean(prefix + key) && !c.boolean(prefix + other)) {
        refuse(out, prefix + key, "true", "it needs " + prefix + other + "=true. Set that, too");
      }
    };
    needs("snapshot.data", "snapshot.schema");
    needs("snapshot.on.data.error", "snapshot.data");
  }
  refuse_stores(c, out);
  refuse_overrides(c, out);
  refuse_link(c, out);
  return out;
}

std::vector<std::string> settings_without_effect(const Config& c) {
  std::vector<std::string> out;
  const ConfigDef& def = source_config_def();
  for (const auto& [name, value] : c.originals()) {
    const ConfigKey* key = def.find(name);
    const bool of_driver = name.starts_with("driver.") || name.starts_with("database.");
    const bool idle = key != nullptr ? key->documentation.starts_with("No effect") &&
                                           value != key->default_value.value_or(std::nullopt)
                                     : of_driver || name.starts_with("snapshot.max.threads.multiplier.") ||
                                           name == "custom.sanitize.pattern";
    if (idle) {
      out.push_back(name);
    }
  }
  return out;
}

}  // namespace tandem::mysql
