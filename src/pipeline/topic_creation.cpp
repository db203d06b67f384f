#include "pipeline/topic_creation.hpp"

#include "pipeline/transform_chain.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <charconv>

namespace tandem::pipeline {
namespace {

template <class T>
T number(const ConfigMap& map, std::string_view key, T fallback) {
  const auto text = get_or(map, key, "");
  T value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<JavaRegex> patterns(const ConfigMap& map, std::string_view key) {
  std::vector<JavaRegex> out;
  for (const auto& item : split_list(get_or(map, key, ""))) {
    out.emplace_back(item);
  }
  return out;
}

}  // namespace

bool TopicCreation::Group::matches(const std::string& topic) const {
  const auto hit = [&](const JavaRegex& r) { return r.matches(topic); };
  return std::none_of(exclude.begin(), exclude.end(), hit) &&
         std::any_of(include.begin(), include.end(), hit);
}

void TopicCreation::check(const ConfigMap& connector) {
  if (with_prefix(connector, "topic.creation.").empty()) {
    return;
  }
  const auto require = [&](const std::string& name) {
    if (get_or(connector, name, "").empty()) {
      raise(ErrorKind::config, "Missing required configuration \"" + name + "\" which has no default value.",
            "It is required once any topic.creation.* is set; -1 leaves it to the broker.");
    }
  };
  require("topic.creation.default.replication.factor");
  require("topic.creation.default.partitions");
  for (const auto& group : split_list(get_or(connector, "topic.creation.groups", ""))) {
    if (group != "default") {
      require("topic.creation." + group + ".include");
    }
  }
}

TopicCreation::TopicCreation(const ConfigMap& connector, bool enabled, topics::Admin& admin) : admin_(admin) {
  constexpr std::string_view prefix = "topic.creation.";
  const auto all = with_prefix(connector, prefix);
  if (!enabled || all.empty()) {
    return;
  }
  const auto defaults = with_prefix(connector, "topic.creation.default.");
  const auto make = [&](const std::string& name) {
    const auto own = with_prefix(connector, std::string(prefix) + name + ".");
    Group group;
    group.spec.partitions =
        number<std::int32_t>(own, "partitions", number<std::int32_t>(defaults, "partitions", 1));
    group.spec.replication_factor = number<std::int16_t>(
        own, "replication.factor", number<std::int16_t>(defaults, "replication.factor", -1));
    if (name != "default") {
      group.include = patterns(own, "include");
      group.exclude = patterns(own, "exclude");
    }
    for (const auto& [key, value] : own) {
      if (value && key != "include" && key != "exclude" && key != "partitions" &&
          key != "replication.factor") {
        group.spec.config[key] = *value;
      }
    }
    groups_.push_back(std::move(group));
  };
  for (const auto& name : split_list(get_or(connector, "topic.creation.groups", ""))) {
    if (name != "default") {
      make(name);
    }
  }
  make("default");
}

topics::TopicSpec TopicCreation::spec_for(const std::string& topic) const {
  for (std::size_t i = 0; i + 1 < groups_.size(); ++i) {
    if (groups_[i].matches(topic)) {
      auto spec = groups_[i].spec;
      spec.name = topic;
      return spec;
    }
  }
  auto spec = groups_.back().spec;
  spec.name = topic;
  return spec;
}

void TopicCreation::ensure(const std::string& topic) {
  if (groups_.empty() || admin_.describe(topic)) {
    return;
  }
  const auto spec = spec_for(topic);
  if (admin_.create_topic(spec)) {
    log::info("tandem.task", "created topic {} with {} partitions", topic, spec.partitions);
  }
}

}  // namespace tandem::pipeline
