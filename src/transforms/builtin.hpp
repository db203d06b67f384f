#pragma once
#include "tandem/plugin/registry.hpp"

namespace tandem::transforms {

/// Adds all transforms and predicates of this room under their Java names.
void add_builtin_transforms(Registry& registry);

}  // namespace tandem::transforms
