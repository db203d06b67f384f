#pragma once
#include "connectors/postgres/pgoutput/messages.hpp"

#include <string>
#include <string_view>

namespace tandem::pgoutput {

/// One line of COPY's text format to cells (PostgreSQL documentation, "COPY", Text Format; octal and
/// hexadecimal escapes are for input only). False when the line ends within an escape. Cells point into
/// `scratch` or the line.
bool parse_copy_line(std::string_view line, std::string& scratch, Tuple& cells);

}  // namespace tandem::pgoutput
