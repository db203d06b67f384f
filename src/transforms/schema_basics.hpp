#pragma once
#include "tandem/data/schema.hpp"

namespace tandem::transforms {

/// Version, doc and parameters, as Connect's SchemaUtil.copySchemaBasics; name, fields and the rest are the
/// caller's.
void copy_basics(const Schema& from, SchemaBuilder& to);

}  // namespace tandem::transforms
