#pragma once
#include "storage/compacted_topic.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tandem::storage {

/// State words as they stand in the status topic: UNASSIGNED RUNNING PAUSED STOPPED FAILED RESTARTING
/// DESTROYED.
struct StatusRecord {
  std::string state;
  std::optional<std::string> trace;
  std::string worker_id;
  std::int64_t generation = 0;
  friend bool operator==(const StatusRecord&, const StatusRecord&) = default;
};

std::string status_json(const StatusRecord& status);
std::optional<StatusRecord> parse_status(std::string_view json);

/// Connector and task states and the topics that connectors used, on the status topic. Java's rules: RUNNING,
/// PAUSED, STOPPED and RESTARTING are written unconditionally; FAILED and UNASSIGNED only when the stored
/// entry is this worker's or of a generation that is not newer; a task's UNASSIGNED of an older or equal
/// generation never hides RUNNING. Thread-safe; what is put is seen by get() at once.
class StatusStore {
 public:
  StatusStore(topics::Topics& topics, StorageTopicSpec spec);
  void start(std::chrono::milliseconds limit, std::stop_token stop) { log_.start(limit, stop); }
  void stop() noexcept { log_.stop(); }

  void put_connector(const std::string& connector, const StatusRecord& status);
  void put_task(const std::string& connector, int task, const StatusRecord& status);
  void delete_connector(const std::string& connector);
  void delete_task(const std::string& connector, int task);

  std::optional<StatusRecord> connector(const std::string& connector) const;
  std::optional<StatusRecord> task(const std::string& connector, int task) const;
  std::vector<int> tasks(const std::string& connector) const;
  std::set<std::string> connectors() const;  ///< all that have a connector or task status
  std::int64_t highest_generation() const;

  void put_topic(const std::string& connector, const std::string& topic, int task, std::int64_t now_ms);
  void delete_topic(const std::string& connector, const std::string& topic);
  std::vector<std::string> topics(const std::string& connector) const;

 private:
  void apply(const CompactedTopic::Record& record);
  void write(std::string key, std::optional<std::string> value, int attempt = 0);
  bool landed(std::string_view key);

  mutable std::mutex mutex_;
  std::map<std::string, StatusRecord> connectors_;
  std::map<std::string, std::map<int, StatusRecord>> tasks_;
  std::map<std::string, std::set<std::string>> topics_;
  /// Own writes not yet read back, by key. What is read meanwhile under that key is older than what we hold.
  std::map<std::string, int, std::less<>> in_flight_;
  CompactedTopic log_;
};

}  // namespace tandem::storage
