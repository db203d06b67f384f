#include "pipeline/clients.hpp"

#include <fmt/format.h>

namespace tandem::pipeline {
namespace {

std::map<std::string, std::string> plain(const ConfigMap& map) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : map) {
    if (value) {
      out[key] = *value;
    }
  }
  return out;
}

/// What is given, else the default: for keys that neither worker nor connector sets.
void set_default(topics::ClientConfig& config, const std::string& key, const std::string& value) {
  if (!config.overrides.contains(key)) {
    config.properties.try_emplace(key, value);
  }
}

topics::ClientConfig producer_config(const TaskServices& services, const TaskSpec& task,
                                     std::string_view kind) {
  topics::ClientConfig config;
  config.client_id = fmt::format("connector-{}-{}-{}", kind, task.connector, task.task);
  config.properties = plain(with_prefix(services.worker, "producer."));
  config.overrides = plain(with_prefix(task.connector_config, "producer.override."));
  return config;
}

struct Choice {
  std::string name;
  ConfigMap settings;
};

/// `kind` is "key.converter", "value.converter" or "header.converter".
Choice choose(const TaskServices& services, const ConfigMap& connector, const std::string& kind,
              const std::string& fallback) {
  if (const auto own = get_or(connector, kind, ""); !own.empty()) {
    return {own, with_prefix(connector, kind + ".")};
  }
  return {get_or(services.worker, kind, fallback), with_prefix(services.worker, kind + ".")};
}

}  // namespace

topics::ClientConfig source_producer_config(const TaskServices& services, const TaskSpec& task) {
  auto config = producer_config(services, task, "producer");
  set_default(config, "acks", "all");
  // DESIGN.md §6: records of some KB cost a fifth of the CPU in large lz4 batches, and the broker's a tenth.
  set_default(config, "compression.type", "lz4");
  set_default(config, "batch.size", "1048576");
  set_default(config, "buffer.memory", "4194304");
  return config;
}

topics::ClientConfig dead_letter_producer_config(const TaskServices& services, const TaskSpec& task) {
  auto config = producer_config(services, task, "dlq-producer");
  set_default(config, "acks", "all");
  set_default(config, "linger.ms", "5");  // one record at a time: not each is waited for
  return config;
}

std::string sink_group(const std::string& connector, const ConfigMap& connector_config) {
  return get_or(connector_config, "consumer.override.group.id", "connect-" + connector);
}

topics::ClientConfig sink_consumer_config(const TaskServices& services, const TaskSpec& task) {
  topics::ClientConfig config;
  config.client_id = fmt::format("connector-consumer-{}-{}", task.connector, task.task);
  config.group_id = sink_group(task.connector, task.connector_config);
  config.properties = plain(with_prefix(services.worker, "consumer."));
  config.overrides = plain(with_prefix(task.connector_config, "consumer.override."));
  config.overrides.erase("group.id");
  set_default(config, "auto.offset.reset", "earliest");
  return config;
}

Converters make_converters(const TaskServices& services, const ConfigMap& connector) {
  Converters c;
  const auto key = choose(services, connector, "key.converter", "");
  const auto value = choose(services, connector, "value.converter", "");
  const auto header = choose(services, connector, "header.converter",
                             "org.apache.kafka.connect.storage.SimpleHeaderConverter");
  c.key = services.registry.make_converter(key.name);
  c.key->configure(key.settings, true);
  c.value = services.registry.make_converter(value.name);
  c.value->configure(value.settings, false);
  c.header = services.registry.make_header_converter(header.name);
  c.header->configure(header.settings);
  c.key_class = key.name;
  c.value_class = value.name;
  c.header_class = header.name;
  return c;
}

}  // namespace tandem::pipeline
