#include "rest/views.hpp"

#include "tandem/json/number_text.hpp"

namespace tandem::rest {
namespace {

void write_value(JsonWriter& w, const Value& value) {
  std::int64_t integer = 0;
  std::string number;
  if (value.is_null()) {
    w.Null();
  } else if (const bool* b = value.get_if<bool>()) {
    w.Bool(*b);
  } else if (value.to_int64(integer)) {
    w.Int64(integer);
  } else if (const double* d = value.get_if<double>()) {
    json::append_double(number, *d);
    w.RawValue(number.data(), number.size(), rapidjson::kNumberType);
  } else if (const float* f = value.get_if<float>()) {
    json::append_float(number, *f);
    w.RawValue(number.data(), number.size(), rapidjson::kNumberType);
  } else if (const std::string* s = value.string()) {
    text(w, *s);
  } else if (const Bytes* bytes = value.bytes()) {
    text(w, to_base64(bytes->view()));
  } else {
    w.Null();  // an OffsetMap holds nothing else (data/record.hpp)
  }
}

void write_map(JsonWriter& w, const OffsetMap& map) {
  w.StartObject();
  for (const auto& [k, v] : map) {
    key(w, k);
    write_value(w, v);
  }
  w.EndObject();
}

template <class State>
void write_state(JsonWriter& w, const State& state) {
  key(w, "state");
  text(w, state.state);
  key(w, "worker_id");
  text(w, state.worker_id);
  if (!state.trace.empty()) {
    key(w, "trace");
    text(w, state.trace);
  }
}

void write_task_id(JsonWriter& w, const std::string& connector, int task) {
  w.StartObject();
  key(w, "connector");
  text(w, connector);
  key(w, "task");
  w.Int(task);
  w.EndObject();
}

}  // namespace

void write(JsonWriter& w, const ConfigMap& config) {
  w.StartObject();
  for (const auto& [k, v] : config) {
    key(w, k);
    text_or_null(w, v);
  }
  w.EndObject();
}

void write(JsonWriter& w, const herder::ConnectorInfo& info) {
  w.StartObject();
  key(w, "name");
  text(w, info.name);
  key(w, "config");
  write(w, info.config);
  key(w, "tasks");
  w.StartArray();
  for (int task : info.tasks) {
    write_task_id(w, info.name, task);
  }
  w.EndArray();
  key(w, "type");
  text(w, info.type);
  w.EndObject();
}

void write(JsonWriter& w, const herder::TaskStateView& task) {
  w.StartObject();
  key(w, "id");
  w.Int(task.id);
  write_state(w, task);
  w.EndObject();
}

void write(JsonWriter& w, const herder::ConnectorStatus& status) {
  w.StartObject();
  key(w, "name");
  text(w, status.name);
  key(w, "connector");
  w.StartObject();
  write_state(w, status.connector);
  w.EndObject();
  key(w, "tasks");
  w.StartArray();
  for (const auto& task : status.tasks) {
    write(w, task);
  }
  w.EndArray();
  key(w, "type");
  text(w, status.type);
  w.EndObject();
}

void write(JsonWriter& w, const std::vector<herder::TaskInfo>& tasks) {
  w.StartArray();
  for (const auto& task : tasks) {
    w.StartObject();
    key(w, "id");
    write_task_id(w, task.connector, task.task);
    key(w, "config");
    write(w, task.config);
    w.EndObject();
  }
  w.EndArray();
}

void write(JsonWriter& w, const std::vector<std::string>& strings) {
  w.StartArray();
  for (const std::string& s : strings) {
    text(w, s);
  }
  w.EndArray();
}

void write(JsonWriter& w, const PluginInfo& plugin) {
  w.StartObject();
  key(w, "class");
  text(w, plugin.class_name);
  key(w, "type");
  text(w, to_string(plugin.type));
  if (!plugin.version.empty()) {
    key(w, "version");
    text(w, plugin.version);
  }
  w.EndObject();
}

void write(JsonWriter& w, const ConfigKey& k) {
  w.StartObject();
  key(w, "name");
  text(w, k.name);
  key(w, "type");
  text(w, to_string(k.type));
  key(w, "required");
  w.Bool(k.required());
  key(w, "default_value");
  text_or_null(w, k.default_value.value_or(std::nullopt));
  key(w, "importance");
  text(w, to_string(k.importance));
  key(w, "documentation");
  text(w, k.documentation);
  key(w, "group");
  k.group.empty() ? (void)w.Null() : text(w, k.group);
  key(w, "width");
  text(w, to_string(k.width));
  key(w, "display_name");
  text(w, k.display_name.empty() ? k.name : k.display_name);
  key(w, "dependents");
  write(w, k.dependents);
  key(w, "order");
  w.Int(k.order);
  w.EndObject();
}

void write(JsonWriter& w, const herder::ConfigInfos& infos) {
  w.StartObject();
  key(w, "name");
  text(w, infos.name);
  key(w, "error_count");
  w.Int(infos.error_count);
  key(w, "groups");
  write(w, infos.groups);
  key(w, "configs");
  w.StartArray();
  for (const auto& info : infos.configs) {
    w.StartObject();
    key(w, "definition");
    info.definition ? write(w, *info.definition) : (void)w.Null();
    key(w, "value");
    w.StartObject();
    key(w, "name");
    text(w, info.value.name);
    key(w, "value");
    text_or_null(w, info.value.value);
    key(w, "recommended_values");
    write(w, info.value.recommended_values);
    key(w, "errors");
    write(w, info.value.errors);
    key(w, "visible");
    w.Bool(info.value.visible);
    w.EndObject();
    w.EndObject();
  }
  w.EndArray();
  w.EndObject();
}

void write(JsonWriter& w, const std::vector<herder::ConnectorOffset>& offsets) {
  w.StartObject();
  key(w, "offsets");
  w.StartArray();
  for (const auto& entry : offsets) {
    w.StartObject();
    key(w, "partition");
    write_map(w, entry.partition);
    key(w, "offset");
    entry.offset ? write_map(w, *entry.offset) : (void)w.Null();
    w.EndObject();
  }
  w.EndArray();
  w.EndObject();
}

std::string tasks_config_json(const std::vector<herder::TaskInfo>& tasks) {
  return write_json([&](JsonWriter& w) {
    w.StartObject();
    for (const auto& task : tasks) {
      key(w, task.connector + "-" + std::to_string(task.task));
      write(w, task.config);
    }
    w.EndObject();
  });
}

std::string message_json(std::string_view message) {
  return write_json([&](JsonWriter& w) {
    w.StartObject();
    key(w, "message");
    text(w, message);
    w.EndObject();
  });
}

std::string tandem_status_json(std::string_view version, bool ready, std::string_view stage,
                               const std::vector<herder::ConnectorStatus>& connectors) {
  return write_json([&](JsonWriter& w) {
    w.StartObject();
    key(w, "version");
    text(w, version);
    key(w, "ready");
    w.Bool(ready);
    key(w, "stage");
    text(w, stage);
    key(w, "connectors");
    w.StartObject();
    for (const auto& status : connectors) {
      key(w, status.name);
      w.StartObject();
      write_state(w, status.connector);
      key(w, "type");
      text(w, status.type);
      key(w, "tasks");
      w.StartArray();
      for (const auto& task : status.tasks) {
        w.StartObject();
        key(w, "id");
        w.Int(task.id);
        write_state(w, task);
        key(w, "condition");
        text(w, task.condition);
        key(w, "progress");
        if (task.progress.what.empty()) {
          w.Null();
        } else {
          w.StartObject();
          key(w, "what");
          text(w, task.progress.what);
          key(w, "done");
          w.Int64(task.progress.done);
          key(w, "total");
          w.Int64(task.progress.total);
          key(w, "per_second");
          w.Int64(static_cast<std::int64_t>(task.progress.per_second()));
          key(w, "seconds_left");
          w.Int64(task.progress.seconds_left());
          w.EndObject();
        }
        w.EndObject();
      }
      w.EndArray();
      w.EndObject();
    }
    w.EndObject();
    w.EndObject();
  });
}

}  // namespace tandem::rest
