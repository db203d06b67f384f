#include "connectors/file/plugins.hpp"

#include "connectors/file/file_sink.hpp"
#include "connectors/file/file_source.hpp"

namespace tandem::file {

void add_plugins(Registry& registry) {
  // Kafka's own version: they behave as these.
  registry.source("org.apache.kafka.connect.file.FileStreamSourceConnector", "3.9.1",
                  [] { return std::make_unique<FileStreamSourceConnector>(); });
  registry.sink("org.apache.kafka.connect.file.FileStreamSinkConnector", "3.9.1",
                [] { return std::make_unique<FileStreamSinkConnector>(); });
}

}  // namespace tandem::file
