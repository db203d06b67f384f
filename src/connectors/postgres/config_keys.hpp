#pragma once
#include "tandem/config/config_def.hpp"

namespace tandem::postgres_source {

/// Every setting of the connector, declared once. README.md lists which are honoured, refused, or accepted
/// without effect.
const ConfigDef& config_keys();

}  // namespace tandem::postgres_source
