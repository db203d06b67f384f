#include "connectors/relational/model/table_id.hpp"

#include <vector>

namespace tandem::relational {
namespace {

void add_quoted(std::string& out, const std::string& part) {
  if (part.empty()) {
    return;
  }
  if (!out.empty()) {
    out += '.';
  }
  out += '"';
  for (const char c : part) {
    out += c;
    if (c == '"') {
      out += '"';
    }
  }
  out += '"';
}

}  // namespace

std::string TableId::text() const {
  std::string out = catalog;
  for (const std::string* part : {&schema, &table}) {
    if (!part->empty()) {
      out += out.empty() ? "" : ".";
      out += *part;
    }
  }
  return out;
}

std::string TableId::double_quoted() const {
  std::string out;
  add_quoted(out, catalog);
  add_quoted(out, schema);
  add_quoted(out, table);
  return out;
}

TableId parse_table_id(const std::string& text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"') {
        parts.back() += '"';
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() == 1) {
    return {{}, {}, parts[0]};
  }
  if (parts.size() == 2) {
    return {parts[0], {}, parts[1]};
  }
  return {parts[0], parts[1], parts[2]};
}

}  // namespace tandem::relational
