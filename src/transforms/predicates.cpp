#include "transforms/predicates.hpp"

namespace tandem::transforms {

const ConfigDef& TopicNameMatches::config_def() const {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "pattern",
              .type = ConfigType::string,
              .default_value = no_default,
              .documentation = "A Java regular expression for matching against the name of a record's topic.",
              .validator = validators::all({validators::non_empty(), validators::regex()})});
    return d;
  }();
  return def;
}

void TopicNameMatches::configure(const ConfigMap& config) {
  pattern_.emplace(Config(config_def(), config).string("pattern"));
}

const ConfigDef& HasHeaderKey::config_def() const {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "name",
              .type = ConfigType::string,
              .default_value = no_default,
              .documentation = "The header name.",
              .validator = validators::non_empty()});
    return d;
  }();
  return def;
}

void HasHeaderKey::configure(const ConfigMap& config) { name_ = Config(config_def(), config).string("name"); }

const ConfigDef& RecordIsTombstone::config_def() const {
  static const ConfigDef def;
  return def;
}

}  // namespace tandem::transforms
