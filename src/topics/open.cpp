#include "topics/open.hpp"

#include "topics/embedded/embedded_topics.hpp"
#include "topics/kafka/kafka_topics.hpp"

namespace tandem::topics {
namespace {

constexpr std::string_view kEmbedded = "embedded:";

ClientConfig admin_config(const ConfigMap& worker) {
  ClientConfig out;
  for (const auto& [key, value] : worker) {
    if (value && !key.starts_with("admin.")) {
      out.properties[key] = *value;
    }
  }
  for (const auto& [key, value] : worker) {
    if (value && key.starts_with("admin.")) {
      out.properties[key.substr(6)] = *value;
    }
  }
  out.client_id = "tandem-admin";
  return out;
}

}  // namespace

std::unique_ptr<Topics> open_topics(const ConfigMap& worker) {
  const auto it = worker.find("bootstrap.servers");
  const std::string servers = it == worker.end() || !it->second ? "localhost:9092" : *it->second;
  if (servers.empty()) {
    raise(ErrorKind::config, "bootstrap.servers is empty",
          "write bootstrap.servers=HOST:9092, or bootstrap.servers=embedded:DIRECTORY to run without Kafka");
  }
  if (servers.starts_with(kEmbedded)) {
    const std::string folder = servers.substr(kEmbedded.size());
    if (folder.empty()) {
      raise(ErrorKind::config, "bootstrap.servers=embedded: names no folder",
            "write bootstrap.servers=embedded:DIRECTORY");
    }
    return embedded::open_embedded(folder);
  }
  return kafka::open_kafka(servers, admin_config(worker));
}

}  // namespace tandem::topics
