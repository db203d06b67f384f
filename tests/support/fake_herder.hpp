#pragma once
#include "herder/herder.hpp"

#include <map>
#include <string>
#include <vector>

namespace tandem::testing {

/// A herder whose answers a test sets beforehand. Answers on the caller's thread, or not at all when
/// `silent`.
class FakeHerder final : public herder::Herder {
 public:
  std::map<std::string, herder::ConnectorInfo> infos;
  std::map<std::string, herder::ConnectorStatus> statuses;
  std::vector<herder::ConnectorOffset> stored_offsets;
  herder::ConfigInfos validation;
  std::vector<PluginInfo> plugin_list;
  std::vector<ConfigKey> keys;
  std::vector<std::string> calls;  ///< what was asked, in words
  bool silent = false, is_ready = true;
  std::string stage_text;

  void connectors(herder::Answer<std::vector<std::string>> done) override;
  void connector_info(const std::string& name, herder::Answer<herder::ConnectorInfo> done) override;
  void connector_config(const std::string& name, herder::Answer<ConfigMap> done) override;
  void connector_status(const std::string& name, herder::Answer<herder::ConnectorStatus> done) override;
  void task_infos(const std::string& name, herder::Answer<std::vector<herder::TaskInfo>> done) override;
  void task_status(const std::string& name, int task, herder::Answer<herder::TaskStateView> done) override;
  void active_topics(const std::string& name, herder::Answer<std::vector<std::string>> done) override;
  void reset_active_topics(const std::string& name, herder::Answer<herder::Nothing> done) override;
  void create(const std::string& name, ConfigMap config, std::optional<herder::TargetState> state,
              herder::Answer<herder::ConnectorInfo> done) override;
  void put_config(const std::string& name, ConfigMap config, herder::Answer<herder::PutResult> done) override;
  void patch_config(const std::string& name, ConfigMap patch,
                    herder::Answer<herder::ConnectorInfo> done) override;
  void remove(const std::string& name, herder::Answer<herder::Nothing> done) override;
  void pause(const std::string& name, herder::Answer<herder::Nothing> done) override {
    act("pause", name, done);
  }
  void resume(const std::string& name, herder::Answer<herder::Nothing> done) override {
    act("resume", name, done);
  }
  void stop_connector(const std::string& name, herder::Answer<herder::Nothing> done) override {
    act("stop", name, done);
  }
  void restart_connector(const std::string& name, herder::Answer<herder::Nothing> done) override {
    act("restart", name, done);
  }
  void restart_connector_and_tasks(const std::string& name, bool include_tasks, bool only_failed,
                                   herder::Answer<herder::ConnectorStatus> done) override;
  void restart_task(const std::string& name, int task, herder::Answer<herder::Nothing> done) override {
    act("restart " + std::to_string(task), name, done);
  }
  void offsets(const std::string& name, herder::Answer<std::vector<herder::ConnectorOffset>> done) override;
  void alter_offsets(const std::string& name, std::vector<herder::ConnectorOffset> offsets,
                     herder::Answer<std::string> done) override;
  void reset_offsets(const std::string& name, herder::Answer<std::string> done) override;
  void validate(ConfigMap config, herder::Answer<herder::ConfigInfos> done) override;
  std::vector<PluginInfo> plugins(bool) const override { return plugin_list; }
  std::vector<ConfigKey> plugin_config(const std::string& plugin) const override;
  std::string cluster_id() const override { return "cluster"; }
  void ping(herder::Answer<herder::Nothing> done) override;
  bool ready() const noexcept override { return is_ready; }
  std::string stage() const override { return stage_text; }

 private:
  void act(const std::string& what, const std::string& name, herder::Answer<herder::Nothing>& done);
  template <class T, class Found>
  void of(const std::string& name, herder::Answer<T>& done, Found found);
  /// Kept so that a silent herder's answers can be let go late.
  std::vector<std::function<void()>> withheld_;
};

}  // namespace tandem::testing
