#include "transforms/regex_router.hpp"

namespace tandem::transforms {

const ConfigDef& RegexRouter::config_def() const {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "regex",
              .type = ConfigType::string,
              .default_value = no_default,
              .importance = Importance::high,
              .documentation = "Regular expression to use for matching.",
              .validator = validators::regex()});
    d.define({.name = "replacement",
              .type = ConfigType::string,
              .default_value = no_default,
              .importance = Importance::high,
              .documentation = "Replacement string."});
    return d;
  }();
  return def;
}

void RegexRouter::configure(const ConfigMap& given) {
  const Config config(config_def(), given);
  regex_.emplace(config.string("regex"));
  replacement_ = config.string("replacement");
  known_.clear();
}

bool RegexRouter::apply(ConnectRecord& record) {
  constexpr std::size_t kMostTopics = 10'000;
  auto it = known_.find(record.topic);
  if (it == known_.end()) {
    auto renamed = regex_->replace_if_matches(record.topic, replacement_).value_or(record.topic);
    if (known_.size() == kMostTopics) {
      known_.clear();
    }
    it = known_.emplace(record.topic, std::move(renamed)).first;
  }
  record.topic = it->second;
  return true;
}

}  // namespace tandem::transforms
