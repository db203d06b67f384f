#include "connectors/sql_sink/sink_connector.hpp"

#include "connectors/sql_sink/position_store.hpp"
#include "connectors/sql_sink/sink_task.hpp"
#include "connectors/sql_sink/target_checks.hpp"
#include "connectors/sql_sink/target_connection.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

void add_error(std::vector<ConfigCheck>& checks, std::string_view name, const std::string& text) {
  const auto it =
      std::find_if(checks.begin(), checks.end(), [name](const ConfigCheck& c) { return c.name == name; });
  if (it != checks.end()) {
    it->errors.push_back(text);
    return;
  }
  ConfigCheck check;
  check.name = name;
  check.errors.push_back(text);
  checks.push_back(std::move(check));
}

bool any_errors(const std::vector<ConfigCheck>& checks) {
  return std::any_of(checks.begin(), checks.end(), [](const ConfigCheck& c) { return !c.errors.empty(); });
}

/// Topics that the configuration names; a pattern's are known when the task starts.
std::set<TableName> known_tables(const Settings& settings, const ConfigMap& config) {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "topics", .type = ConfigType::list, .default_value = default_to("")});
    return d;
  }();
  std::set<TableName> tables;
  const Config topics(def, config);
  for (const auto& topic : topics.list("topics")) {
    if (auto table = table_of_topic(settings, topic, !get_or(config, "transforms", "").empty())) {
      tables.insert(std::move(*table));
    }
  }
  return tables;
}

const Value* entry(const OffsetMap& map, std::string_view key) {
  const auto it = std::find_if(map.begin(), map.end(), [key](const auto& e) { return e.first == key; });
  return it == map.end() ? nullptr : &it->second;
}

}  // namespace

void SqlSinkConnector::validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const {
  if (any_errors(checks)) {
    return;
  }
  Settings settings;
  try {
    settings = Settings::parse(flavour_, config);
  } catch (const TandemError& e) {
    const std::string text = e.error().text();
    for (const auto& key : config_def().keys()) {
      if (text.starts_with(key.name)) {
        return add_error(checks, key.name, text);
      }
    }
    return add_error(checks, text.find("sync.") != std::string::npos ? "sync.link" : "connection.url", text);
  }
  try {
    const auto connection = connect(settings);
    const auto dialect = make_dialect(settings.url.kind, connection->version());
    const auto add = [&checks](const std::vector<TargetProblem>& problems) {
      for (const auto& problem : problems) {
        add_error(checks, problem.setting, problem.error().text());
      }
    };
    add(schema_problems(*connection, settings, *dialect));
    for (const auto& table : known_tables(settings, config)) {
      add(table_problems(*connection, settings, *dialect, table));
    }
  } catch (const TandemError& e) {
    const char* user = flavour_ == Flavour::debezium ? "connection.username" : "connection.user";
    add_error(checks, e.kind() == ErrorKind::auth ? user : "connection.url", e.error().text());
  }
}

std::vector<ConfigMap> SqlSinkConnector::task_configs(const ConfigMap& config, int max_tasks) const {
  return std::vector<ConfigMap>(static_cast<std::size_t>(std::max(1, max_tasks)), config);
}

bool SqlSinkConnector::alter_offsets(
    const ConfigMap& config,
    const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const {
  const Settings settings = Settings::parse(flavour_, config);
  if (!settings.in_link()) {
    return true;
  }
  const auto connection = connect(settings);
  const auto dialect = make_dialect(settings.url.kind, connection->version());
  const bool postgres = settings.url.is_postgres();
  const TableName table{
      settings.url.schema.empty() && postgres ? current_schema(*connection, true) : settings.url.schema,
      std::string(sync::kPositionTable)};
  if (!load_table(*connection, *dialect, postgres, table)) {
    return true;
  }
  for (const auto& [partition, offset] : offsets) {
    const Value* topic = entry(partition, "kafka_topic");
    const Value* number = entry(partition, "kafka_partition");
    std::int64_t p = 0, next = 0;
    if (topic == nullptr || topic->string() == nullptr || number == nullptr || !number->to_int64(p)) {
      raise(ErrorKind::config, "a sink's offset needs kafka_topic and kafka_partition");
    }
    std::optional<std::int64_t> wanted;
    if (offset) {
      const Value* value = entry(*offset, "kafka_offset");
      if (value == nullptr || !value->to_int64(next)) {
        raise(ErrorKind::config, "a sink's offset needs a number as kafka_offset");
      }
      wanted = next;
    }
    PositionStore::overwrite(*connection, *dialect, table, settings.connector,
                             {*topic->string(), static_cast<std::int32_t>(p)}, wanted);
  }
  return true;
}

std::unique_ptr<SinkTask> SqlSinkConnector::make_task() const {
  return std::make_unique<SqlSinkTask>(flavour_);
}

void register_plugins(Registry& registry, const std::string& version) {
  registry.sink("io.debezium.connector.jdbc.JdbcSinkConnector", version,
                [] { return std::make_unique<SqlSinkConnector>(Flavour::debezium); });
  registry.sink("io.confluent.connect.jdbc.JdbcSinkConnector", version,
                [] { return std::make_unique<SqlSinkConnector>(Flavour::confluent); });
}

}  // namespace tandem::sql_sink
