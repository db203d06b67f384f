#include "connectors/postgres/pgoutput/copy_line.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace tandem::pgoutput;

namespace {

/// As PostgreSQL writes a cell (src/backend/commands/copyto.c, CopyAttributeOutText).
void append_escaped(std::string& line, const Cell& cell) {
  static const std::string_view plain = "\b\f\n\r\t\v\\", written = "bfnrtv\\";
  if (cell.is_null()) {
    line += "\\N";
    return;
  }
  for (const char c : cell.bytes) {
    if (const auto at = plain.find(c); at != std::string_view::npos) {
      line += '\\';
      line += written[at];
    } else {
      line += c;
    }
  }
}

}  // namespace

// Any line; and what was read from it, written as the server does, reads as the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(reinterpret_cast<const char*>(data),
                         size);  // a copy, so that reads past its end are seen
  std::string scratch, again_scratch, again;
  Tuple cells, again_cells;
  if (!parse_copy_line(line, scratch, cells)) {
    return 0;
  }
  for (const Cell& cell : cells) {
    again += &cell == cells.data() ? "" : "\t";
    append_escaped(again, cell);
  }
  again += '\n';
  if (!parse_copy_line(again, again_scratch, again_cells) || again_cells.size() != cells.size()) {
    __builtin_trap();
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (again_cells[i].kind != cells[i].kind || again_cells[i].bytes != cells[i].bytes) {
      __builtin_trap();
    }
  }
  return 0;
}
