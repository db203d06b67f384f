#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/result.hpp"

#include <string>

namespace tandem::binlog {

/// Appends MySQL's binary JSON (sql/json_binary.cc) as text, in the form Debezium gives streamed values: no
/// spaces, keys in stored order, non-ASCII characters as they are, numbers plain (a double that Java would
/// write with an exponent is written out exactly), DECIMAL as a number, DATE, TIME and DATETIME as strings
/// without trailing zeros of the fraction, all else opaque as base64. One deliberate difference: Debezium
/// garbles negative TIMEs ("02:0-3:0-3"), here they are "-01:02:03". An empty span is what MySQL stores for a
/// NULL that became NOT NULL: `null`.
Result<void> append_json_text(std::string& out, BytesView binary);

/// A double as described above.
void append_json_double(std::string& out, double value);
/// Contents of a JSON string, escaped; without the quotes.
void append_json_escaped(std::string& out, std::string_view utf8);

}  // namespace tandem::binlog
