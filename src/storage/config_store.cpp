#include "storage/config_store.hpp"

#include "storage/json_maps.hpp"
#include "tandem/base/log.hpp"

#include <charconv>
#include <utility>

namespace tandem::storage {
namespace {

constexpr std::string_view kLogger = "tandem.storage.configs";
constexpr std::string_view kTargetState = "target-state-";
constexpr std::string_view kConnector = "connector-";
constexpr std::string_view kTask = "task-";
constexpr std::string_view kCommit = "commit-";
constexpr std::string_view kRestart = "restart-connector-";

std::optional<TargetState> parse_target(std::string_view json) {
  const auto record = JsonRecord::parse(json);
  if (!record) {
    return std::nullopt;
  }
  auto word = record->string("state.v2");
  if (!word) {
    word = record->string("state");
  }
  if (word == "STARTED") {
    return TargetState::started;
  }
  if (word == "PAUSED") {
    return TargetState::paused;
  }
  if (word == "STOPPED") {
    return TargetState::stopped;
  }
  return std::nullopt;
}

}  // namespace

std::string target_state_json(TargetState target) {
  switch (target) {
    case TargetState::started:
      return R"({"state":"STARTED","state.v2":"STARTED"})";
    case TargetState::paused:
      return R"({"state":"PAUSED","state.v2":"PAUSED"})";
    case TargetState::stopped:
      return R"({"state":"PAUSED","state.v2":"STOPPED"})";
  }
  return {};
}

std::string properties_json(const ConfigMap& map) {
  std::string out = "{\"properties\":";
  append_json_object(out, map);
  out += '}';
  return out;
}

ConfigStore::ConfigStore(topics::Topics& topics, StorageTopicSpec spec, ConfigListener& listener)
    : listener_(listener),
      log_(topics, std::move(spec), [this](const CompactedTopic::Record& r) { apply(r); }) {}

void ConfigStore::start(std::chrono::milliseconds limit, std::stop_token stop) {
  // Records that arrive between the first read and this line are still taken as replayed; nobody else writes
  // then.
  log_.start(limit, std::move(stop));
  log_.read_to_end([this](std::optional<Error>) { started_ = true; });
  log_.read_to_end(limit);
}

std::vector<std::string> ConfigStore::connectors() const {
  std::vector<std::string> names;
  std::lock_guard lock(mutex_);
  for (const auto& [name, state] : states_) {
    if (state.config) {
      names.push_back(name);
    }
  }
  return names;
}

bool ConfigStore::contains(const std::string& connector) const {
  std::lock_guard lock(mutex_);
  const auto it = states_.find(connector);
  return it != states_.end() && it->second.config;
}

std::optional<ConnectorRecord> ConfigStore::connector(const std::string& connector) const {
  std::lock_guard lock(mutex_);
  const auto it = states_.find(connector);
  if (it == states_.end() || !it->second.config) {
    return std::nullopt;
  }
  return ConnectorRecord{*it->second.config, it->second.target.value_or(TargetState::started),
                         it->second.tasks};
}

void ConfigStore::write_and_read_back(std::vector<CompactedTopic::Entry> entries, Done done) {
  log_.append(std::move(entries), [this, done = std::move(done)](std::optional<Error> error) {
    if (error) {
      done(std::move(error));
    } else {
      log_.read_to_end(done);
    }
  });
}

void ConfigStore::put_connector(const std::string& connector, const ConfigMap& config,
                                std::optional<TargetState> target, Done done) {
  std::vector<CompactedTopic::Entry> entries;
  if (target) {
    entries.push_back({std::string(kTargetState) + connector, target_state_json(*target)});
  }
  entries.push_back({std::string(kConnector) + connector, properties_json(config)});
  write_and_read_back(std::move(entries), std::move(done));
}

void ConfigStore::remove_connector(const std::string& connector, Done done) {
  write_and_read_back({{std::string(kConnector) + connector, std::nullopt},
                       {std::string(kTargetState) + connector, std::nullopt}},
                      std::move(done));
}

void ConfigStore::put_tasks(const std::string& connector, const std::vector<ConfigMap>& tasks, Done done) {
  std::vector<CompactedTopic::Entry> entries;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    entries.push_back({std::string(kTask) + connector + "-" + std::to_string(i), properties_json(tasks[i])});
  }
  CompactedTopic::Entry commit{std::string(kCommit) + connector,
                               "{\"tasks\":" + std::to_string(tasks.size()) + "}"};
  if (entries.empty()) {
    write_and_read_back({std::move(commit)}, std::move(done));
    return;
  }
  write_and_read_back(std::move(entries),
                      [this, commit = std::move(commit), done = std::move(done)](std::optional<Error> error) {
                        if (error) {
                          done(std::move(error));
                        } else {
                          write_and_read_back({commit}, done);
                        }
                      });
}

