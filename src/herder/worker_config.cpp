#include "herder/worker_config.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <unistd.h>

namespace tandem::herder {
namespace {

constexpr std::string_view kNoEffect = "Accepted for compatibility with Kafka Connect; has no effect.";

/// Prefixes whose keys are handed on to others.
constexpr std::array<std::string_view, 16> kPrefixes{"producer.",
                                                     "consumer.",
                                                     "admin.",
                                                     "key.converter.",
                                                     "value.converter.",
                                                     "header.converter.",
                                                     "internal.key.converter.",
                                                     "internal.value.converter.",
                                                     "config.providers.",
                                                     "config.storage.",
                                                     "offset.storage.",
                                                     "status.storage.",
                                                     "metrics.context.",
                                                     "ssl.",
                                                     "sasl.",
                                                     "listeners.https."};

void required(ConfigDef& def, std::string name, std::string documentation) {
  def.define({.name = std::move(name),
              .default_value = no_default,
              .importance = Importance::high,
              .documentation = std::move(documentation)});
}

void text(ConfigDef& def, std::string name, std::string value, std::string documentation,
          Importance importance = Importance::low) {
  def.define({.name = std::move(name),
              .default_value = default_to(std::move(value)),
              .importance = importance,
              .documentation = std::move(documentation)});
}

void list(ConfigDef& def, std::string name, std::string value, std::string documentation) {
  def.define({.name = std::move(name),
              .type = ConfigType::list,
              .default_value = default_to(std::move(value)),
              .importance = Importance::low,
              .documentation = std::move(documentation)});
}

void number(ConfigDef& def, std::string name, std::string value, std::string documentation,
            Validator validator = nullptr) {
  def.define({.name = std::move(name),
              .type = ConfigType::long_,
              .default_value = default_to(std::move(value)),
              .importance = Importance::low,
              .documentation = std::move(documentation),
              .validator = std::move(validator)});
}

void flag(ConfigDef& def, std::string name, std::string value, std::string documentation) {
  def.define({.name = std::move(name),
              .type = ConfigType::boolean,
              .default_value = default_to(std::move(value)),
              .importance = Importance::low,
              .documentation = std::move(documentation)});
}

void optional(ConfigDef& def, std::string name, std::string documentation) {
  def.define({.name = std::move(name),
              .default_value = null_default,
              .importance = Importance::low,
              .documentation = std::move(documentation)});
}

constexpr auto kIgnored = std::to_array<std::string_view>({"plugin.path",
                                                           "plugin.discovery",
                                                           "metric.reporters",
                                                           "metrics.sample.window.ms",
                                                           "metrics.num.samples",
                                                           "metrics.recording.level",
                                                           "auto.include.jmx.reporter",
                                                           "connect.protocol",
                                                           "scheduled.rebalance.max.delay.ms",
                                                           "worker.sync.timeout.ms",
                                                           "worker.unsync.backoff.ms",
                                                           "inter.worker.key.generation.algorithm",
                                                           "inter.worker.key.size",
                                                           "inter.worker.key.ttl.ms",
                                                           "inter.worker.signature.algorithm",
                                                           "inter.worker.verification.algorithms",
                                                           "internal.key.converter",
                                                           "internal.value.converter",
                                                           "rest.extension.classes",
                                                           "session.timeout.ms",
                                                           "heartbeat.interval.ms",
                                                           "rebalance.timeout.ms",
                                                           "client.dns.lookup",
                                                           "metadata.max.age.ms",
                                                           "send.buffer.bytes",
                                                           "receive.buffer.bytes",
                                                           "reconnect.backoff.ms",
                                                           "reconnect.backoff.max.ms",
                                                           "socket.connection.setup.timeout.ms",
                                                           "socket.connection.setup.timeout.max.ms",
                                                           "retry.backoff.ms",
                                                           "retry.backoff.max.ms",
                                                           "request.timeout.ms",
                                                           "connections.max.idle.ms",
                                                           "metadata.recovery.strategy",
                                                           "metadata.recovery.rebootstrap.trigger.ms",
                                                           "key.converter.plugin.version",
                                                           "value.converter.plugin.version",
                                                           "header.converter.plugin.version",
                                                           "connector.client.config.override.allowlist",
                                                           "offset.storage.file.filename",
                                                           "rest.advertised.listener",
                                                           "task.shutdown.timeout.ms",
                                                           "rest.host.name",
                                                           "rest.port",
                                                           "config.action.reload",
                                                           "internal.topics.automatic.creation.enable"});

ConfigDef build() {
  ConfigDef def;
  list(def, "bootstrap.servers", "localhost:9092",
       "Kafka brokers host:port, or embedded:DIR for the built-in log in DIR.");
  required(def, "group.id", "Name of this worker group.");
  required(def, "key.converter", "Converter of record keys.");
  required(def, "value.converter", "Converter of record values.");
  text(def, "header.converter", "org.apache.kafka.connect.storage.SimpleHeaderConverter",
       "Converter of header values.");
  for (const auto& [kind, partitions] :
       {std::pair{"config", ""}, std::pair{"offset", "25"}, std::pair{"status", "5"}}) {
    const std::string prefix = std::string(kind) + ".storage.";
    required(def, prefix + "topic", fmt::format("Compacted topic that keeps the worker's {} records.", kind));
    number(def, prefix + "replication.factor", "3",
           "Used when the topic is created; -1 for the broker's default.");
    if (*partitions != '\0') {
      number(def, prefix + "partitions", partitions,
             "Used when the topic is created; -1 for the broker's default.");
    }
  }
  number(def, "task.shutdown.graceful.timeout.ms", "5000",
         "How long a task may take to stop before it is given up.", validators::at_least(0));
  number(def, "offset.flush.interval.ms", "60000", "How often offsets are committed.",
         validators::at_least(1));
  number(def, "offset.flush.timeout.ms", "5000", "How long a commit of offsets is waited for at the end.",
         validators::at_least(1));
  list(def, "listeners", "http://:8083", "Where REST listens.");
  list(def, "metrics.listeners", "http://:8084", "Where /metrics and /health listen; empty: nowhere.");
  optional(def, "rest.advertised.host.name", "Host part of worker_id.");
  optional(def, "rest.advertised.port", "Port part of worker_id.");
  optional(def, "admin.listeners", "Where /admin/loggers listens; unset: on `listeners`; empty: nowhere.");
  text(def, "access.control.allow.origin", "", "CORS: allowed origin.");
  text(def, "access.control.allow.methods", "", "CORS: allowed methods.");
  text(def, "response.http.headers.config", "", "Extra response headers.");
  text(def, "ssl.client.auth", "none", "Client certificates on REST: none, requested or required.");
  list(def, "config.providers", "", "Names of variable providers for ${name:…}.");
  text(def, "connector.client.config.override.policy", "All",
       "Which producer.override.*, consumer.override.* and admin.override.* are allowed.");
  flag(def, "topic.tracking.enable", "true", "Keep the topics that connectors use.");
  flag(def, "topic.tracking.allow.reset", "true", "Allow PUT topics/reset.");
  flag(def, "topic.creation.enable", "true", "Honour topic.creation.* of source connectors.");
  text(def, "exactly.once.source.support", "disabled",
       "disabled; the embedded log is exactly-once without it.");
  text(def, "client.id", "", "Part of the client ids of the worker's own clients.");
  text(def, "security.protocol", "PLAINTEXT", "For the worker's own clients.");
  text(def, "log.file", "", "Also log to this file.");
  for (const auto name : kIgnored) {
    optional(def, std::string(name), std::string(kNoEffect));
  }
  return def;
}

std::string own_worker_id(const Config& config) {
  std::string host = config.string("rest.advertised.host.name");
  std::string port = config.string("rest.advertised.port");
  const auto& listeners = config.list("listeners");
  if (!listeners.empty()) {
    const auto& first = listeners.front();
    const auto at = first.find("://");
    const auto colon = first.rfind(':');
    if (at != std::string::npos && colon > at) {
      if (host.empty()) {
        host = first.substr(at + 3, colon - at - 3);
      }
      if (port.empty()) {
        port = first.substr(colon + 1);
      }
    }
  }
  if (host.empty() || host == "0.0.0.0" || host == "[::]") {
    char name[256] = "localhost";
    gethostname(name, sizeof name - 1);
    host = name;
  }
  return host + ":" + (port.empty() ? "8083" : port);
}

}  // namespace

const ConfigDef& worker_config_def() {
  static const ConfigDef def = build();
  return def;
}

WorkerConfig::WorkerConfig(ConfigMap properties)
    : config_(worker_config_def(), std::move(properties)), worker_id_(own_worker_id(config_)) {
  const auto eos = config_.string("exactly.once.source.support");
  if (eos != "disabled" && eos != "preparing") {
    raise(ErrorKind::config,
          fmt::format("Invalid value {} for configuration exactly.once.source.support: sources are "
                      "exactly-once on the embedded "
                      "log; transactions on Kafka are not built yet",
                      eos),
          "Set exactly.once.source.support=disabled.");
  }
}

storage::StorageTopicSpec WorkerConfig::storage_topic(const std::string& kind, const std::string& purpose,
                                                      const std::string& client) const {
  const auto prefix = kind + ".storage.";
  storage::StorageTopicSpec spec;
  spec.property = prefix + "topic";
  spec.purpose = purpose;
  spec.topic.name = config_.string(spec.property);
  spec.topic.replication_factor = static_cast<std::int16_t>(config_.integer(prefix + "replication.factor"));
  spec.topic.partitions =
      kind == "config" ? 1 : static_cast<std::int32_t>(config_.integer(prefix + "partitions"));
  spec.single_partition = kind == "config";
  for (const auto& [key, value] : config_.with_prefix(prefix)) {
    if (value && key != "topic" && key != "partitions" && key != "replication.factor" &&
        key != "cleanup.policy" && key != "file.filename") {
      spec.topic.config[key] = *value;
    }
  }
  const auto own = config_.string("client.id");
  spec.client.client_id = group_id() + "-" + (own.empty() ? "" : own + "-") + client;
  spec.client.properties["acks"] = "all";
  spec.client.properties["linger.ms"] = "0";
  // The worker's own clients take its plain security settings.
  for (const auto& [key, value] : properties()) {
    if (value && (key.starts_with("sasl.") || key.starts_with("ssl.") || key == "security.protocol")) {
      spec.client.properties[key] = *value;
    }
  }
  return spec;
}

storage::StorageTopicSpec WorkerConfig::config_topic() const {
  return storage_topic("config", "connector configurations", "configs");
}
storage::StorageTopicSpec WorkerConfig::offset_topic() const {
  return storage_topic("offset", "source connector offsets", "offsets");
}
storage::StorageTopicSpec WorkerConfig::status_topic() const {
  return storage_topic("status", "connector and task statuses", "statuses");
}

std::vector<std::string> WorkerConfig::unknown_keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : properties()) {
    bool known = worker_config_def().find(key) != nullptr;
    for (const auto prefix : kPrefixes) {
      known = known || key.starts_with(prefix);
    }
    if (!known) {
      keys.push_back(key);
    }
  }
  return keys;
}

std::vector<std::string> WorkerConfig::ignored_keys() const {
  std::vector<std::string> keys;
  for (const auto name : kIgnored) {
    if (properties().contains(name)) {
      keys.emplace_back(name);
    }
  }
  return keys;
}

}  // namespace tandem::herder
