#pragma once
#include "tandem/config/config.hpp"
#include "tandem/config/providers.hpp"

#include <string>

namespace tandem::app {

struct WorkerFile {
  ConfigMap properties;       ///< `${env:…}` and the like replaced by the file's own config.providers
  ConfigVariables variables;  ///< those providers, for connector configurations
};
/// Throws TandemError(config) when the file cannot be read.
WorkerFile read_worker_file(const std::string& file);

}  // namespace tandem::app
