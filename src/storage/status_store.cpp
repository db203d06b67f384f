#include "storage/status_store.hpp"

#include "storage/json_maps.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <charconv>

namespace tandem::storage {
namespace {

constexpr std::string_view kConnector = "status-connector-";
constexpr std::string_view kTask = "status-task-";
constexpr std::string_view kTopic = "status-topic-";
constexpr std::string_view kTopicConnector = ":connector-";

bool only_if_ours(const std::string& state) { return state == "FAILED" || state == "UNASSIGNED"; }

bool may_replace(const StatusRecord* stored, const StatusRecord& next) {
  return stored == nullptr || !only_if_ours(next.state) || stored->worker_id == next.worker_id ||
         stored->generation <= next.generation;
}

std::optional<std::pair<std::string, int>> task_of_key(std::string_view key) {
  const auto dash = key.rfind('-');
  int id = 0;
  if (dash == std::string_view::npos ||
      std::from_chars(key.data() + dash + 1, key.data() + key.size(), id).ptr != key.data() + key.size()) {
    return std::nullopt;
  }
  return std::pair{std::string(key.substr(0, dash)), id};
}

}  // namespace

std::string status_json(const StatusRecord& status) {
  std::string out = "{\"state\":";
  append_json_string(out, status.state);
  out += ",\"trace\":";
  if (status.trace) {
    append_json_string(out, *status.trace);
  } else {
    out += "null";
  }
  out += ",\"worker_id\":";
  append_json_string(out, status.worker_id);
  out += ",\"generation\":" + std::to_string(status.generation) + "}";
  return out;
}

std::optional<StatusRecord> parse_status(std::string_view json) {
  const auto record = JsonRecord::parse(json);
  if (!record) {
    return std::nullopt;
  }
  auto state = record->string("state");
  auto worker = record->string("worker_id");
  const auto generation = record->integer("generation");
  if (!state || !worker || !generation) {
    return std::nullopt;
  }
  return StatusRecord{std::move(*state), record->string("trace"), std::move(*worker), *generation};
}

StatusStore::StatusStore(topics::Topics& topics, StorageTopicSpec spec)
    : log_(topics, std::move(spec), [this](const CompactedTopic::Record& r) { apply(r); }) {}

void StatusStore::write(std::string key, std::optional<std::string> value, int attempt) {
  {
    std::lock_guard lock(mutex_);
    ++in_flight_[key];
  }
  std::vector<CompactedTopic::Entry> entries;
  entries.push_back({key, value});
  log_.append(std::move(entries), [this, key = std::move(key), value = std::move(value),
                                   attempt](std::optional<Error> error) {
    if (!error) {
      return;  // landed when it is read back
    }
    {
      std::lock_guard lock(mutex_);
      landed(key);
    }
    if (error->kind == ErrorKind::cancelled) {
      return;
    }
    if (error->kind == ErrorKind::transient && attempt < 10) {
      write(key, value, attempt + 1);
      return;
    }
    log::error("tandem.storage.status", "status record {} could not be written: {}", key, error->text());
  });
}

/// One own write of this key has come back or failed; false when none was under way. With the lock held.
bool StatusStore::landed(std::string_view key) {
  const auto it = in_flight_.find(key);
  if (it == in_flight_.end()) {
    return false;
  }
  if (--it->second == 0) {
    in_flight_.erase(it);
  }
  return true;
}

void StatusStore::put_connector(const std::string& connector, const StatusRecord& status) {
  {
    std::lock_guard lock(mutex_);
    const auto it = connectors_.find(connector);
    if (!may_replace(it == connectors_.end() ? nullptr : &it->second, status)) {
      return;
    }
    connectors_[connector] = status;
  }
  write(std::string(kConnector) + connector, status_json(status));
}

void StatusStore::put_task(const std::string& connector, int task, const StatusRecord& status) {
  {
    std::lock_guard lock(mutex_);
    auto& tasks = tasks_[connector];
    const auto it = tasks.find(task);
    if (!may_replace(it == tasks.end() ? nullptr : &it->second, status)) {
      return;
    }
    tasks[task] = status;
  }
  write(std::string(kTask) + connector + "-" + std::to_string(task), status_json(status));
}

void StatusStore::delete_connector(const std::string& connector) {
  {
    std::lock_guard lock(mutex_);
    connectors_.erase(connector);
  }
  write(std::string(kConnector) + connector, std::nullopt);
}

void StatusStore::delete_task(const std::string& connector, int task) {
  {
    std::lock_guard lock(mutex_);
    if (const auto it = tasks_.find(connector); it != tasks_.end()) {
      it->second.erase(task);
      if (it->second.empty()) {
        tasks_.erase(it);
      }
    }
  }
  write(std::string(kTask) + connector + "-" + std::to_string(task), std::nullopt);
}

std::optional<StatusRecord> StatusStore::connector(const std::string& connector) const {
  std::lock_guard lock(mutex_);
  const auto it = connectors_.find(connector);
  return it == connectors_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<StatusRecord> StatusStore::task(const std::string& connector, int task) const {
  std::lock_guard lock(mutex_);
  const auto it = tasks_.find(connector);
  if (it == tasks_.end()) {
    return std::nullopt;
  }
  const auto found = it->second.find(task);
  return found == it->second.end() ? std::nullopt : std::optional(found->second);
}

std::vector<int> StatusStore::tasks(const std::string& connector) const {
  std::vector<int> ids;
  std::lock_guard lock(mutex_);
  if (const auto it = tasks_.find(connector); it != tasks_.end()) {
    for (const auto& [id, status] : it->second) {
      ids.push_back(id);
    }
  }
  return ids;
}

std::set<std::string> StatusStore::connectors() const {
  std::set<std::string> names;
  std::lock_guard lock(mutex_);
  for (const auto& [name, status] : connectors_) {
    names.insert(name);
  }
  for (const auto& [name, tasks] : tasks_) {
    names.insert(name);
  }
  return names;
}

std::int64_t StatusStore::highest_generation() const {
  std::int64_t highest = 0;
  std::lock_guard lock(mutex_);
  for (const auto& [name, status] : connectors_) {
    highest = std::max(highest, status.generation);
  }
  for (const auto& [name, tasks] : tasks_) {
    for (const auto& [id, status] : tasks) {
      highest = std::max(highest, status.generation);
    }
  }
  return highest;
}

void StatusStore::put_topic(const std::string& connector, const std::string& topic, int task,
                            std::int64_t now_ms) {
  {
    std::lock_guard lock(mutex_);
    if (!topics_[connector].insert(topic).second) {
      return;
    }
  }
  std::string value = "{\"topic\":{\"name\":";
  append_json_string(value, topic);
  value += ",\"connector\":";
  append_json_string(value, connector);
  value += ",\"task\":" + std::to_string(task) + ",\"discoverTimestamp\":" + std::to_string(now_ms) + "}}";
  write(std::string(kTopic) + topic + std::string(kTopicConnector) + connector, std::move(value));
}

void StatusStore::delete_topic(const std::string& connector, const std::string& topic) {
  {
    std::lock_guard lock(mutex_);
    if (const auto it = topics_.find(connector); it != topics_.end()) {
      it->second.erase(topic);
    }
  }
  write(std::string(kTopic) + topic + std::string(kTopicConnector) + connector, std::nullopt);
}

std::vector<std::string> StatusStore::topics(const std::string& connector) const {
  std::lock_guard lock(mutex_);
  const auto it = topics_.find(connector);
  return it == topics_.end() ? std::vector<std::string>{}
                             : std::vector<std::string>(it->second.begin(), it->second.end());
}

void StatusStore::apply(const CompactedTopic::Record& record) {
  if (!record.key) {
    return;
  }
  const auto key = *record.key;
  std::optional<StatusRecord> status;
  if (record.value && !key.starts_with(kTopic)) {
    status = parse_status(*record.value);
    if (!status) {
      log::warn("tandem.storage.status", "ignoring a status record that is not understood: {}", key);
      return;
    }
  }
  std::lock_guard lock(mutex_);
  if (landed(key)) {
    return;
  }
  if (key.starts_with(kConnector)) {
    const std::string name(key.substr(kConnector.size()));
    if (status) {
      connectors_[name] = std::move(*status);
    } else {
      connectors_.erase(name);
    }
  } else if (key.starts_with(kTask)) {
    const auto id = task_of_key(key.substr(kTask.size()));
    if (!id) {
      return;
    }
    auto& tasks = tasks_[id->first];
    if (!status) {
      tasks.erase(id->second);
    } else if (const auto it = tasks.find(id->second); it == tasks.end() || status->state != "UNASSIGNED" ||
                                                       it->second.state != "RUNNING" ||
                                                       status->generation > it->second.generation) {
      tasks[id->second] = std::move(*status);
    }
    if (tasks.empty()) {
      tasks_.erase(id->first);
    }
  } else if (key.starts_with(kTopic)) {
    const auto at = key.find(kTopicConnector);
    if (at == std::string_view::npos) {
      return;
    }
    const std::string topic(key.substr(kTopic.size(), at - kTopic.size()));
    const std::string connector(key.substr(at + kTopicConnector.size()));
    if (record.value) {
      topics_[connector].insert(topic);
    } else if (const auto it = topics_.find(connector); it != topics_.end()) {
      it->second.erase(topic);
    }
  }
}

}  // namespace tandem::storage
