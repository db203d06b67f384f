#include "connectors/clients/mysql/quote.hpp"

namespace tandem::mysql {

void append_identifier(std::string& out, std::string_view name) {
  out += '`';
  for (char c : name) {
    if (c == '`') {
      out += '`';
    }
    out += c;
  }
  out += '`';
}

std::string quote_identifier(std::string_view name) {
  std::string out;
  append_identifier(out, name);
  return out;
}

std::string quote_table(std::string_view database, std::string_view table) {
  std::string out;
  append_identifier(out, database);
  out += '.';
  append_identifier(out, table);
  return out;
}

void append_string_literal(std::string& out, std::string_view text, bool backslash_escapes) {
  out += '\'';
  const char* run = text.data();
  const char* const end = run + text.size();
  for (const char* p = run; p != end; ++p) {
    std::string_view escaped;
    switch (*p) {
      case '\'':
        escaped = "''";
        break;
      case '\\':
        escaped = backslash_escapes ? "\\\\" : "";
        break;
      // Neither breaks the statement, but logs and proxies cut it there.
      case '\0':
        escaped = backslash_escapes ? "\\0" : "";
        break;
      case '\x1a':
        escaped = backslash_escapes ? "\\Z" : "";
        break;
      default:
        break;
    }
    if (!escaped.empty()) {
      out.append(run, p);
      out += escaped;
      run = p + 1;
    }
  }
  out.append(run, end);
  out += '\'';
}

std::string quote_string(std::string_view text, bool backslash_escapes) {
  std::string out;
  append_string_literal(out, text, backslash_escapes);
  return out;
}

void append_hex_literal(std::string& out, BytesView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::size_t start = out.size();
  out.resize(start + bytes.size() * 2 + 3);
  char* o = out.data() + start;
  *o++ = 'x';
  *o++ = '\'';
  for (unsigned char c : bytes) {
    *o++ = kDigits[c >> 4];
    *o++ = kDigits[c & 15];
  }
  *o = '\'';
}

}  // namespace tandem::mysql
