#pragma once
#include "connectors/mysql/values.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Readings of MySQL's temporal texts and the arithmetic behind the temporal mappings.
namespace tandem::mysql {

/// "2024-02-29", "2024-02-29 01:02:03.5"; nullopt for anything else. Zero parts pass (0000-00-00).
std::optional<Cell::Civil> parse_datetime(BytesView text);
/// "-838:59:59.123456" to signed microseconds.
std::optional<std::int64_t> parse_time(BytesView text);
/// False for a date with a zero month or day.
bool is_real_date(const Cell::Civil& t) noexcept;
std::int64_t epoch_micros(const Cell::Civil& t) noexcept;
Cell::Civil civil_of_micros(std::int64_t micros) noexcept;
/// ISO text; `fraction` digits are written when positive, as many as needed when -1.
void append_iso_date(std::string& out, const Cell::Civil& t);
void append_iso_time(std::string& out, const Cell::Civil& t, int fraction);

}  // namespace tandem::mysql
