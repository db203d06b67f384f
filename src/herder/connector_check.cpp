#include "herder/connector_check.hpp"

#include "herder/framework_keys.hpp"
#include "pipeline/clients.hpp"
#include "pipeline/transform_chain.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tandem::herder {
namespace {

/// A plugin's definition knows its keys without the prefix; the user does not. In both of Kafka's sentences.
void name_in_full(std::string& error, const std::string& name, const std::string& prefix) {
  for (const auto& [before, after] : {std::pair("\"", "\""), std::pair(" for configuration ", ":")}) {
    const auto known = before + name + after;
    if (const auto at = error.find(known); at != std::string::npos) {
      error.replace(at, known.size(), before + prefix + name + after);
    }
  }
}

using pipeline::split_list;

/// Collects lines in the order they will be answered.
class Checklist {
 public:
  void add(const ConfigDef& def, const std::vector<ConfigCheck>& checks, const std::string& prefix = {},
           const std::string& group = {}, int first_order = 0) {
    int order = first_order;
    for (auto check : checks) {
      const auto* key = def.find(check.name);
      if (key != nullptr && key->internal) {
        continue;
      }
      ConfigInfo info;
      if (key != nullptr) {
        info.definition = *key;
        if (!prefix.empty()) {
          info.definition->name = prefix + key->name;
          info.definition->group = group;
          info.definition->order = ++order;
          if (info.definition->display_name.empty()) {
            info.definition->display_name = key->name;
          }
        }
        if (key->type == ConfigType::password && check.value) {
          check.value = "[hidden]";
        }
      }
      if (!prefix.empty()) {
        for (auto& error : check.errors) {
          name_in_full(error, check.name, prefix);
        }
        check.name = prefix + check.name;
      }
      info.value = std::move(check);
      put(std::move(info));
    }
    for (const auto& name : def.groups()) {
      note_group(prefix.empty() ? name : group);
    }
  }

  void put(ConfigInfo info) {
    if (auto* known = find(info.value.name)) {
      known->value.errors.insert(known->value.errors.end(), info.value.errors.begin(),
                                 info.value.errors.end());
      if (!known->definition) {
        known->definition = std::move(info.definition);
      }
      return;
    }
    infos_.push_back(std::move(info));
  }

  void error(const std::string& key, const std::optional<std::string>& value, std::string text) {
    ConfigInfo info;
    info.value.name = key;
    info.value.value = value;
    info.value.errors.push_back(std::move(text));
    put(std::move(info));
  }

  void note_group(const std::string& group) {
    if (!group.empty() && std::find(groups_.begin(), groups_.end(), group) == groups_.end()) {
      groups_.push_back(group);
    }
  }

  ConfigInfo* find(const std::string& name) {
    const auto it =
        std::find_if(infos_.begin(), infos_.end(), [&](const ConfigInfo& i) { return i.value.name == name; });
    return it == infos_.end() ? nullptr : &*it;
  }

  ConfigInfos finish(std::string name) && {
    ConfigInfos out;
    out.name = std::move(name);
    out.groups = std::move(groups_);
    out.configs = std::move(infos_);
    for (const auto& info : out.configs) {
      out.error_count += static_cast<int>(info.value.errors.size());
    }
    return out;
  }