void ConfigStore::put_target_state(const std::string& connector, TargetState target, Done done) {
  write_and_read_back({{std::string(kTargetState) + connector, target_state_json(target)}}, std::move(done));
}

void ConfigStore::put_restart_request(const RestartRequest& request, Done done) {
  std::string value = "{\"include-tasks\":";
  value += request.include_tasks ? "true" : "false";
  value += ",\"only-failed\":";
  value += request.only_failed ? "true}" : "false}";
  write_and_read_back({{std::string(kRestart) + request.connector, std::move(value)}}, std::move(done));
}

ConfigStore::Change ConfigStore::apply_commit(State& state, std::string_view json) {
  const auto record = JsonRecord::parse(json);
  const auto count = record ? record->integer("tasks") : std::nullopt;
  if (!count || *count < 0) {
    return Change::none;
  }
  auto pending = std::exchange(state.pending_tasks, {});
  // A set that shrank leaves old task records in the topic: the commit record counts, those beyond it do not.
  std::vector<ConfigMap> tasks;
  for (int i = 0; i < *count; ++i) {
    const auto it = pending.find(i);
    if (it == pending.end()) {
      state.tasks.reset();
      return Change::tasks;
    }
    tasks.push_back(std::move(it->second));
  }
  state.tasks = std::move(tasks);
  return Change::tasks;
}

ConfigStore::Change ConfigStore::apply_state(std::string_view key, std::optional<BytesView> value,
                                             std::string& connector) {
  if (key.starts_with(kTargetState)) {
    connector = key.substr(kTargetState.size());
    auto& state = states_[connector];
    const auto target = value ? parse_target(*value) : std::nullopt;
    if (value && !target) {
      log::error(kLogger, "target state of {} is not understood, left as it was: {}", connector, *value);
      return Change::none;
    }
    const bool same = state.target == target;
    state.target = target;
    return value && !same ? Change::target : Change::none;
  }
  if (key.starts_with(kConnector)) {
    connector = key.substr(kConnector.size());
    auto& state = states_[connector];
    if (!value) {
      states_.erase(connector);
      return Change::connector;
    }
    const auto record = JsonRecord::parse(*value);
    auto properties = record ? record->string_map("properties") : std::nullopt;
    if (!properties) {
      log::error(kLogger, "configuration record of {} is not understood and is left out", connector);
      return Change::none;
    }
    state.config = std::move(*properties);
    return Change::connector;
  }
  if (key.starts_with(kTask)) {
    key.remove_prefix(kTask.size());
    const auto dash = key.rfind('-');
    int id = -1;
    if (dash == std::string_view::npos ||
        std::from_chars(key.data() + dash + 1, key.data() + key.size(), id).ptr != key.data() + key.size() ||
        id < 0 || !value) {
      return Change::none;
    }
    connector = key.substr(0, dash);
    const auto record = JsonRecord::parse(*value);
    if (auto properties = record ? record->string_map("properties") : std::nullopt) {
      states_[connector].pending_tasks[id] = std::move(*properties);
    }
    return Change::none;
  }
  if (key.starts_with(kCommit)) {
    connector = key.substr(kCommit.size());
    auto& state = states_[connector];
    if (!state.config || !value) {
      state.pending_tasks.clear();  // of a connector that was removed: Java drops them as well
      return Change::none;
    }
    return apply_commit(state, *value);
  }
  return Change::none;
}

void ConfigStore::apply(const CompactedTopic::Record& record) {
  if (!record.key) {
    return;
  }
  const auto key = *record.key;
  if (key.starts_with(kRestart)) {
    const auto json = record.value ? JsonRecord::parse(*record.value) : std::nullopt;
    if (json && started_) {
      listener_.on_restart_requested({std::string(key.substr(kRestart.size())),
                                      json->boolean("include-tasks").value_or(false),
                                      json->boolean("only-failed").value_or(false)});
    }
    return;
  }
  std::string connector;
  Change change;
  {
    std::lock_guard lock(mutex_);
    change = apply_state(key, record.value, connector);
  }
  if (!started_) {
    return;
  }
  switch (change) {
    case Change::connector:
      listener_.on_connector_changed(connector);
      break;
    case Change::tasks:
      listener_.on_tasks_changed(connector);
      break;
    case Change::target:
      listener_.on_target_state_changed(connector);
      break;
    case Change::none:
      break;
  }
}

}  // namespace tandem::storage
