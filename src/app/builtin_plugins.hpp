#pragma once
#include "tandem/plugin/registry.hpp"

namespace tandem::app {

/// Every plugin of this program.
const Registry& builtin_plugins();

}  // namespace tandem::app
