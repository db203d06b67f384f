#pragma once
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"

#include <string_view>

namespace tandem::json {

/// Schema.Type's Java names, as Connect's messages use them: "INT8" … "STRUCT".
std::string_view type_name(SchemaType type) noexcept;
/// The same words for what a value is; "NULL" for null.
std::string_view type_name(const Value& value) noexcept;
/// The `scale` parameter of a Decimal schema. Throws TandemError(data) as Decimal.scale() does.
int decimal_scale(const Schema& schema);

}  // namespace tandem::json
