#include "pipeline/transform_chain.hpp"

#include <map>

#include <fmt/format.h>

namespace tandem::pipeline {
namespace {

std::string required_type(const ConfigMap& config, const std::string& key) {
  const auto type = get_or(config, key, "");
  if (type.empty()) {
    raise(ErrorKind::config,
          fmt::format("Missing required configuration \"{}\" which has no default value.", key));
  }
  return type;
}

ConfigMap own_settings(const ConfigMap& config, const std::string& prefix) {
  auto map = with_prefix(config, prefix);
  for (const auto* key : {"type", "predicate", "negate"}) {
    map.erase(key);
  }
  return map;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const auto first = item.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
      continue;
    }
    const auto last = item.find_last_not_of(" \t\r\n");
    items.emplace_back(item.substr(first, last - first + 1));
  }
  return items;
}

TransformChain::TransformChain(const ConfigMap& connector, const Registry& registry) {
  std::map<std::string, std::shared_ptr<Predicate>> predicates;
  for (const auto& alias : split_list(get_or(connector, "predicates", ""))) {
    const auto prefix = "predicates." + alias + ".";
    std::shared_ptr<Predicate> predicate = registry.make_predicate(required_type(connector, prefix + "type"));
    predicate->configure(own_settings(connector, prefix));
    predicates.emplace(alias, std::move(predicate));
  }
  for (const auto& alias : split_list(get_or(connector, "transforms", ""))) {
    const auto prefix = "transforms." + alias + ".";
    Step step;
    step.transform = registry.make_transform(required_type(connector, prefix + "type"));
    step.transform->configure(own_settings(connector, prefix));
    if (const auto name = get_or(connector, prefix + "predicate", ""); !name.empty()) {
      const auto it = predicates.find(name);
      if (it == predicates.end()) {
        raise(ErrorKind::config,
              fmt::format("Invalid value {} for configuration {}predicate: it is not in `predicates`", name,
                          prefix),
              fmt::format("Add {} to `predicates` and give it a `predicates.{}.type`.", name, name));
      }
      step.predicate = it->second;
      step.negate = get_or(connector, prefix + "negate", "false") == "true";
    }
    steps_.push_back(std::move(step));
  }
}

bool TransformChain::apply(ConnectRecord& record) {
  for (auto& step : steps_) {
    if (step.predicate && step.predicate->test(record) == step.negate) {
      continue;
    }
    if (!step.transform->apply(record)) {
      return false;
    }
  }
  return true;
}

}  // namespace tandem::pipeline
