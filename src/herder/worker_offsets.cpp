#include "herder/worker_internal.hpp"
#include "pipeline/clients.hpp"
#include "storage/json_maps.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tandem::herder {
namespace {

constexpr auto kStorageLimit = std::chrono::seconds(30);

const Value* member(const OffsetMap& map, std::string_view name) {
  const auto it = std::find_if(map.begin(), map.end(), [&](const auto& e) { return e.first == name; });
  return it == map.end() || it->second.is_null() ? nullptr : &it->second;
}

std::string shown(const Value& value) {
  if (const auto* text = value.string()) {
    return *text;
  }
  std::string out;
  storage::append_json_value(out, value);
  return out;
}

std::int64_t whole_number(const Value& value, const std::string& what, const std::string& plural) {
  std::int64_t number = 0;
  if (value.to_int64(number)) {
    return number;
  }
  const auto text = shown(value);
  if (std::from_chars(text.data(), text.data() + text.size(), number).ptr != text.data() + text.size() ||
      text.empty()) {
    raise(
        ErrorKind::config,
        fmt::format(
            "Failed to parse the following Kafka {} value in the provided offsets: '{}'. {} values for sink "
            "connectors need to be integers.",
            what, text, plural));
  }
  return number;
}

struct SinkChange {
  topics::TopicPartition partition;
  std::optional<std::int64_t> offset;
};

/// SinkUtils.parseSinkConnectorOffsets, with its words.
SinkChange parse_sink_change(const ConnectorOffset& change) {
  const auto* topic = member(change.partition, "kafka_topic");
  const auto* partition = member(change.partition, "kafka_partition");
  if (topic == nullptr || partition == nullptr) {
    raise(ErrorKind::config,
          "The partition for a sink connector offset must contain the keys 'kafka_topic' and "
          "'kafka_partition'");
  }
  SinkChange out;
  out.partition = {shown(*topic),
                   static_cast<std::int32_t>(whole_number(*partition, "partition", "Partition"))};
  if (change.offset) {
    const auto* offset = member(*change.offset, "kafka_offset");
    if (offset == nullptr) {
      raise(ErrorKind::config,
            "The offset for a sink connector should either be null or contain the key 'kafka_offset'");
    }
    out.offset = whole_number(*offset, "offset", "Offset");
  }
  return out;
}

std::string done_text(bool reset, bool taken) {
  const auto* word = reset ? "reset" : "altered";
  if (taken) {
    return fmt::format("The offsets for this connector have been {} successfully", word);
  }
  return fmt::format(
      "The Connect framework-managed offsets for this connector have been {} successfully. However, if this "
      "connector manages "
      "offsets externally, they will need to be manually {} in the system that the connector uses.",
      word, word);
}

}  // namespace

void Worker::offsets(const std::string& name, Answer<std::vector<ConnectorOffset>> answer) {
  dispatch_request<std::vector<ConnectorOffset>>(
      std::move(answer), [this, name](Answer<std::vector<ConnectorOffset>> done) {
        const auto record = config_store_->connector(name);
        if (!record) {
          done(unknown_connector(name));
          return;
        }
        const auto config = parts_.variables.resolve(record->config);
        const bool sink =
            parts_.registry.find(get_or(config, "connector.class", ""), PluginType::sink) != nullptr;
        pool_->submit([this, name, config, sink, done] {
          try {
            std::vector<ConnectorOffset> out;
            if (sink) {
              for (const auto& [partition, offset] :
                   parts_.topics.admin().group_offsets(pipeline::sink_group(name, config))) {
                out.push_back({{{"kafka_topic", partition.topic}, {"kafka_partition", partition.partition}},
                               OffsetMap{{"kafka_offset", offset}}});
              }
            } else {
              offset_store_.read_to_end(kStorageLimit);
              for (auto& [partition, offset] : offset_store_.list(name)) {
                out.push_back({std::move(partition), std::move(offset)});
              }
            }
            done(std::move(out));
          } catch (const std::exception&) {
            done(current_error());
          }
        });
      });
}

std::optional<Error> Worker::offsets_precondition(const std::string& name) const {
  const auto record = config_store_->connector(name);
  if (!record) {
    return unknown_connector(name);
  }
  const auto it = slots_.find(name);
  const bool none =
      (!record->tasks || record->tasks->empty()) && (it == slots_.end() || it->second.tasks.empty());
  if (record->target != storage::TargetState::stopped || !none) {
    return Error(ErrorKind::config,
                 fmt::format("Connectors must be in the STOPPED state before their offsets can be modified. "
                             "This can be done for the specified "
                             "connector by issuing a 'PUT' request to the '/connectors/{}/stop' endpoint",
                             name));
  }
  return std::nullopt;
}

