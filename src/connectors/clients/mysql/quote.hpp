#pragma once
#include "tandem/base/bytes.hpp"

#include <string>
#include <string_view>

/// Text of names and literals. The connection's character set must be utf8mb4 or another one in which no
/// character but the backslash has the byte 0x5C (`Connection` sees to that).
namespace tandem::mysql {

void append_identifier(std::string& out, std::string_view name);  ///< `na``me`
std::string quote_identifier(std::string_view name);
std::string quote_table(std::string_view database, std::string_view table);  ///< `db`.`table`

/// 'it''s'. `backslash_escapes` false when the session has NO_BACKSLASH_ESCAPES
/// (`Connection::backslash_escapes`).
void append_string_literal(std::string& out, std::string_view text, bool backslash_escapes = true);
std::string quote_string(std::string_view text, bool backslash_escapes = true);

/// x'00ff': bytes whatever the character set and SQL mode.
void append_hex_literal(std::string& out, BytesView bytes);

}  // namespace tandem::mysql
