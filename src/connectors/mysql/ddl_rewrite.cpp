#include "connectors/mysql/ddl_parser.hpp"

#include <boost/regex.hpp>

namespace tandem::mysql {
namespace {

#define TANDEM_WINDOW_WORDS                                                                                \
  "CUME_DIST|DENSE_RANK|FIRST_VALUE|JSON_TABLE|LAG|LAST_VALUE|LEAD|NTH_VALUE|NTILE|PERCENT_RANK|RANK|ROW_" \
  "NUMBER"

std::string quoted_words(const std::string& sql) {
  static const boost::regex any("\\b(" TANDEM_WINDOW_WORDS ")\\b", boost::regex::icase);
  if (!boost::regex_search(sql, any)) {
    return sql;
  }
  static const boost::regex table(
      "\\b(CREATE\\s+TABLE|ALTER\\s+TABLE|DROP\\s+TABLE|FROM|JOIN|LEFT\\s+JOIN|RIGHT\\s+JOIN|INNER\\s+JOIN|"
      "OUTER\\s+JOIN|INTO)\\s+"
      "(" TANDEM_WINDOW_WORDS ")\\b",
      boost::regex::icase);
  static const boost::regex column(
      "\\b(" TANDEM_WINDOW_WORDS
      ")\\s+((?:VAR)?CHAR|INT|BIGINT|DECIMAL|NUMERIC|FLOAT|DOUBLE|JSON|TEXT|BLOB|DATE|DATETIME|TIMESTAMP|"
      "TIME|YEAR|ENUM|SET|BINARY|VARBINARY|BIT|BOOL|BOOLEAN)\\b",
      boost::regex::icase);
  static const boost::regex label("\\b(" TANDEM_WINDOW_WORDS ")\\s*:", boost::regex::icase);
  const std::string one = boost::regex_replace(sql, table, "$1 `$2`");
  return boost::regex_replace(boost::regex_replace(one, column, "`$1` $2"), label, "`$1`:");
}

#undef TANDEM_WINDOW_WORDS

/// The end of a run that starts with `quote` at `from`; npos when it does not end.
std::size_t quoted_end(std::string_view sql, std::size_t from, bool backslash) {
  const char quote = sql[from];
  for (std::size_t i = from + 1; i < sql.size(); ++i) {
    if (backslash && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 < sql.size() && sql[i + 1] == quote) {
        ++i;
      } else {
        return i + 1;
      }
    }
  }
  return std::string_view::npos;
}

std::size_t comment_end(std::string_view sql, std::size_t i) {
  if (sql[i] == '#' || sql.substr(i, 2) == "--") {
    return std::min(sql.find('\n', i), sql.size());
  }
  if (sql.substr(i, 2) == "/*" && sql.substr(i, 3) != "/*!") {
    const auto end = sql.find("*/", i + 2);
    return end == std::string_view::npos ? end : end + 2;
  }
  return std::string_view::npos;
}

}  // namespace

std::string rewritten_ddl(std::string_view sql) {
  std::string out, plain;
  const auto flush = [&] {
    out += quoted_words(plain);
    plain.clear();
  };
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    std::size_t end = std::string_view::npos;
    if (c == '\'' || c == '"' || c == '`') {
      end = quoted_end(sql, i, c != '`');
    } else if (c == '#' || c == '-' || c == '/') {
      end = comment_end(sql, i);
    }
    if (end == std::string_view::npos) {
      plain += c;
      ++i;
      continue;
    }
    flush();
    if (c == '"') {
      out += '\'';
      for (const char inner : sql.substr(i + 1, end - i - 2)) {
        out.append(inner == '\'' ? 2 : 1, inner);
      }
      out += '\'';
    } else {
      out += sql.substr(i, end - i);
    }
    i = end;
  }
  flush();
  return out;
}

}  // namespace tandem::mysql
