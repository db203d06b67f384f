#include "tests/support/fake_herder.hpp"

namespace tandem::testing {

using namespace herder;

template <class T, class Found>
void FakeHerder::of(const std::string& name, Answer<T>& done, Found found) {
  if (silent) {
    withheld_.push_back([done] { (void)done; });
    return;
  }
  const auto it = infos.find(name);
  if (it == infos.end()) {
    return done(Error(ErrorKind::not_found, "Connector " + name + " not found"));
  }
  done(found(it->second));
}

void FakeHerder::act(const std::string& what, const std::string& name, Answer<Nothing>& done) {
  calls.push_back(what + " " + name);
  of(name, done, [](const ConnectorInfo&) { return Nothing{}; });
}

void FakeHerder::connectors(Answer<std::vector<std::string>> done) {
  std::vector<std::string> names;
  for (const auto& [name, info] : infos) {
    names.push_back(name);
  }
  done(names);
}
void FakeHerder::connector_info(const std::string& name, Answer<ConnectorInfo> done) {
  of(name, done, [](const ConnectorInfo& i) { return i; });
}
void FakeHerder::connector_config(const std::string& name, Answer<ConfigMap> done) {
  of(name, done, [](const ConnectorInfo& i) { return i.config; });
}
void FakeHerder::connector_status(const std::string& name, Answer<ConnectorStatus> done) {
  const auto it = statuses.find(name);
  if (it == statuses.end()) {
    return done(Error(ErrorKind::not_found, "No status found for connector " + name));
  }
  done(it->second);
}
void FakeHerder::task_infos(const std::string& name, Answer<std::vector<TaskInfo>> done) {
  of(name, done, [](const ConnectorInfo& i) {
    std::vector<TaskInfo> out;
    for (int t : i.tasks) {
      out.push_back({i.name, t, {{"task.class", "T"}}});
    }
    return out;
  });
}
void FakeHerder::task_status(const std::string& name, int task, Answer<TaskStateView> done) {
  const auto it = statuses.find(name);
  if (it == statuses.end() || task >= static_cast<int>(it->second.tasks.size())) {
    return done(Error(ErrorKind::not_found, "No status found for task " + name + "-" + std::to_string(task)));
  }
  done(it->second.tasks[static_cast<std::size_t>(task)]);
}
void FakeHerder::active_topics(const std::string&, Answer<std::vector<std::string>> done) {
  done(std::vector<std::string>{"t1", "t2"});
}
void FakeHerder::reset_active_topics(const std::string& name, Answer<Nothing> done) {
  act("reset topics", name, done);
}
void FakeHerder::create(const std::string& name, ConfigMap config, std::optional<TargetState>,
                        Answer<ConnectorInfo> done) {
  calls.push_back("create " + name);
  if (infos.contains(name)) {
    return done(Error(ErrorKind::conflict, "Connector " + name + " already exists"));
  }
  infos[name] = {name, std::move(config), {}, "source"};
  done(infos[name]);
}
void FakeHerder::put_config(const std::string& name, ConfigMap config, Answer<PutResult> done) {
  const bool created = !infos.contains(name);
  infos[name] = {name, std::move(config), {}, "source"};
  done(PutResult{created, infos[name]});
}
void FakeHerder::patch_config(const std::string& name, ConfigMap patch, Answer<ConnectorInfo> done) {
  of(name, done, [&](ConnectorInfo& i) {
    for (auto& [k, v] : patch) {
      v ? (void)(i.config[k] = v) : (void)i.config.erase(k);
    }
    return i;
  });
}
void FakeHerder::remove(const std::string& name, Answer<Nothing> done) {
  of(name, done, [](const ConnectorInfo&) { return Nothing{}; });
  infos.erase(name);
}
void FakeHerder::restart_connector_and_tasks(const std::string& name, bool include_tasks, bool only_failed,
                                             Answer<ConnectorStatus> done) {
  calls.push_back("restart " + name + (include_tasks ? " tasks" : "") + (only_failed ? " failed" : ""));
  connector_status(name, std::move(done));
}
void FakeHerder::offsets(const std::string& name, Answer<std::vector<ConnectorOffset>> done) {
  of(name, done, [this](const ConnectorInfo&) { return stored_offsets; });
}
void FakeHerder::alter_offsets(const std::string& name, std::vector<ConnectorOffset> offsets,
                               Answer<std::string> done) {
  of(name, done, [&](const ConnectorInfo&) {
    stored_offsets = std::move(offsets);
    return std::string("altered");
  });
}
void FakeHerder::reset_offsets(const std::string& name, Answer<std::string> done) {
  of(name, done, [](const ConnectorInfo&) { return std::string("reset"); });
}
void FakeHerder::validate(ConfigMap, Answer<ConfigInfos> done) { done(validation); }
std::vector<ConfigKey> FakeHerder::plugin_config(const std::string& plugin) const {
  if (plugin != "P") {
    raise(ErrorKind::not_found, "Unknown plugin " + plugin + ".");
  }
  return keys;
}
void FakeHerder::ping(Answer<Nothing> done) {
  if (silent) {
    withheld_.push_back([done] { (void)done; });
    return;
  }
  done(Nothing{});
}

}  // namespace tandem::testing
