#pragma once
#include "tandem/base/bytes.hpp"

#include <string>

namespace tandem::json {

/// As Jackson: NaN and the infinities in quotes.
void append_number(std::string& out, double value);
void append_number(std::string& out, float value);
void append_base64_string(std::string& out, BytesView bytes);

}  // namespace tandem::json
