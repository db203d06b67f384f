#pragma once
#include "tandem/topics/topics.hpp"

#include <memory>
#include <string>

namespace tandem::topics::kafka {

/// Kafka at `bootstrap_servers` ("host:port,…"). `admin` holds the worker's own client settings. Nothing
/// connects yet.
std::unique_ptr<Topics> open_kafka(const std::string& bootstrap_servers, const ClientConfig& admin);

}  // namespace tandem::topics::kafka
