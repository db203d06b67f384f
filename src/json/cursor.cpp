#include "tandem/json/cursor.hpp"

#include "tandem/base/error.hpp"

#include <cstring>

#include <fmt/format.h>

namespace tandem::json {
namespace {

/// Jackson's StreamReadConstraints.DEFAULT_MAX_DEPTH.
constexpr int kMaxDepth = 1000;

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// True when one of eight bytes is a quote, a backslash, a control or not ASCII.
bool special(std::uint64_t v) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
  const std::uint64_t quote = v ^ (ones * '"'), back = v ^ (ones * '\\');
  return ((((quote - ones) & ~quote) | ((back - ones) & ~back) | (v - ones * 0x20) | v) & high) != 0;
}

/// Length of the UTF-8 character at `p`, 0 when it is none (overlong forms and surrogates are none).
std::size_t utf8_length(const char* p, const char* end) noexcept {
  const auto at = [p](int i) { return static_cast<unsigned char>(p[i]); };
  const auto tail = [&](int i) { return (at(i) & 0xC0) == 0x80; };
  const auto left = end - p;
  const unsigned c = at(0);
  if (c >= 0xC2 && c < 0xE0) {
    return left >= 2 && tail(1) ? 2 : 0;
  }
  if (c >= 0xE0 && c < 0xF0) {
    const bool fine =
        left >= 3 && tail(1) && tail(2) && (c != 0xE0 || at(1) >= 0xA0) && (c != 0xED || at(1) < 0xA0);
    return fine ? 3 : 0;
  }
  if (c >= 0xF0 && c < 0xF5) {
    const bool fine = left >= 4 && tail(1) && tail(2) && tail(3) && (c != 0xF0 || at(1) >= 0x90) &&
                      (c != 0xF4 || at(1) < 0x90);
    return fine ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::string& out, unsigned v) {
  if (v < 0x80) {
    out += static_cast<char>(v);
  } else if (v < 0x800) {
    out += static_cast<char>(0xC0 | v >> 6);
    out += static_cast<char>(0x80 | (v & 0x3F));
  } else if (v < 0x10000) {
    out += static_cast<char>(0xE0 | v >> 12);
    out += static_cast<char>(0x80 | (v >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (v & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | v >> 18);
    out += static_cast<char>(0x80 | (v >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (v >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (v & 0x3F));
  }
}

}  // namespace

std::string_view to_string(Token token) noexcept {
  switch (token) {
    case Token::object:
      return "OBJECT";
    case Token::array:
      return "ARRAY";
    case Token::string:
      return "STRING";
    case Token::number:
      return "NUMBER";
    case Token::true_:
    case Token::false_:
      return "BOOLEAN";
    case Token::null:
      return "NULL";
  }
  return "NULL";
}

void Cursor::fail(std::string_view what) const {
  raise(ErrorKind::data, fmt::format("Bad JSON: {} at byte {}.", what, position()));
}

constexpr std::array<std::uint8_t, 256> Cursor::kinds = [] {
  std::array<std::uint8_t, 256> table{};
  const auto set = [&](char c, Token token) {
    table[static_cast<unsigned char>(c)] = static_cast<std::uint8_t>(static_cast<int>(token) + 1);
  };
  set('{', Token::object);
  set('[', Token::array);
  set('"', Token::string);
  set('t', Token::true_);
  set('f', Token::false_);
  set('n', Token::null);
  set('-', Token::number);
  for (char c = '0'; c <= '9'; ++c) {
    set(c, Token::number);
  }
  return table;
}();

Token Cursor::no_value() const {
  fail(p_ == end_ ? "the text ends where a value is expected" : "a value is expected");
}

void Cursor::word(std::string_view text) {
  if (!take_literal(text)) {
    fail(fmt::format("{} is expected", text));
  }
}

bool Cursor::take_null() {
  if (peek() != Token::null) {
    return false;
  }
  word("null");
  return true;
}

bool Cursor::read_bool() {
  if (peek() == Token::true_) {
    word("true");
    return true;
  }
  word("false");
  return false;
}

std::string_view Cursor::read_number() {
  skip_space();
  const char* const start = p_;
  const auto digits = [&] {
    if (p_ == end_ || !digit(*p_)) {
      fail("a digit is expected");
    }
    while (p_ != end_ && digit(*p_)) {
      ++p_;
    }
  };
  if (p_ != end_ && *p_ == '-') {
    ++p_;
  }
  digits();
  if (p_ != end_ && *p_ == '.') {
    ++p_;
    digits();
  }
  if (p_ != end_ && (*p_ == 'e' || *p_ == 'E')) {
    ++p_;
    if (p_ != end_ && (*p_ == '+' || *p_ == '-')) {
      ++p_;
    }
    digits();
  }
  return {start, static_cast<std::size_t>(p_ - start)};
}

bool Cursor::integral(std::string_view number) noexcept {
  return number.find_first_of(".eE") == std::string_view::npos;
}

/// From behind the opening quote to the closing one, which p_ then stands behind.
const char* Cursor::string_end(bool& escapes) {
  escapes = false;
  for (;;) {
    while (end_ - p_ >= 8) {
      std::uint64_t v;
      std::memcpy(&v, p_, 8);
      if (special(v)) {
        break;
      }
      p_ += 8;
    }
    while (p_ != end_ && static_cast<unsigned char>(*p_) >= 0x20 && *p_ != '"' && *p_ != '\\' &&
           static_cast<unsigned char>(*p_) < 0x80) {
      ++p_;
    }
    if (p_ == end_) {
      fail("the text ends within a string");
    }
    if (*p_ == '"') {
      return p_++;
    }
    if (*p_ == '\\') {
      escapes = true;
      if (end_ - p_ < 2) {
        fail("the text ends within a string");
      }
      p_ += 2;
    } else if (static_cast<unsigned char>(*p_) < 0x20) {
      fail("a control character within a string");
    } else if (const std::size_t n = utf8_length(p_, end_); n != 0) {
      p_ += n;
    } else {
      fail("a byte that is not UTF-8");
    }
  }
}

unsigned Cursor::hex4(const char* at, const char* to) {
  unsigned v = 0;
  if (to - at < 4) {
    fail("\\u needs four hexadecimal digits");
  }
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    const int d = digit(c)               ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;
    if (d < 0) {
      fail("\\u needs four hexadecimal digits");
    }
    v = v << 4 | static_cast<unsigned>(d);
  }
  return v;
}

void Cursor::unescape(std::string& out, const char* from, const char* to) {
  while (from != to) {
    const auto* stop = static_cast<const char*>(std::memchr(from, '\\', static_cast<std::size_t>(to - from)));
    if (stop == nullptr) {
      out.append(from, to);
      return;
    }
    out.append(from, stop);
    from = stop + 2;
    switch (stop[1]) {
      case '"':
        out += '"';
        break;
      case '\\':
        out += '\\';
        break;
      case '/':
        out += '/';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        unsigned v = hex4(from, to);
        from += 4;
        if (v >= 0xDC00 && v < 0xE000) {
          fail("half of a surrogate pair");
        }
        if (v >= 0xD800 && v < 0xDC00) {
          if (to - from < 6 || from[0] != '\\' || from[1] != 'u') {
            fail("half of a surrogate pair");
          }
          const unsigned low = hex4(from + 2, to);
          if (low < 0xDC00 || low >= 0xE000) {
            fail("half of a surrogate pair");
          }
          v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
          from += 6;
        }
        append_utf8(out, v);
        break;
      }
      default:
        fail("an unknown escape");
    }
  }
}

void Cursor::read_string(std::string& out) {
  skip_space();
  word("\"");
  const char* const start = p_;
  bool escapes = false;
  const char* const end = string_end(escapes);
  if (escapes) {
    unescape(out, start, end);
  } else {
    out.append(start, end);
  }
}

std::string_view Cursor::read_string_view(std::string& scratch) {
  skip_space();
  word("\"");
  const char* const start = p_;
  bool escapes = false;
  const char* const end = string_end(escapes);
  if (!escapes) {
    return {start, static_cast<std::size_t>(end - start)};
  }
  scratch.clear();
  unescape(scratch, start, end);
  return scratch;
}

bool Cursor::enter(char open, char close) {
  skip_space();
  word({&open, 1});
  skip_space();
  if (p_ != end_ && *p_ == close) {
    ++p_;
    return false;
  }
  if (++depth_ > kMaxDepth) {
    fail(fmt::format("nested deeper than {}", kMaxDepth));
  }
  return true;
}

bool Cursor::next_or_close(char close) {
  skip_space();
  if (p_ != end_ && *p_ == ',') {
    ++p_;
    return true;
  }
  if (p_ == end_ || *p_ != close) {
    fail(fmt::format(", or {} is expected", close));
  }
  ++p_;
  --depth_;
  return false;
}

bool Cursor::enter_object() { return enter('{', '}'); }
bool Cursor::enter_array() { return enter('[', ']'); }

std::string_view Cursor::read_name(std::string& scratch) {
  const std::string_view name = read_string_view(scratch);
  skip_space();
  word(":");
  return name;
}

std::string_view Cursor::skip() {
  const Token token = peek();
  const char* const start = p_;
  switch (token) {
    case Token::object:
      if (enter_object()) {
        std::string scratch;
        do {
          read_name(scratch);
          skip();
        } while (next_in_object());
      }
      break;
    case Token::array:
      if (enter_array()) {
        do {
          skip();
        } while (next_in_array());
      }
      break;
    case Token::string: {
      std::string scratch;
      read_string_view(scratch);
      break;
    }
    case Token::number:
      read_number();
      break;
    case Token::null:
      word("null");
      break;
    default:
      read_bool();
  }
  return {start, static_cast<std::size_t>(p_ - start)};
}

bool Cursor::at_end() noexcept {
  skip_space();
  return p_ == end_;
}

void Cursor::expect_end() {
  if (!at_end()) {
    fail("text behind the value");
  }
}

}  // namespace tandem::json
