#pragma once
#include "storage/compacted_topic.hpp"
#include "tandem/config/config.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace tandem::herder {

/// The worker's settings (connect-runtime.md §3.1, 3.2), ours among them (`metrics.listeners`, `log.file`).
/// Keys of Connect that have no effect here are declared as well, so that a file made for Java starts without
/// a word; unknown keys are only logged.
const ConfigDef& worker_config_def();

/// A checked worker configuration.
class WorkerConfig {
 public:
  /// Throws TandemError(config) naming the first bad setting. Variables are replaced already.
  explicit WorkerConfig(ConfigMap properties);

  const Config& config() const noexcept { return config_; }
  const ConfigMap& properties() const noexcept { return config_.originals(); }
  std::string group_id() const { return config_.string("group.id"); }
  /// host:port that other workers and clients would use.
  const std::string& worker_id() const noexcept { return worker_id_; }
  /// "http://0.0.0.0:8083" …
  std::vector<std::string> listeners() const { return config_.list("listeners"); }
  std::vector<std::string> metrics_listeners() const { return config_.list("metrics.listeners"); }

  storage::StorageTopicSpec config_topic() const;
  storage::StorageTopicSpec offset_topic() const;
  storage::StorageTopicSpec status_topic() const;
  /// Keys that nothing declares, for one warning in the log.
  std::vector<std::string> unknown_keys() const;
  /// Keys given that are accepted without effect.
  std::vector<std::string> ignored_keys() const;

 private:
  storage::StorageTopicSpec storage_topic(const std::string& kind, const std::string& purpose,
                                          const std::string& client) const;
  Config config_;
  std::string worker_id_;
};

}  // namespace tandem::herder
