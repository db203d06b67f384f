#include "tandem/config/config.hpp"

#include <string>

namespace tandem {
namespace {

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

/// One logical line: continuations joined, leading blanks dropped; escapes still in it.
bool next_line(std::string_view& text, std::string& line) {
  line.clear();
  if (text.empty()) {
    return false;
  }
  for (bool first = true;; first = false) {
    std::size_t at = 0;
    while (at < text.size() && blank(text[at])) {
      ++at;
    }
    const bool comment = first && at < text.size() && (text[at] == '#' || text[at] == '!');
    const auto end = text.find_first_of("\r\n", at);
    auto piece = text.substr(at, end == std::string_view::npos ? end : end - at);
    std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
    if (end != std::string_view::npos && text[end] == '\r' && next < text.size() && text[next] == '\n') {
      ++next;
    }
    text = text.substr(next);
    if (comment) {
      line.clear();
      return true;
    }
    std::size_t slashes = 0;
    while (slashes < piece.size() && piece[piece.size() - 1 - slashes] == '\\') {
      ++slashes;
    }
    const bool goes_on = slashes % 2 == 1;
    line += goes_on ? piece.substr(0, piece.size() - 1) : piece;
    if (!goes_on || text.empty()) {
      return true;
    }
  }
}

bool hex4(std::string_view s, std::size_t at, unsigned& out) {
  if (at + 4 > s.size()) {
    return false;
  }
  out = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = s[i];
    const int d = c >= '0' && c <= '9'   ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;
    if (d < 0) {
      return false;
    }
    out = out << 4 | static_cast<unsigned>(d);
  }
  return true;
}

std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 == s.size()) {
      out += s[i];
      continue;
    }
    const char c = s[++i];
    unsigned code = 0, low = 0;
    if (c == 'u' && hex4(s, i + 1, code)) {
      i += 4;
      if (code >= 0xD800 && code < 0xDC00 && i + 6 < s.size() && s[i + 1] == '\\' && s[i + 2] == 'u' &&
          hex4(s, i + 3, low) && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
      append_utf8(out, code);
    } else {
      out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
    }
  }
  return out;
}

}  // namespace

ConfigMap parse_properties(std::string_view text) {
  ConfigMap out;
  std::string line;
  while (next_line(text, line)) {
    if (line.empty()) {
      continue;
    }
    std::size_t end = 0;
    while (end < line.size() && line[end] != '=' && line[end] != ':' && !blank(line[end])) {
      end += line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, line.size());
    std::size_t value = end;
    while (value < line.size() && blank(line[value])) {
      ++value;
    }
    if (value < line.size() && (line[value] == '=' || line[value] == ':')) {
      ++value;
      while (value < line.size() && blank(line[value])) {
        ++value;
      }
    }
    out[unescape(std::string_view(line).substr(0, end))] = unescape(std::string_view(line).substr(value));
  }
  return out;
}

}  // namespace tandem