 private:
  std::vector<ConfigInfo> infos_;
  std::vector<std::string> groups_;
};

std::vector<std::string> names_of(const Registry& registry, PluginType type) {
  std::vector<std::string> names;
  for (const auto& plugin : registry.list()) {
    if (plugin.type == type) {
      names.push_back(plugin.class_name);
    }
  }
  return names;
}

ConfigInfo type_line(const std::string& key, const std::string& group, const std::string& shown,
                     std::vector<std::string> recommended, const std::string& value) {
  ConfigInfo info;
  info.definition = ConfigKey{.name = key,
                              .type = ConfigType::class_,
                              .default_value = no_default,
                              .importance = Importance::high,
                              .documentation = "Class of this alias.",
                              .group = group,
                              .order = 0,
                              .width = Width::long_,
                              .display_name = shown};
  info.value.name = key;
  info.value.recommended_values = std::move(recommended);
  if (value.empty()) {
    info.value.errors.push_back(
        fmt::format("Missing required configuration \"{}\" which has no default value.", key));
  } else {
    info.value.value = value;
  }
  return info;
}

void check_predicates(const CheckContext& context, const ConfigMap& config, Checklist& list) {
  for (const auto& alias : split_list(get_or(config, "predicates", ""))) {
    const auto prefix = "predicates." + alias + ".";
    const auto group = "Predicates: " + alias;
    const auto type = get_or(config, prefix + "type", "");
    auto line = type_line(prefix + "type", group, "Predicate type for " + alias,
                          names_of(context.registry, PluginType::predicate), type);
    const bool known = !type.empty() && context.registry.find(type, PluginType::predicate) != nullptr;
    if (!type.empty() && !known) {
      line.value.errors.push_back(fmt::format(
          "Invalid value {} for configuration {}type: Class {} could not be found.", type, prefix, type));
    }
    list.put(std::move(line));
    list.note_group(group);
    if (known) {
      const auto predicate = context.registry.make_predicate(type);
      auto own = with_prefix(config, prefix);
      own.erase("type");
      list.add(predicate->config_def(), predicate->config_def().validate(own), prefix, group);
    }
  }
}

void check_transforms(const CheckContext& context, const ConfigMap& config, Checklist& list) {
  const auto predicates = split_list(get_or(config, "predicates", ""));
  for (const auto& alias : split_list(get_or(config, "transforms", ""))) {
    const auto prefix = "transforms." + alias + ".";
    const auto group = "Transforms: " + alias;
    const auto type = get_or(config, prefix + "type", "");
    auto line = type_line(prefix + "type", group, "Transformation type for " + alias,
                          names_of(context.registry, PluginType::transformation), type);
    const bool known = !type.empty() && context.registry.find(type, PluginType::transformation) != nullptr;
    if (!type.empty() && !known) {
      line.value.errors.push_back(fmt::format(
          "Invalid value {} for configuration {}type: Class {} could not be found.", type, prefix, type));
    }
    list.put(std::move(line));
    list.note_group(group);
    ConfigDef def;
    if (known) {
      def.add(context.registry.make_transform(type)->config_def());
    }
    def.define({.name = "negate",
                .type = ConfigType::boolean,
                .default_value = default_to("false"),
                .documentation = "Apply where the predicate does not hold."});
    def.define({.name = "predicate",
                .default_value = null_default,
                .documentation = "Alias of the predicate that decides whether to apply."});
    auto own = with_prefix(config, prefix);
    own.erase("type");
    list.add(def, def.validate(own), prefix, group);
    const auto predicate = get_or(own, "predicate", "");
    if (predicate.empty() && own.contains("negate")) {
      list.error(prefix + "negate", get_or(own, "negate", ""),
                 "there is no config '" + prefix + "predicate' for it: negate needs a predicate");
    } else if (!predicate.empty() &&
               std::find(predicates.begin(), predicates.end(), predicate) == predicates.end()) {
      list.error(prefix + "predicate", predicate,
                 fmt::format("Invalid value {} for configuration {}predicate: it is not in `predicates`",
                             predicate, prefix));
    }
  }
}

void check_topics(const ConfigMap& config, Checklist& list) {
  const auto topics = get_or(config, "topics", ""), pattern = get_or(config, "topics.regex", "");
  const auto both = [&](const std::string& text) {
    list.error("topics", topics, text);
    list.error("topics.regex", pattern, text);
  };
  if (topics.empty() && pattern.empty()) {
    both("Must configure one of topics or topics.regex");
  } else if (!topics.empty() && !pattern.empty()) {
    both("topics and topics.regex are mutually exclusive options, but both are set.");
  }
  const auto dead = get_or(config, "errors.deadletterqueue.topic.name", "");
  const auto names = split_list(topics);
  if (!dead.empty() && std::find(names.begin(), names.end(), dead) != names.end()) {
    list.error("topics", topics,
               fmt::format("The DLQ topic '{}' may not be included in the list of topics ('topics') consumed "
                           "by the connector",
                           dead));
  }
}

void check_overrides(const CheckContext& context, const ConfigMap& config, bool source, Checklist& list) {
  for (const std::string_view prefix : {"producer.override.", "consumer.override.", "admin.override."}) {
    for (const auto& [key, value] : with_prefix(config, prefix)) {
      if (!value) {
        continue;
      }
      const bool principal_key = key.starts_with("sasl.") || key == "security.protocol";
      const bool refused =
          context.override_policy == "None" || (context.override_policy == "Principal" && !principal_key);
      if (refused) {
        list.error(std::string(prefix) + key, value,
                   fmt::format(
                       "The '{}' policy does not allow '{}' to be overridden in the connector configuration.",
                       context.override_policy, key));
      }
    }
  }
  if (!source && get_or(config, "consumer.override.group.id", "") == context.worker_group &&
      !context.worker_group.empty()) {
    list.error("consumer.override.group.id", context.worker_group,
               fmt::format("Consumer group {} conflicts with Connect worker group {}", context.worker_group,
                           context.worker_group));
  }
}

void check_converters(const CheckContext& context, const ConfigMap& config, Checklist& list) {
  constexpr std::array<std::pair<std::string_view, PluginType>, 3> kinds{
      {{"key.converter", PluginType::converter},
       {"value.converter", PluginType::converter},
       {"header.converter", PluginType::header_converter}}};
  for (const auto& [kind, type] : kinds) {
    const std::string key(kind);
    const auto name = get_or(config, key, "");
    if (name.empty()) {
      continue;
    }
    if (context.registry.find(name, type) == nullptr) {
      list.error(key, name,
                 fmt::format("Invalid value {} for configuration {}: Class {} could not be found.", name, key,
                             name));
      continue;
    }
    const auto& def = context.registry.converter_config_def(name);
    auto given = with_prefix(config, key + ".");
    given.try_emplace("converter.type", key.substr(0, key.find('.')));  // as the worker sets it
    for (auto& check : def.validate(given)) {
      for (auto& error : check.errors) {
        name_in_full(error, check.name, key + ".");
        list.error(key + "." + check.name, check.value, std::move(error));
      }
    }
  }
}

std::string shown(const ConfigMap& config) {
  std::string out = "{";
  for (const auto& [key, value] : config) {
    out += (out.size() > 1 ? ", " : "") + key + "=" + value.value_or("null");
  }
  return out + "}";
}

}  // namespace

