#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

/// Digits of dates and times, which stand in nearly every row: a format string for them costs more than the
/// row's other columns together.
namespace tandem {

/// At least `width` decimal digits, zeros before them.
void append_padded(std::string& out, std::uint64_t value, std::size_t width);

/// "2024-05-06"; `year` is not below 0, and longer when four digits don't hold it.
void append_ymd(std::string& out, std::uint64_t year, unsigned month, unsigned day);

/// "23:59:59"; hours from 100 on are longer.
void append_hms(std::string& out, std::uint64_t seconds);

/// "." and the first `digits` of six (the micros of a second, below 1,000,000); nothing for 0 digits. -1: as
/// many as say it all, nothing for a whole second, as java.time's ISO_LOCAL_TIME.
void append_fraction(std::string& out, std::uint32_t micros, int digits);

}  // namespace tandem