void Worker::alter_offsets(const std::string& name, std::vector<ConnectorOffset> offsets,
                           Answer<std::string> answer) {
  dispatch_request<std::string>(std::move(answer), [this, name, offsets = std::move(offsets)](
                                                       Answer<std::string> done) mutable {
    if (offsets.empty()) {
      done(Error(ErrorKind::config, "Partitions / offsets need to be provided for an alter offsets request"));
    } else if (auto error = offsets_precondition(name)) {
      done(std::move(*error));
    } else if (slots_[name].type == "sink") {
      change_sink_offsets(name, std::move(offsets), false, std::move(done));
    } else {
      change_source_offsets(name, std::move(offsets), false, std::move(done));
    }
  });
}

void Worker::reset_offsets(const std::string& name, Answer<std::string> answer) {
  dispatch_request<std::string>(std::move(answer), [this, name](Answer<std::string> done) mutable {
    if (auto error = offsets_precondition(name)) {
      done(std::move(*error));
    } else if (slots_[name].type == "sink") {
      change_sink_offsets(name, {}, true, std::move(done));
    } else {
      change_source_offsets(name, {}, true, std::move(done));
    }
  });
}

void Worker::change_source_offsets(const std::string& name, std::vector<ConnectorOffset> changes, bool reset,
                                   Answer<std::string> done) {
  const auto config = parts_.variables.resolve(config_store_->connector(name)->config);
  pool_->submit([this, name, config, changes = std::move(changes), reset, done = std::move(done)] {
    try {
      offset_store_.read_to_end(kStorageLimit);
      std::vector<storage::OffsetStore::Change> wanted;
      for (const auto& change : changes) {
        wanted.emplace_back(change.partition, change.offset);
      }
      if (reset) {
        for (auto& [partition, offset] : offset_store_.list(name)) {
          wanted.emplace_back(std::move(partition), std::nullopt);
        }
      }
      const bool taken = parts_.registry.make_connector(get_or(config, "connector.class", ""))
                             ->alter_offsets(config, wanted);
      offset_store_.set(name, wanted, [this, reset, taken, done](std::optional<Error> error) {
        if (error) {
          done(std::move(*error));
          return;
        }
        offset_store_.read_to_end([reset, taken, done](std::optional<Error> failed) {
          failed ? done(std::move(*failed)) : done(done_text(reset, taken));
        });
      });
    } catch (const std::exception&) {
      done(current_error());
    }
  });
}

void Worker::change_sink_offsets(const std::string& name, std::vector<ConnectorOffset> changes, bool reset,
                                 Answer<std::string> done) {
  const auto config = parts_.variables.resolve(config_store_->connector(name)->config);
  pool_->submit([this, name, config, changes = std::move(changes), reset, done = std::move(done)] {
    try {
      auto& admin = parts_.topics.admin();
      const auto group = pipeline::sink_group(name, config);
      std::vector<SinkChange> parsed;
      for (const auto& change : changes) {
        parsed.push_back(parse_sink_change(change));
      }
      std::vector<storage::OffsetStore::Change> hook;
      if (reset) {
        for (const auto& [partition, offset] : admin.group_offsets(group)) {
          hook.emplace_back(
              OffsetMap{{"kafka_topic", partition.topic}, {"kafka_partition", partition.partition}},
              std::nullopt);
        }
      }
      for (const auto& change : changes) {
        hook.emplace_back(change.partition, change.offset);
      }
      const bool taken =
          parts_.registry.make_connector(get_or(config, "connector.class", ""))->alter_offsets(config, hook);
      if (reset) {
        admin.delete_group(group);
      } else {
        topics::Offsets next;
        auto kept = admin.group_offsets(group);
        bool removed = false;
        for (const auto& change : parsed) {
          if (change.offset) {
            next[change.partition] = *change.offset;
          } else {
            removed = kept.erase(change.partition) > 0 || removed;
          }
        }
        if (removed) {
          // A single partition's offset cannot be removed from a group: the group is made anew with the
          // others.
          admin.delete_group(group);
          kept.merge(topics::Offsets(next));
          for (const auto& [partition, offset] : next) {
            kept[partition] = offset;
          }
          next = std::move(kept);
        }
        if (!next.empty()) {
          admin.alter_group_offsets(group, next);
        }
      }
      done(done_text(reset, taken));
    } catch (const TandemError& e) {
      auto error = e.error();
      if (error.kind == ErrorKind::conflict) {
        // Java answers 500 here: a group with members means that tasks of the connector have not stopped yet.
        error = Error(
            ErrorKind::transient,
            fmt::format(
                "Failed to {} consumer group offsets for connector {} either because its tasks haven't "
                "stopped completely yet or the resources it has been assigned haven't been released: {}",
                reset ? "reset" : "alter", name, error.message));
      }
      done(std::move(error));
    } catch (const std::exception&) {
      done(current_error());
    }
  });
}

}  // namespace tandem::herder