ConfigInfos check_connector(const CheckContext& context, const ConfigMap& config) {
  const auto type = get_or(config, "connector.class", "");
  if (type.empty()) {
    raise(ErrorKind::config, "Connector config " + shown(config) + " contains no connector type",
          "Set connector.class; GET /connector-plugins lists what there is.");
  }
  std::unique_ptr<Connector> connector;
  try {
    connector = context.registry.make_connector(type);
  } catch (const TandemError& e) {
    raise(ErrorKind::fatal, e.error().message, e.error().remedy);  // answered with 500, as Java does
  }
  const bool source = context.registry.find(type, PluginType::source) != nullptr;
  Checklist list;
  ConfigMap given;
  for (const auto& [key, value] : config) {
    if (value) {
      given.emplace(key, value);
    } else {
      list.error(key, std::nullopt, "Null value can not be supplied as the configuration value.");
    }
  }
  const auto& framework = source ? source_framework_keys() : sink_framework_keys();
  list.add(framework, framework.validate(given));
  if (!source) {
    check_topics(given, list);
  }
  check_transforms(context, given, list);
  check_predicates(context, given, list);
  auto own = connector->config_def().validate(given);
  const bool well_formed =
      std::all_of(own.begin(), own.end(), [](const ConfigCheck& c) { return c.errors.empty(); });
  if (well_formed) {
    connector->validate(given, own);
  }
  list.add(connector->config_def(), own);
  check_converters(context, given, list);
  check_overrides(context, given, source, list);
  return std::move(list).finish(type);
}

std::string invalid_config_message(const ConfigInfos& infos) {
  if (infos.error_count == 0) {
    return "";
  }
  auto out = fmt::format("Connector configuration is invalid and contains the following {} error(s):",
                         infos.error_count);
  for (const auto& info : infos.configs) {
    for (const auto& error : info.value.errors) {
      out += "\n" + error;
    }
  }
  return out +
         "\nYou can also find the above list of errors at the endpoint "
         "`/connector-plugins/{connectorType}/config/validate`";
}

std::vector<ConfigKey> keys_of_plugin(const Registry& registry, const std::string& plugin) {
  const auto* info = registry.find(plugin);
  if (info == nullptr) {
    raise(ErrorKind::not_found, "Unknown plugin " + plugin + ".");
  }
  ConfigDef def;
  switch (info->type) {
    case PluginType::source:
    case PluginType::sink: {
      def.add(registry.make_connector(plugin)->config_def());
      for (const auto& key :
           (info->type == PluginType::source ? source_framework_keys() : sink_framework_keys()).keys()) {
        if (def.find(key.name) == nullptr) {
          def.define(key);
        }
      }
      break;
    }
    case PluginType::transformation:
      def.add(registry.make_transform(plugin)->config_def());
      break;
    case PluginType::predicate:
      def.add(registry.make_predicate(plugin)->config_def());
      break;
    case PluginType::converter:
    case PluginType::header_converter:
      def.add(registry.converter_config_def(plugin));
      break;
  }
  auto keys = def.keys();
  std::erase_if(keys, [](const ConfigKey& k) { return k.internal; });
  return keys;
}

}  // namespace tandem::herder
