#include "connectors/postgres/connector.hpp"

#include "connectors/postgres/config_keys.hpp"
#include "connectors/postgres/server.hpp"
#include "connectors/postgres/task.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

void add_error(std::vector<ConfigCheck>& checks, std::string_view key, const std::string& text) {
  const auto at =
      std::find_if(checks.begin(), checks.end(), [&](const ConfigCheck& c) { return c.name == key; });
  if (at != checks.end()) {
    at->errors.push_back(text);
    return;
  }
  ConfigCheck check;
  check.name = key;
  check.errors.push_back(text);
  checks.push_back(std::move(check));
}

/// The setting that a refusal begins with, else `fallback`.
std::string setting_of(const std::string& message, const char* fallback) {
  const std::string word = message.substr(0, message.find_first_of("= "));
  return config_keys().find(word) != nullptr ? word : fallback;
}

const char* setting_for(const postgres::SqlError& e) {
  if (e.sqlstate() == "28P01") {
    return "database.password";
  }
  if (e.sqlstate().starts_with("28")) {
    return "database.user";
  }
  return e.sqlstate() == "3D000" ? "database.dbname" : "database.hostname";
}

}  // namespace

const ConfigDef& PostgresConnector::config_def() const { return config_keys(); }

void PostgresConnector::validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const {
  if (std::any_of(checks.begin(), checks.end(), [](const ConfigCheck& c) { return !c.errors.empty(); })) {
    return;
  }
  std::optional<Settings> settings;
  try {
    settings.emplace(parse_settings(config));
  } catch (const TandemError& e) {
    add_error(checks, setting_of(e.error().message, "connector.class"), e.error().text());
    return;
  }
  try {
    settings->connection.connect_timeout =
        std::min<std::chrono::milliseconds>(settings->validation_timeout, std::chrono::seconds(8));
    postgres::Connection connection(settings->connection);
    check_server(connection, *settings);
    Catalog catalog(connection, settings->database, !settings->link.empty());
    auto captured = captured_tables(catalog, *settings);
    if (!settings->replica_identities.empty()) {
      settings->link.clear();  // identities are set at start, before the link's check
    }
    check_tables(connection, *settings, captured);
    find_slot(connection, *settings);
  } catch (const postgres::SqlError& e) {
    add_error(checks, setting_for(e), e.error().text());
  } catch (const TandemError& e) {
    add_error(
        checks,
        setting_of(e.error().message, e.kind() == ErrorKind::auth ? "database.user" : "database.hostname"),
        e.error().text());
  }
}

std::vector<ConfigMap> PostgresConnector::task_configs(const ConfigMap& config, int) const {
  parse_settings(config);
  return {config};
}

std::unique_ptr<SourceTask> PostgresConnector::make_task() const { return std::make_unique<PostgresTask>(); }

bool PostgresConnector::alter_offsets(
    const ConfigMap&, const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const {
  for (const auto& [partition, offset] : offsets) {
    if (partition.size() != 1 || partition[0].first != "server" || partition[0].second.string() == nullptr) {
      raise(ErrorKind::config, "a partition of this connector is {\"server\": \"<topic.prefix>\"}");
    }
    if (offset) {
      const PostgresOffset parsed = PostgresOffset::from_map(*offset);
      if (!parsed.lsn) {
        raise(ErrorKind::config, "an offset of this connector needs the integer lsn");
      }
    }
  }
  return false;
}

}  // namespace tandem::postgres_source
