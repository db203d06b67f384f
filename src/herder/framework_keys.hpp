#pragma once
#include "tandem/config/config_def.hpp"

namespace tandem::herder {

/// The settings that every connector has (connect-runtime.md §3.4), groups and order as Kafka Connect 3.9
/// answers them.
const ConfigDef& source_framework_keys();
const ConfigDef& sink_framework_keys();

}  // namespace tandem::herder
