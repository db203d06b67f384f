#include "herder/worker_internal.hpp"
#include "pipeline/topic_creation.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::herder {
namespace {

constexpr std::int64_t kFirstRetryMs = 250;
constexpr std::int64_t kLastRetryMs = 60000;

/// A value that came out of a `${…}` of the connector's configuration under the same name is stored as the
/// variable again, so that no secret lands in the config topic.
void hide_variables(const ConfigMap& raw, const ConfigMap& resolved, ConfigMap& task) {
  for (auto& [key, value] : task) {
    const auto written = raw.find(key);
    const auto meant = resolved.find(key);
    if (written != raw.end() && meant != resolved.end() && value == meant->second &&
        written->second != meant->second) {
      value = written->second;
    }
  }
}

int tasks_max(const ConfigMap& config) {
  const auto text = get_or(config, "tasks.max", "1");
  return std::max(1, std::atoi(text.c_str()));
}

}  // namespace

std::string task_class_of(const std::string& connector_class) {
  if (connector_class == "io.confluent.connect.jdbc.JdbcSinkConnector") {
    return "io.confluent.connect.jdbc.sink.JdbcSinkTask";
  }
  if (connector_class.starts_with("io.debezium.")) {
    return connector_class + "Task";  // MySqlConnectorTask, PostgresConnectorTask, JdbcSinkConnectorTask
  }
  constexpr std::string_view suffix = "Connector";
  if (connector_class.ends_with(suffix)) {
    return connector_class.substr(0, connector_class.size() - suffix.size()) + "Task";
  }
  return connector_class + "Task";
}

void Worker::set_connector_state(const std::string& name, ConnectorSlot& slot, const std::string& state,
                                 const std::string& trace) {
  slot.view.state = state;
  slot.view.trace = trace;
  slot.view.worker_id = worker_id_;
  status_store_.put_connector(
      name, {state, trace.empty() ? std::nullopt : std::optional(trace), worker_id_, generation_});
}

void Worker::start_connector(const std::string& name) {
  const auto record = config_store_->connector(name);
  if (!record) {
    return;
  }
  auto& slot = slots_[name];
  slot.present = true;
  ++slot.epoch;
  starts_->connectors().begin();
  slot.generation_attempts = 0;
  const auto wanted_class = get_or(record->config, "connector.class", "");
  const auto* plugin = parts_.registry.find(wanted_class);
  if (plugin == nullptr || (plugin->type != PluginType::source && plugin->type != PluginType::sink)) {
    slot.type = "unknown";
    slot.class_name.clear();
    starts_->connectors().end(false);
    set_connector_state(
        name, slot, "FAILED",
        Error(ErrorKind::config,
              "Failed to find any class that implements Connector and which name matches " + wanted_class,
              "GET /connector-plugins lists what there is.")
            .trace());
    return;
  }
  slot.type = plugin->type == PluginType::source ? "source" : "sink";
  slot.class_name = plugin->class_name;
  slot.view.version = plugin->version;
  starts_->connectors().end(true);
  switch (record->target) {
    case storage::TargetState::stopped:
      set_connector_state(name, slot, "STOPPED");
      return;
    case storage::TargetState::paused:
      set_connector_state(name, slot, "PAUSED");
      return;
    case storage::TargetState::started:
      break;
  }
  set_connector_state(name, slot, "RUNNING");
  generate_tasks(name);
}

void Worker::drop_connector(const std::string& name) {
  const auto it = slots_.find(name);
  if (it == slots_.end()) {
    return;
  }
  auto& slot = it->second;
  slot.present = false;
  ++slot.epoch;
  status_store_.delete_connector(name);
  for (const auto& topic : status_store_.topics(name)) {
    status_store_.delete_topic(name, topic);
  }
  reconcile(name);
}

