#include "connectors/mysql/connector.hpp"

#include "connectors/clients/mysql/connection.hpp"
#include "connectors/mysql/mysql_config.hpp"
#include "connectors/mysql/server_checks.hpp"
#include "connectors/mysql/source_task.hpp"

#include <algorithm>

namespace tandem::mysql {
namespace {

void add_error(std::vector<ConfigCheck>& checks, const std::string& key, std::string text) {
  auto it = std::find_if(checks.begin(), checks.end(), [&](const ConfigCheck& c) { return c.name == key; });
  if (it == checks.end()) {
    ConfigCheck check;
    check.name = key;
    it = checks.insert(checks.end(), std::move(check));
  }
  it->errors.push_back(std::move(text));
}

class MysqlSourceConnector final : public SourceConnector {
 public:
  explicit MysqlSourceConnector(std::string kind) : kind_(std::move(kind)) {}
  const ConfigDef& config_def() const override { return source_config_def(); }

  void validate(const ConfigMap& given, std::vector<ConfigCheck>& checks) const override {
    if (std::any_of(checks.begin(), checks.end(), [](const auto& c) { return !c.errors.empty(); })) {
      return;
    }
    const Config config(config_def(), given);
    for (auto& [key, text] : refused_settings(config)) {
      add_error(checks, key, std::move(text));
    }
    try {
      capture_lists(config);
    } catch (const TandemError& e) {
      add_error(checks, "table.include.list", e.what());
    }
    try {
      ConnectionOptions options = connection_options(config);
      options.connect_timeout = std::min(options.connect_timeout, std::chrono::seconds(10));
      options.read_timeout = std::chrono::seconds(std::max<std::int64_t>(
          1, std::min<std::int64_t>(10, config.integer("connection.validation.timeout.ms") / 1000)));
      Connection connection(std::move(options));
      for (auto& [key, text] : check_server(connection, config)) {
        add_error(checks, key, std::move(text));
      }
    } catch (const TandemError& e) {
      add_error(checks, e.kind() == ErrorKind::auth ? "database.user" : "database.hostname",
                e.error().text());
    }
  }

  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const override {
    if (max_tasks > 1) {
      raise(ErrorKind::config,
            "tasks.max=" + std::to_string(max_tasks) + ": a MySQL source has exactly one task",
            "set tasks.max to 1");
    }
    return {config};
  }

  bool alter_offsets(
      const ConfigMap& config,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const override {
    (void)config;
    for (const auto& [partition, offset] : offsets) {
      if (partition.size() != 1 || partition[0].first != "server" ||
          partition[0].second.string() == nullptr) {
        raise(ErrorKind::config, "a source partition of this connector has one key, 'server'",
              R"(write {"server": "<topic.prefix>"})");
      }
      if (offset) {
        BinlogOffset::from(*offset);
      }
    }
    return false;
  }

  std::unique_ptr<SourceTask> make_task() const override { return std::make_unique<MysqlSourceTask>(kind_); }

 private:
  std::string kind_;
};

}  // namespace

void register_mysql_sources(Registry& registry) {
  registry.source("io.debezium.connector.mysql.MySqlConnector", "3.6.1.Final",
                  [] { return std::make_unique<MysqlSourceConnector>("mysql"); });
  registry.source("io.debezium.connector.mariadb.MariaDbConnector", "3.6.1.Final",
                  [] { return std::make_unique<MysqlSourceConnector>("mariadb"); });
}

}  // namespace tandem::mysql
