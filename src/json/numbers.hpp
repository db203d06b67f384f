#pragma once
#include "tandem/json/cursor.hpp"

#include <cstdint>
#include <string_view>

namespace tandem::json {

/// False when `text` (a JSON number) is no integer or beyond 64 bits.
bool to_integer(std::string_view text, std::int64_t& out) noexcept;
/// The nearest double of a JSON number; fails at the cursor when it is too large for one.
double to_double(const Cursor& cursor, std::string_view text);
float to_float(const Cursor& cursor, std::string_view text);

}  // namespace tandem::json
