#include "herder/connector_check.hpp"
#include "herder/worker_internal.hpp"
#include "pipeline/error_policy.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::herder {
namespace {

storage::TargetState to_stored(TargetState state) {
  switch (state) {
    case TargetState::paused:
      return storage::TargetState::paused;
    case TargetState::stopped:
      return storage::TargetState::stopped;
    case TargetState::started:
      break;
  }
  return storage::TargetState::started;
}

Error unknown_for_state(const std::string& name) {
  return {ErrorKind::not_found, "Unknown connector " + name};
}
Error unknown_for_restart(const std::string& name) {
  return {ErrorKind::not_found, "Unknown connector: " + name};
}

}  // namespace

int http_status(ErrorKind kind) noexcept { return pipeline::http_status(kind); }

ConnectorInfo Worker::info_of(const std::string& name) const {
  const auto record = config_store_->connector(name);
  if (!record) {
    throw TandemError(unknown_connector(name));
  }
  ConnectorInfo info{name, record->config, {}, "unknown"};
  info.config.insert_or_assign("name", name);
  if (record->tasks) {
    for (int id = 0; id < static_cast<int>(record->tasks->size()); ++id) {
      info.tasks.push_back(id);
    }
  }
  if (const auto* plugin = parts_.registry.find(get_or(record->config, "connector.class", ""))) {
    info.type = plugin->type == PluginType::source ? "source"
                : plugin->type == PluginType::sink ? "sink"
                                                   : "unknown";
  }
  return info;
}

ConnectorStatus Worker::status_of(const std::string& name) const {
  const auto it = slots_.find(name);
  if (!config_store_->contains(name)) {
    raise(ErrorKind::not_found, "No status found for connector " + name);
  }
  ConnectorStatus status;
  status.name = name;
  if (it == slots_.end() || it->second.view.state.empty()) {
    // Written, and not yet come back from the config topic.
    status.connector.state = "UNASSIGNED";
    status.connector.worker_id = worker_id_;
    status.type = info_of(name).type;
    return status;
  }
  status.type = it->second.type;
  status.connector = it->second.view;
  for (const auto& [id, task] : it->second.tasks) {
    if (task.wanted) {
      status.tasks.push_back(task.view);
    }
  }
  return status;
}

void Worker::connectors(Answer<std::vector<std::string>> done) {
  ask<std::vector<std::string>>(std::move(done), "listing connectors",
                                [this] { return config_store_->connectors(); });
}

void Worker::connector_info(const std::string& name, Answer<ConnectorInfo> done) {
  ask<ConnectorInfo>(std::move(done), "looking up a connector", [this, name] { return info_of(name); });
}

void Worker::connector_config(const std::string& name, Answer<ConfigMap> done) {
  ask<ConfigMap>(std::move(done), "looking up a configuration",
                 [this, name] { return info_of(name).config; });
}

void Worker::connector_status(const std::string& name, Answer<ConnectorStatus> done) {
  ask<ConnectorStatus>(std::move(done), "looking up a status", [this, name] { return status_of(name); });
}

void Worker::task_infos(const std::string& name, Answer<std::vector<TaskInfo>> done) {
  ask<std::vector<TaskInfo>>(std::move(done), "looking up tasks",
                             [this, name]() -> Result<std::vector<TaskInfo>> {
                               const auto record = config_store_->connector(name);
                               if (!record) {
                                 return unknown_connector(name);
                               }
                               std::vector<TaskInfo> infos;
                               for (const auto& config : record->tasks.value_or(std::vector<ConfigMap>{})) {
                                 infos.push_back({name, static_cast<int>(infos.size()), config});
                               }
                               return infos;
                             });
}

void Worker::task_status(const std::string& name, int task, Answer<TaskStateView> done) {
  ask<TaskStateView>(std::move(done), "looking up a task", [this, name, task]() -> Result<TaskStateView> {
    if (const auto it = slots_.find(name); it != slots_.end() && config_store_->contains(name)) {
      if (const auto found = it->second.tasks.find(task);
          found != it->second.tasks.end() && found->second.wanted) {
        return found->second.view;
      }
    }
    return Error(ErrorKind::not_found, fmt::format("No status found for task {}-{}", name, task));
  });
}

void Worker::active_topics(const std::string& name, Answer<std::vector<std::string>> done) {
  ask<std::vector<std::string>>(std::move(done), "looking up topics",
                                [this, name]() -> Result<std::vector<std::string>> {
                                  if (!services_->topic_tracking) {
                                    return Error(ErrorKind::auth, "Topic tracking is disabled.");
                                  }
                                  return status_store_.topics(name);
                                });
}

