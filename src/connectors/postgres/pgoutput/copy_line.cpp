#include "connectors/postgres/pgoutput/copy_line.hpp"

#include <algorithm>

namespace tandem::pgoutput {
namespace {

char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

bool append_unescaped(std::string& out, std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.push_back(raw[i]);
    } else if (++i < raw.size()) {
      out.push_back(unescaped(raw[i]));
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool parse_copy_line(std::string_view line, std::string& scratch, Tuple& cells) {
  cells.clear();
  scratch.clear();
  if (line.ends_with('\n')) {
    line.remove_suffix(1);
  }
  for (;;) {
    const std::size_t end = std::min(line.find('\t'), line.size());
    const std::string_view raw = line.substr(0, end);
    Cell& cell = cells.emplace_back();
    cell.kind = Cell::Kind::text;
    if (raw.find('\\') == std::string_view::npos) {
      cell.bytes = raw;
    } else if (raw == "\\N") {
      cell.kind = Cell::Kind::null;
    } else {
      if (scratch.empty()) {
        scratch.reserve(line.size());  // views into it must not move
      }
      const std::size_t from = scratch.size();
      if (!append_unescaped(scratch, raw)) {
        return false;
      }
      cell.bytes = std::string_view(scratch).substr(from);
    }
    if (end == line.size()) {
      return true;
    }
    line.remove_prefix(end + 1);
  }
}

}  // namespace tandem::pgoutput
