#pragma once
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <string>

/// MySQL's packed decimal (strings/decimal.cc, bin2decimal): groups of nine digits in four bytes big-endian,
/// shorter groups at both ends, the first bit inverted, all bits inverted when negative.
namespace tandem::binlog {

inline constexpr unsigned kMaxDecimalPrecision = 81;  ///< nine groups; servers allow 65

/// Bytes of a value; 0 when precision or scale is impossible.
std::size_t decimal_size(unsigned precision, unsigned scale) noexcept;

/// "-12345.600": plain, with exactly `scale` digits after the point. `packed` has decimal_size bytes. False:
/// broken.
bool append_decimal_text(std::string& out, BytesView packed, unsigned precision, unsigned scale);

}  // namespace tandem::binlog
