#pragma once
#include "tandem/config/config.hpp"
#include "tandem/topics/topics.hpp"

#include <memory>

namespace tandem::topics {

/// The transport that the worker's `bootstrap.servers` names: "host:port,…" is Kafka (nothing connects yet),
/// "embedded:DIR" the log in DIR (opened and locked now). The worker's own client settings
/// (`security.protocol`, `sasl.*`, `ssl.*`, and those below `admin.`) serve the transport's admin client.
/// Throws TandemError(config), or (conflict) when another process owns DIR.
std::unique_ptr<Topics> open_topics(const ConfigMap& worker);

}  // namespace tandem::topics
