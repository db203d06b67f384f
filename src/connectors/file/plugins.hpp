#pragma once
#include "tandem/plugin/registry.hpp"

namespace tandem::file {

/// Adds FileStreamSourceConnector and FileStreamSinkConnector.
void add_plugins(Registry& registry);

}  // namespace tandem::file
