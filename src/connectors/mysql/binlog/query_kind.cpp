#include "connectors/mysql/binlog/query_kind.hpp"

#include <algorithm>
#include <array>

namespace tandem::binlog {
namespace {

bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Past space and comments. Contents of "/*!" and "/*M!" comments are code.
void skip_space(std::string_view& s) noexcept {
  for (;;) {
    while (!s.empty() && (is_space(s[0]) || s[0] == '(')) {
      s.remove_prefix(1);
    }
    if (s.substr(0, 2) == "/*") {
      const std::size_t mark = s.substr(2, 1) == "!" ? 3 : s.substr(2, 2) == "M!" ? 4 : 0;
      if (mark != 0) {
        s.remove_prefix(mark);
        while (!s.empty() && s[0] >= '0' && s[0] <= '9') {
          s.remove_prefix(1);
        }
        continue;
      }
      const auto end = s.find("*/", 2);
      s.remove_prefix(end == std::string_view::npos ? s.size() : end + 2);
    } else if (s.substr(0, 1) == "#" || s.substr(0, 3) == "-- " || s.substr(0, 3) == "--\n" ||
               s.substr(0, 3) == "--\t") {
      const auto end = s.find('\n');
      s.remove_prefix(end == std::string_view::npos ? s.size() : end + 1);
    } else {
      return;
    }
  }
}

/// The next word in lower case, at most 15 letters.
std::string_view next_word(std::string_view& s, std::array<char, 16>& buffer) noexcept {
  skip_space(s);
  std::size_t n = 0;
  while (n < s.size() && is_word(s[n])) {
    if (n < buffer.size()) {
      buffer[n] = s[n] >= 'A' && s[n] <= 'Z' ? static_cast<char>(s[n] + 32) : s[n];
    }
    ++n;
  }
  s.remove_prefix(n);
  return {buffer.data(), std::min(n, buffer.size())};
}

}  // namespace

QueryKind query_kind(std::string_view sql) noexcept {
  if (sql == "BEGIN") {
    return QueryKind::begin;
  }
  std::array<char, 16> first_buffer{}, second_buffer{};
  const auto first = next_word(sql, first_buffer);
  if (first == "begin" || first == "start") {
    const auto second = next_word(sql, second_buffer);
    return first == "begin" || second == "transaction" ? QueryKind::begin : QueryKind::ddl;
  }
  if (first == "commit") {
    return QueryKind::commit;
  }
  if (first == "rollback") {
    return next_word(sql, second_buffer) == "to" ? QueryKind::savepoint : QueryKind::rollback;
  }
  if (first == "savepoint" || first == "release") {
    return QueryKind::savepoint;
  }
  if (first == "xa") {
    const auto second = next_word(sql, second_buffer);
    return second == "start" || second == "begin" ? QueryKind::xa_start
           : second == "end"                      ? QueryKind::xa_end
           : second == "rollback"                 ? QueryKind::xa_rollback
                                                  : QueryKind::xa_commit;
  }
  static constexpr std::array<std::string_view, 9> kChanges = {
      "insert", "update", "delete", "replace", "load", "call", "do", "with", "select"};
  return std::find(kChanges.begin(), kChanges.end(), first) != kChanges.end() ? QueryKind::dml
                                                                              : QueryKind::ddl;
}

}  // namespace tandem::binlog
