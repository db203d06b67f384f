#pragma once
#include "tandem/plugin/registry.hpp"

namespace tandem::converters {

/// Adds all converters and header converters of this room under their Java names.
void add_builtin_converters(Registry& registry);

}  // namespace tandem::converters
