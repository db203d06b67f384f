#include "connectors/sql_sink/mysql/grants.hpp"

#include <algorithm>

namespace tandem::sql_sink {
namespace {

/// One `quoted` name or a *, from `at` on, which is moved behind it.
std::string name_at(const std::string& line, std::size_t& at) {
  std::string name;
  if (at < line.size() && line[at] != '`') {
    ++at;
    return "*";
  }
  for (++at; at < line.size(); ++at) {
    if (line[at] == '`') {
      if (at + 1 == line.size() || line[at + 1] != '`') {
        break;
      }
      ++at;
    }
    name += line[at];
  }
  ++at;
  return name;
}

std::vector<std::string> privileges_of(std::string_view list) {
  std::vector<std::string> out;
  std::string word;
  int depth = 0;
  for (const char c : std::string(list) + ",") {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      out.push_back(std::move(word));
      word.clear();
    } else if (c != ' ' || !word.empty()) {
      word += c;
    }
  }
  return out;
}

/// The name of a database in a grant is a LIKE pattern.
bool like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern[0] == '%') {
    return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
  }
  const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
  if (text.empty() || (pattern[escaped ? 1 : 0] != text[0] && (escaped || pattern[0] != '_'))) {
    return false;
  }
  return like(pattern.substr(escaped ? 2 : 1), text.substr(1));
}

}  // namespace

MysqlGrants MysqlGrants::read(TargetConnection& connection) {
  std::string of = "SHOW GRANTS";
  try {
    const auto roles = connection.query("SELECT CURRENT_ROLE()");
    // MariaDB answers with a bare name, and lists the grants of roles without being asked.
    if (const std::string role = roles.at(0).at(0).value_or("NONE"); role.find('@') != std::string::npos) {
      of += " FOR CURRENT_USER() USING " + role;
    }
  } catch (const StatementFailure& e) {
    if (e.failure == FailureClass::lost) {
      throw;
    }
    // MySQL 5.7 has no roles.
  }
  std::vector<std::string> lines;
  for (const auto& row : connection.query(of)) {
    lines.push_back(row.at(0).value_or(""));
  }
  return parse(lines);
}

MysqlGrants MysqlGrants::parse(const std::vector<std::string>& lines) {
  MysqlGrants grants;
  for (const auto& line : lines) {
    const auto on = line.find(" ON ");
    const std::size_t verb = line.starts_with("GRANT ") ? 6 : line.starts_with("REVOKE ") ? 7 : 0;
    if (verb == 0 || on == std::string::npos || on < verb) {
      continue;
    }
    Entry entry;
    entry.taken = verb == 7;
    entry.privileges = privileges_of(std::string_view(line).substr(verb, on - verb));
    std::size_t at = on + 4;
    entry.database = name_at(line, at);
    ++at;  // the dot
    entry.table = name_at(line, at);
    grants.entries_.push_back(std::move(entry));
  }
  return grants;
}

bool MysqlGrants::has(std::string_view privilege, std::string_view database, std::string_view table) const {
  bool global = false, here = false, taken = false;
  for (const auto& entry : entries_) {
    const bool gives = std::any_of(entry.privileges.begin(), entry.privileges.end(), [&](const auto& p) {
      return p == privilege || p == "ALL PRIVILEGES" || p == "ALL";
    });
    if (!gives) {
      continue;
    }
    if (entry.taken) {
      taken |= entry.database == database;
    } else if (entry.database == "*") {
      global = true;
    } else if (entry.table == "*") {
      here |= like(entry.database, database);
    } else {
      here |= entry.database == database && entry.table == table;
    }
  }
  return here || (global && !taken);
}

}  // namespace tandem::sql_sink