void Worker::reset_active_topics(const std::string& name, Answer<Nothing> done) {
  ask<Nothing>(std::move(done), "resetting topics", [this, name]() -> Result<Nothing> {
    if (!services_->topic_tracking) {
      return Error(ErrorKind::auth, "Topic tracking is disabled.");
    }
    if (!parts_.config.config().boolean("topic.tracking.allow.reset")) {
      return Error(ErrorKind::auth, "Topic tracking reset is disabled.");
    }
    for (const auto& topic : status_store_.topics(name)) {
      status_store_.delete_topic(name, topic);
    }
    return Nothing{};
  });
}

void Worker::validate(ConfigMap config, Answer<ConfigInfos> done) {
  if (stopped_) {
    done(Error(ErrorKind::cancelled, "Worker is shutting down"));
    return;
  }
  pool_->submit([this, config = std::move(config), done = std::move(done)] {
    std::optional<Result<ConfigInfos>> result;
    try {
      const CheckContext context{parts_.registry, parts_.config.group_id(),
                                 parts_.config.config().string("connector.client.config.override.policy")};
      result.emplace(check_connector(context, parts_.variables.resolve(config)));
    } catch (const std::exception&) {
      result.emplace(current_error());
    }
    done(std::move(*result));
  });
}

void Worker::check_then(const std::string& name, ConfigMap config,
                        std::function<void(std::optional<Error>)> next) {
  if (const auto given = get_or(config, "name", ""); given != name) {
    next(Error(ErrorKind::config,
               fmt::format("Connector name configuration ({}) doesn't match connector name in the URL ({})",
                           given, name)));
    return;
  }
  validate(std::move(config), [this, next = std::move(next)](Result<ConfigInfos> infos) {
    std::optional<Error> error;
    if (!infos.has_value()) {
      error = infos.error();
    } else if (auto text = invalid_config_message(infos.value()); !text.empty()) {
      error = Error(ErrorKind::config, std::move(text));
    }
    dispatch([next, error = std::move(error)] { next(error); });
  });
}

void Worker::create(const std::string& name, ConfigMap config, std::optional<TargetState> initial_state,
                    Answer<ConnectorInfo> done) {
  config.insert({"name", name});
  check_then(
      name, config, [this, name, config, initial_state, done = std::move(done)](std::optional<Error> error) {
        if (!error && config_store_->contains(name)) {
          error = Error(ErrorKind::conflict, "Connector " + name + " already exists");
        }
        if (error) {
          done(std::move(*error));
          return;
        }
        std::optional<storage::TargetState> target;
        if (initial_state) {
          target = to_stored(*initial_state);
        }
        log::info("tandem.herder", "creating connector {}", name);
        config_store_->put_connector(name, config, target, [this, name, done](std::optional<Error> failed) {
          if (failed) {
            done(std::move(*failed));
          } else {
            connector_info(name, done);
          }
        });
      });
}

void Worker::put_config(const std::string& name, ConfigMap config, Answer<PutResult> done) {
  config.insert({"name", name});
  check_then(name, config, [this, name, config, done = std::move(done)](std::optional<Error> error) {
    if (error) {
      done(std::move(*error));
      return;
    }
    const bool created = !config_store_->contains(name);
    log::info("tandem.herder", "{} connector {}", created ? "creating" : "reconfiguring", name);
    config_store_->put_connector(name, config, std::nullopt,
                                 [this, name, created, done](std::optional<Error> failed) {
                                   if (failed) {
                                     done(std::move(*failed));
                                     return;
                                   }
                                   connector_info(name, [created, done](Result<ConnectorInfo> info) {
                                     if (info.has_value()) {
                                       done(PutResult{created, std::move(info.value())});
                                     } else {
                                       done(std::move(info.error()));
                                     }
                                   });
                                 });
  });
}

void Worker::patch_config(const std::string& name, ConfigMap patch, Answer<ConnectorInfo> done) {
  connector_config(name,
                   [this, name, patch = std::move(patch), done = std::move(done)](Result<ConfigMap> current) {
                     if (!current.has_value()) {
                       done(std::move(current.error()));
                       return;
                     }
                     auto config = std::move(current.value());
                     for (const auto& [key, value] : patch) {
                       if (value) {
                         config.insert_or_assign(key, value);
                       } else {
                         config.erase(key);
                       }
                     }
                     put_config(name, std::move(config), [done](Result<PutResult> put) {
                       if (put.has_value()) {
                         done(std::move(put.value().info));
                       } else {
                         done(std::move(put.error()));
                       }
                     });
                   });
}

