#pragma once
#include "storage/compacted_topic.hpp"
#include "tandem/config/config.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tandem::storage {

enum class TargetState { started, paused, stopped };

struct RestartRequest {
  std::string connector;
  bool include_tasks = false;
  bool only_failed = false;
};

/// Told of what changed in the config topic after start(), on the store's thread; implementations only post
/// it on.
class ConfigListener {
 public:
  virtual ~ConfigListener() = default;
  virtual void on_connector_changed(const std::string& connector) = 0;  ///< written or removed
  virtual void on_tasks_changed(const std::string& connector) = 0;
  virtual void on_target_state_changed(const std::string& connector) = 0;
  virtual void on_restart_requested(const RestartRequest& request) = 0;
};

/// What the config topic says of one connector.
struct ConnectorRecord {
  ConfigMap config;  ///< raw, variables not replaced
  TargetState target = TargetState::started;
  /// By task id. nullopt: never written, or an incomplete set (the connector is inconsistent until generated
  /// again).
  std::optional<std::vector<ConfigMap>> tasks;
};

/// Connector and task configurations and target states on the config topic: the source of truth of the
/// worker. Every write is complete only when it has been read back. Thread-safe.
class ConfigStore {
 public:
  using Done = CompactedTopic::Done;
  ConfigStore(topics::Topics& topics, StorageTopicSpec spec, ConfigListener& listener);
  void start(std::chrono::milliseconds limit, std::stop_token stop);
  void stop() noexcept { log_.stop(); }

  std::vector<std::string> connectors() const;
  bool contains(const std::string& connector) const;
  std::optional<ConnectorRecord> connector(const std::string& connector) const;

  /// The target state, when given, is written first (connectors made paused or stopped).
  void put_connector(const std::string& connector, const ConfigMap& config, std::optional<TargetState> target,
                     Done done);
  void remove_connector(const std::string& connector, Done done);
  /// All task records, then the commit record, with a read to the end between.
  void put_tasks(const std::string& connector, const std::vector<ConfigMap>& tasks, Done done);
  void put_target_state(const std::string& connector, TargetState target, Done done);
  void put_restart_request(const RestartRequest& request, Done done);

 private:
  struct State {
    std::optional<ConfigMap> config;
    std::optional<TargetState> target;
    std::map<int, ConfigMap> pending_tasks;  ///< read, waiting for their commit record
    std::optional<std::vector<ConfigMap>> tasks;
  };
  enum class Change { none, connector, tasks, target };

  void apply(const CompactedTopic::Record& record);
  Change apply_state(std::string_view key, std::optional<BytesView> value, std::string& connector);
  Change apply_commit(State& state, std::string_view json);
  void write_and_read_back(std::vector<CompactedTopic::Entry> entries, Done done);

  ConfigListener& listener_;
  bool started_ = false;  ///< only the store's thread reads it after start()
  mutable std::mutex mutex_;
  std::map<std::string, State, std::less<>> states_;
  CompactedTopic log_;
};

std::string target_state_json(TargetState target);
std::string properties_json(const ConfigMap& map);

}  // namespace tandem::storage
