#pragma once
#include <string>

#include "tandem/config/config.hpp"

namespace tandem::app {

/// A worker's file, `${env:…}` and the like replaced by its own config.providers. Throws TandemError(config) when it
/// cannot be read.
ConfigMap read_properties(const std::string& file);

}  // namespace tandem::app
