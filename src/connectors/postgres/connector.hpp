#pragma once
#include "tandem/plugin/connector.hpp"

namespace tandem::postgres_source {

inline constexpr const char* kClassName = "io.debezium.connector.postgresql.PostgresConnector";

/// The plugin; one task per connector.
class PostgresConnector final : public SourceConnector {
 public:
  const ConfigDef& config_def() const override;
  void validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const override;
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const override;
  std::unique_ptr<SourceTask> make_task() const override;
  bool alter_offsets(
      const ConfigMap& config,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const override;
};

}  // namespace tandem::postgres_source
