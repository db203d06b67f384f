#include "connectors/mysql/ddl_tokens.hpp"

namespace tandem::mysql {
namespace {

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         c == '@' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// Reads from the opening quote; returns the place after the closing one.
std::size_t read_quoted(std::string_view sql, std::size_t at, bool backslashes, std::string& out) {
  const char quote = sql[at++];
  while (at < sql.size()) {
    const char c = sql[at];
    if (c == quote) {
      if (at + 1 < sql.size() && sql[at + 1] == quote) {
        out += quote;
        at += 2;
        continue;
      }
      return at + 1;
    }
    if (backslashes && c == '\\' && at + 1 < sql.size()) {
      const char e = sql[at + 1];
      switch (e) {
        case 'n':
          out += '\n';
          break;
        case 't':
          out += '\t';
          break;
        case 'r':
          out += '\r';
          break;
        case '0':
          out += '\0';
          break;
        case 'b':
          out += '\b';
          break;
        case 'Z':
          out += '\x1a';
          break;
        default:
          out += e;
          break;
      }
      at += 2;
      continue;
    }
    out += c;
    ++at;
  }
  return at;
}

}  // namespace

bool Token::is_word(std::string_view want) const noexcept {
  if (kind != Kind::word || text.size() != want.size()) {
    return false;
  }
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (upper(text[i]) != want[i]) {
      return false;
    }
  }
  return true;
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = upper(c);
  }
  return out;
}

std::vector<Token> tokenize(std::string_view sql, bool executable_comments) {
  std::vector<Token> out;
  int executable = 0;  // depth of /*! comments whose end is still to come
  std::size_t i = 0;
  const auto add = [&](Token::Kind kind, std::string text, std::size_t begin) {
    out.push_back({kind, std::move(text), begin, i});
  };
  while (i < sql.size()) {
    const char c = sql[i];
    const std::size_t begin = i;
    if (is_space(c)) {
      ++i;
    } else if (c == '#' ||
               (c == '-' && sql.substr(i, 2) == "--" && (i + 2 >= sql.size() || is_space(sql[i + 2])))) {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (sql.substr(i, 2) == "/*") {
      if (executable_comments && (sql.substr(i, 3) == "/*!" || sql.substr(i, 4) == "/*M!")) {
        i += sql[i + 2] == '!' ? 3 : 4;
        while (i < sql.size() && is_digit(sql[i])) {
          ++i;
        }
        ++executable;
      } else {
        const auto close = sql.find("*/", i + 2);
        i = close == std::string_view::npos ? sql.size() : close + 2;
      }
    } else if (executable > 0 && sql.substr(i, 2) == "*/") {
      --executable;
      i += 2;
    } else if (c == '`') {
      std::string text;
      i = read_quoted(sql, i, false, text);
      add(Token::Kind::quoted_name, std::move(text), begin);
    } else if (c == '\'' || c == '"') {
      std::string text;
      i = read_quoted(sql, i, true, text);
      add(Token::Kind::string, std::move(text), begin);
    } else if ((c == 'b' || c == 'B' || c == 'x' || c == 'X') && i + 1 < sql.size() && sql[i + 1] == '\'') {
      std::string text;
      i = read_quoted(sql, i + 1, false, text);
      add(c == 'b' || c == 'B' ? Token::Kind::bit_literal : Token::Kind::hex_literal, std::move(text), begin);
    } else if (is_digit(c) || (c == '.' && i + 1 < sql.size() && is_digit(sql[i + 1]) &&
                               (out.empty() || !out.back().is_name() || out.back().end != i))) {
      // A number, unless letters follow: then it is a name such as 2fa (but 1e5 and 0x1f are numbers).
      while (i < sql.size() && (is_digit(sql[i]) || sql[i] == '.')) {
        ++i;
      }
      if (i < sql.size() && (sql[i] == 'e' || sql[i] == 'E') && i + 1 < sql.size() &&
          (is_digit(sql[i + 1]) ||
           ((sql[i + 1] == '-' || sql[i + 1] == '+') && i + 2 < sql.size() && is_digit(sql[i + 2])))) {
        i += 2;
        while (i < sql.size() && is_digit(sql[i])) {
          ++i;
        }
      }
      const bool word = i < sql.size() && is_word_char(sql[i]);
      while (i < sql.size() && is_word_char(sql[i])) {
        ++i;
      }
      std::string text(sql.substr(begin, i - begin));
      const bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
      const bool bits = text.size() > 2 && text[0] == '0' && text[1] == 'b';
      if (hex || bits) {
        add(hex ? Token::Kind::hex_literal : Token::Kind::bit_literal, text.substr(2), begin);
      } else {
        add(word ? Token::Kind::word : Token::Kind::number, std::move(text), begin);
      }
    } else if (is_word_char(c)) {
      while (i < sql.size() && is_word_char(sql[i])) {
        ++i;
      }
      add(Token::Kind::word, std::string(sql.substr(begin, i - begin)), begin);
    } else {
      ++i;
      add(Token::Kind::symbol, std::string(1, c), begin);
    }
  }
  out.push_back({Token::Kind::end, "", sql.size(), sql.size()});
  return out;
}

bool TokenCursor::accept(std::string_view word) noexcept {
  if (!peek().is_word(word)) {
    return false;
  }
  next();
  return true;
}

bool TokenCursor::accept(char symbol) noexcept {
  if (!peek().is(symbol)) {
    return false;
  }
  next();
  return true;
}

bool TokenCursor::look_words(std::initializer_list<std::string_view> words) const noexcept {
  std::size_t i = 0;
  for (const auto word : words) {
    if (!peek(i++).is_word(word)) {
      return false;
    }
  }
  return true;
}

bool TokenCursor::accept_all(std::initializer_list<std::string_view> words) noexcept {
  if (!look_words(words)) {
    return false;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    next();
  }
  return true;
}

void TokenCursor::skip_parentheses() noexcept {
  if (!peek().is('(')) {
    return;
  }
  int depth = 0;
  while (peek().kind != Token::Kind::end) {
    const Token& t = next();
    depth += t.is('(') ? 1 : t.is(')') ? -1 : 0;
    if (depth == 0) {
      return;
    }
  }
}

void TokenCursor::skip_item() noexcept {
  while (!at_end() && !peek().is(',') && !peek().is(')')) {
    if (peek().is('(')) {
      skip_parentheses();
    } else {
      next();
    }
  }
}

}  // namespace tandem::mysql