void Worker::remove(const std::string& name, Answer<Nothing> answer) {
  dispatch_request<Nothing>(std::move(answer), [this, name](Answer<Nothing> done) {
    if (!config_store_->contains(name)) {
      done(unknown_connector(name));
      return;
    }
    log::info("tandem.herder", "deleting connector {}", name);
    config_store_->remove_connector(name, [this, done](std::optional<Error> failed) {
      // Answered behind the change itself on the herder thread, so that a look-up after the answer finds
      // nothing.
      dispatch([done, failed] { failed ? done(*failed) : done(Nothing{}); });
    });
  });
}

void Worker::put_target(const std::string& name, storage::TargetState target, Answer<Nothing> done) {
  config_store_->put_target_state(name, target, [this, done = std::move(done)](std::optional<Error> failed) {
    dispatch([done, failed] { failed ? done(*failed) : done(Nothing{}); });
  });
}

void Worker::pause(const std::string& name, Answer<Nothing> answer) {
  dispatch_request<Nothing>(std::move(answer), [this, name](Answer<Nothing> done) {
    config_store_->contains(name) ? put_target(name, storage::TargetState::paused, done)
                                  : done(unknown_for_state(name));
  });
}

void Worker::resume(const std::string& name, Answer<Nothing> answer) {
  dispatch_request<Nothing>(std::move(answer), [this, name](Answer<Nothing> done) {
    config_store_->contains(name) ? put_target(name, storage::TargetState::started, done)
                                  : done(unknown_for_state(name));
  });
}

void Worker::stop_connector(const std::string& name, Answer<Nothing> answer) {
  dispatch_request<Nothing>(std::move(answer), [this, name](Answer<Nothing> done) {
    if (!config_store_->contains(name)) {
      done(unknown_for_state(name));
      return;
    }
    if (const auto slot = slots_.find(name); slot != slots_.end()) {
      ++slot->second.epoch;  // tasks that are being configured come too late
    }
    // No tasks first, then the wish: a worker that dies in between starts none.
    config_store_->put_tasks(name, {}, [this, name, done](std::optional<Error> failed) {
      if (failed) {
        dispatch([this, name] { generate_tasks(name); });
        done(std::move(*failed));
      } else {
        put_target(name, storage::TargetState::stopped, done);
      }
    });
  });
}

void Worker::restart_connector(const std::string& name, Answer<Nothing> done) {
  ask<Nothing>(std::move(done), "restarting a connector", [this, name]() -> Result<Nothing> {
    if (!config_store_->contains(name)) {
      return unknown_for_restart(name);
    }
    start_connector(name);
    if (const auto& view = slots_[name].view; view.state == "FAILED") {
      return Error(ErrorKind::bug, "Failed to start connector: " + name + ": " + view.trace);
    }
    return Nothing{};
  });
}

void Worker::restart_connector_and_tasks(const std::string& name, bool include_tasks, bool only_failed,
                                         Answer<ConnectorStatus> answer) {
  dispatch_request<ConnectorStatus>(
      std::move(answer), [this, name, include_tasks, only_failed](Answer<ConnectorStatus> done) {
        if (!config_store_->contains(name)) {
          done(unknown_for_restart(name));
          return;
        }
        auto plan = status_of(name);
        const auto affected = [&](const std::string& state) { return !only_failed || state == "FAILED"; };
        if (affected(plan.connector.state)) {
          plan.connector.state = "RESTARTING";
          plan.connector.trace.clear();
        }
        for (auto& task : plan.tasks) {
          if (include_tasks && affected(task.state)) {
            task.state = "RESTARTING";
            task.trace.clear();
          }
        }
        config_store_->put_restart_request(
            {name, include_tasks, only_failed},
            [done, plan](std::optional<Error> failed) { failed ? done(std::move(*failed)) : done(plan); });
      });
}

void Worker::restart_task(const std::string& name, int task, Answer<Nothing> done) {
  ask<Nothing>(std::move(done), "restarting a task", [this, name, task]() -> Result<Nothing> {
    if (!config_store_->contains(name)) {
      return unknown_for_restart(name);
    }
    const auto it = slots_.find(name);
    if (it == slots_.end() || !it->second.tasks.contains(task) || !it->second.tasks[task].wanted) {
      return Error(ErrorKind::not_found, fmt::format("Unknown task: {}-{}", name, task));
    }
    auto& slot = it->second.tasks[task];
    set_task_state(name, task, slot, "RESTARTING");
    slot.restart = true;
    reconcile_task(name, task);
    return Nothing{};
  });
}

std::vector<ConfigKey> Worker::plugin_config(const std::string& plugin) const {
  return keys_of_plugin(parts_.registry, plugin);
}

}  // namespace tandem::herder
