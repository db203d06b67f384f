#pragma once
#include <cstdint>
#include <string>

namespace tandem::json {

/// Decimal digits of an integer.
void append_integer(std::string& out, std::int64_t value);
/// The text of Double.toString and Float.toString as the JDKs up to 18 print them (JDK 17 is what Connect
/// runs on): not always the shortest ("2.0E-3" and "1.0E23" are, "2.05548620454441037E18" is not). "NaN",
/// "Infinity" and "-Infinity" come without quotes.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

}  // namespace tandem::json
