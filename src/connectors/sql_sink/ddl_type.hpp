#pragma once
#include "tandem/data/schema.hpp"

#include <string>

namespace tandem::sql_sink {

/// Column types of tables that the sink makes (TYPES.md; sinks-and-bidirectional.md §1.5). `schema` nullptr:
/// text.
std::string postgres_type(const Schema* schema, bool key);
std::string mysql_type(const Schema* schema, bool key);

}  // namespace tandem::sql_sink