void Worker::generate_tasks(const std::string& name) {
  const auto record = config_store_->connector(name);
  auto& slot = slots_[name];
  if (!record) {
    return;
  }
  // The pool's thread gets copies: the connector may take its time, or hang.
  pool_->submit([this, name, epoch = slot.epoch, raw = record->config, class_name = slot.class_name,
                 source = slot.type == "source"] {
    try {
      const auto resolved = parts_.variables.resolve(raw);
      if (source) {
        pipeline::TopicCreation::check(resolved);  // no part of validation, as in Java: the connector fails
      }
      const auto connector = parts_.registry.make_connector(class_name);
      const auto max = tasks_max(resolved);
      auto configs = connector->task_configs(resolved, max);
      if (configs.size() > static_cast<std::size_t>(max)) {
        const auto text = fmt::format(
            "The connector {} has generated {} tasks, which is greater than {}, the maximum number of tasks "
            "it is "
            "configured to create.",
            name, configs.size(), max);
        if (get_or(resolved, "tasks.max.enforce", "true") != "false") {
          raise(ErrorKind::config, text, "Raise tasks.max.");
        }
        log::warn("tandem.herder", "{}", text);
      }
      for (auto& config : configs) {
        config.insert_or_assign("task.class", task_class_of(class_name));
        hide_variables(raw, resolved, config);
      }
      dispatch([this, name, epoch, configs = std::move(configs)]() mutable {
        take_task_configs(name, epoch, std::move(configs));
      });
    } catch (const std::exception&) {
      dispatch([this, name, epoch, error = current_error()] { task_generation_failed(name, epoch, error); });
    }
  });
}

void Worker::take_task_configs(const std::string& name, std::uint64_t epoch,
                               std::vector<ConfigMap> generated) {
  const auto it = slots_.find(name);
  const auto record = config_store_->connector(name);
  if (it == slots_.end() || it->second.epoch != epoch || !record ||
      record->target != storage::TargetState::started) {
    return;
  }
  it->second.generation_attempts = 0;
  if (record->tasks == generated) {
    reconcile(name);
    return;
  }
  config_store_->put_tasks(name, generated, [this, name, epoch](std::optional<Error> error) {
    if (error && error->kind != ErrorKind::cancelled) {
      dispatch([this, name, epoch, e = *error] { task_generation_failed(name, epoch, e); });
    }
  });
}

void Worker::task_generation_failed(const std::string& name, std::uint64_t epoch, const Error& error) {
  const auto it = slots_.find(name);
  if (it == slots_.end() || it->second.epoch != epoch) {
    return;
  }
  auto& slot = it->second;
  if (error.kind != ErrorKind::transient) {
    log::error("tandem.herder", "connector {} could not configure its tasks: {}", name, error.text());
    set_connector_state(name, slot, "FAILED", error.trace());
    return;
  }
  const auto delay = std::min(kLastRetryMs, kFirstRetryMs << std::min(slot.generation_attempts++, 10));
  log::warn("tandem.herder", "connector {} could not configure its tasks, trying again in {} ms: {}", name,
            delay, error.text());
  loop_.post_after(std::chrono::milliseconds(delay), [this, name, epoch] {
    const auto again = slots_.find(name);
    if (again != slots_.end() && again->second.epoch == epoch) {
      generate_tasks(name);
    }
  });
}

void Worker::apply_target_state(const std::string& name) {
  const auto record = config_store_->connector(name);
  const auto it = slots_.find(name);
  if (!record || it == slots_.end()) {
    return;  // written before its connector record, which starts it
  }
  auto& slot = it->second;
  const bool failed = slot.view.state == "FAILED";
  switch (record->target) {
    case storage::TargetState::stopped:
      ++slot.epoch;
      if (slot.tasks.empty()) {
        set_connector_state(name, slot, "STOPPED");
      }  // else reconcile() tells it when the last task has ended
      break;
    case storage::TargetState::paused:
      if (!failed) {
        ++slot.epoch;
        set_connector_state(name, slot, "PAUSED");
      }
      break;
    case storage::TargetState::started:
      if (!failed) {
        start_connector(name);
      }
      break;
  }
  reconcile(name);
}

void Worker::apply_restart(const storage::RestartRequest& request) {
  const auto it = slots_.find(request.connector);
  if (it == slots_.end() || !config_store_->contains(request.connector)) {
    return;
  }
  auto& slot = it->second;
  if (request.include_tasks) {
    for (auto& [id, task] : slot.tasks) {
      if (task.wanted && (!request.only_failed || task.view.state == "FAILED")) {
        set_task_state(request.connector, id, task, "RESTARTING");
        task.restart = true;
      }
    }
  }
  if (!request.only_failed || slot.view.state == "FAILED") {
    set_connector_state(request.connector, slot, "RESTARTING");
    start_connector(request.connector);
  }
  reconcile(request.connector);
}

}  // namespace tandem::herder
