#pragma once
#include "herder/herder.hpp"

namespace tandem::herder {

/// Looks at a connector configuration as PUT /connector-plugins/{p}/config/validate does, in Connect's order:
/// framework keys, transforms' and predicates' keys, the connector's own keys and its validate(), converters
/// that it names, client overrides. May block (the connector may ask its server): call it on the pool.
struct CheckContext {
  const Registry& registry;
  std::string worker_group;
  std::string override_policy;  ///< connector.client.config.override.policy
};
/// `config` has its variables replaced. Throws TandemError(config) when
/// connector.class is missing or unknown.
ConfigInfos check_connector(const CheckContext& context, const ConfigMap& config);

/// "" when there is no error, else the body of a 400: Java's first line, one line an error, the closing line.
std::string invalid_config_message(const ConfigInfos& infos);

/// Keys of any plugin: a connector's own then the framework's. Throws TandemError(not_found) "Unknown plugin
/// p.".
std::vector<ConfigKey> keys_of_plugin(const Registry& registry, const std::string& plugin);

}  // namespace tandem::herder
