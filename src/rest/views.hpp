#pragma once
#include "herder/herder.hpp"
#include "rest/json_writer.hpp"

/// Connect's entities as JSON: keys and their order as its worker writes them, nulls written, `trace` left
/// out when empty.
namespace tandem::rest {

void write(JsonWriter& w, const ConfigMap& config);
void write(JsonWriter& w, const herder::ConnectorInfo& info);
void write(JsonWriter& w, const herder::ConnectorStatus& status);
void write(JsonWriter& w, const herder::TaskStateView& task);
void write(JsonWriter& w, const std::vector<herder::TaskInfo>& tasks);
void write(JsonWriter& w, const std::vector<std::string>& strings);
void write(JsonWriter& w, const PluginInfo& plugin);
void write(JsonWriter& w, const ConfigKey& key);
void write(JsonWriter& w, const herder::ConfigInfos& infos);
void write(JsonWriter& w, const std::vector<herder::ConnectorOffset>& offsets);

template <class T>
std::string to_json(const T& value) {
  return write_json([&](JsonWriter& w) { write(w, value); });
}
/// {"c-0":{…}}, the older spelling of the tasks' configurations.
std::string tasks_config_json(const std::vector<herder::TaskInfo>& tasks);
std::string message_json(std::string_view message);
/// Our own entity: state, condition and progress of every task.
std::string tandem_status_json(std::string_view version, bool ready, std::string_view stage,
                               const std::vector<herder::ConnectorStatus>& connectors);

}  // namespace tandem::rest
