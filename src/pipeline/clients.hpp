#pragma once
#include "pipeline/task_services.hpp"
#include "tandem/plugin/converter.hpp"

#include <memory>

namespace tandem::pipeline {

/// Client settings by Connect's precedence: fixed defaults, the worker's `producer.*`, the connector's
/// `producer.override.*`.
topics::ClientConfig source_producer_config(const TaskServices& services, const TaskSpec& task);
topics::ClientConfig dead_letter_producer_config(const TaskServices& services, const TaskSpec& task);
topics::ClientConfig sink_consumer_config(const TaskServices& services, const TaskSpec& task);
/// "connect-<name>" or consumer.override.group.id.
std::string sink_group(const std::string& connector, const ConfigMap& connector_config);

struct Converters {
  std::unique_ptr<Converter> key, value;
  std::unique_ptr<HeaderConverter> header;
  std::string key_class, value_class, header_class;
};
/// The connector's own converters, else the worker's. A connector that names a converter does not inherit the
/// worker's settings for it.
Converters make_converters(const TaskServices& services, const ConfigMap& connector);

}  // namespace tandem::pipeline
