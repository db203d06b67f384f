#pragma once
#include "tandem/topics/topics.hpp"
#include "topics/kafka/handles.hpp"

#include <cstddef>
#include <string>

/// Java's client settings in librdkafka's words. Pure: no network; reads the key and trust stores that are
/// named.
namespace tandem::topics::kafka {

enum class Role { producer, consumer, admin };

struct ClientSettings {
  std::map<std::string, std::string> native;  ///< librdkafka's names
  std::string group_id;
  std::size_t producer_bytes = 32 << 20;  ///< buffer.memory: the bound of Producer::send
  bool prompt = true;                     ///< linger.ms was left to us: what is sent alone leaves at once
};

/// Defaults of `role`, then `config.properties` (unknown keys are passed on when librdkafka knows them, else
/// left out: the worker's own keys stand beside them), then `config.overrides` by the allow-list. Throws
/// TandemError(config) naming key, value and remedy.
ClientSettings translate(Role role, const std::string& bootstrap_servers, const ClientConfig& config);

/// A configuration object with the settings and our log callback; throws TandemError(config).
Conf make_conf(const ClientSettings& settings);

/// Makes the client; throws TandemError(config).
Client make_client(rd_kafka_type_t type, Conf conf);

}  // namespace tandem::topics::kafka
