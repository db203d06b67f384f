#pragma once
#include "connectors/sql_sink/settings.hpp"
#include "tandem/plugin/connector.hpp"
#include "tandem/plugin/registry.hpp"

namespace tandem::sql_sink {

class SqlSinkConnector final : public SinkConnector {
 public:
  explicit SqlSinkConnector(Flavour flavour) : flavour_(flavour) {}
  const ConfigDef& config_def() const override { return sql_sink::config_def(flavour_); }
  /// Connects with the configuration and looks at rights and, in a link, at the position table.
  void validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const override;
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const override;
  bool alter_offsets(
      const ConfigMap& config,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const override;
  std::unique_ptr<SinkTask> make_task() const override;

 private:
  Flavour flavour_;
};

/// io.debezium.connector.jdbc.JdbcSinkConnector and io.confluent.connect.jdbc.JdbcSinkConnector.
void register_plugins(Registry& registry, const std::string& version);

}  // namespace tandem::sql_sink
