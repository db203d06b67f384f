#pragma once
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"

#include <string>

namespace tandem::json {

/// What Java's toString() gives for a Connect value: `Struct{a=1,b=x}`, `[1, 2]`, `{k=v}`; bytes as base64.
/// `schema` may be null.
void append_java_text(std::string& out, const SchemaPtr& schema, const Value& value);

}  // namespace tandem::json
