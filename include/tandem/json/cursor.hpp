#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tandem::json {

enum class Token : std::uint8_t { object, array, string, number, true_, false_, null };
/// Jackson's JsonNodeType word: "OBJECT", "STRING" …
std::string_view to_string(Token token) noexcept;

/// Pulls tokens out of a JSON text (RFC 8259, strict but for leading zeros of numbers, which Connect allows;
/// UTF-8 checked in strings) without building anything, so that a schema can drive the reading. Every call
/// throws TandemError(data) "… at byte N" on bad text. The text outlives the cursor. One thread.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept
      : begin_(text.data()), p_(text.data()), end_(text.data() + text.size()) {}

  /// Kind of the next value, which is not consumed.
  Token peek() {
    skip_space();
    return p_ != end_ && kinds[static_cast<unsigned char>(*p_)] != 0
               ? static_cast<Token>(kinds[static_cast<unsigned char>(*p_)] - 1)
               : no_value();
  }
  /// True and consumed when the next value is null.
  bool take_null();
  bool read_bool();
  /// The text of a number, as it stands.
  std::string_view read_number();
  /// True when the number just read (its text) is an integer: no point, no exponent.
  static bool integral(std::string_view number) noexcept;
  /// Appends the unescaped string.
  void read_string(std::string& out);
  /// The string as a view: into the text when it has no escapes, else into `scratch`.
  std::string_view read_string_view(std::string& scratch);
  /// Passes over one value and gives its text.
  std::string_view skip();

  /// enter_*: false for an empty one, which is then consumed. next_*: after a value, true when another
  /// follows.
  bool enter_object();
  bool enter_array();
  bool next_in_object() { return next('}'); }
  bool next_in_array() { return next(']'); }
  /// A member's name and the colon.
  std::string_view read_name(std::string& scratch);
  /// Consumes `text` when it stands exactly here (a pre-escaped `"name":`).
  bool take_literal(std::string_view text) noexcept {
    if (static_cast<std::size_t>(end_ - p_) < text.size() || std::memcmp(p_, text.data(), text.size()) != 0) {
      return false;
    }
    p_ += text.size();
    return true;
  }
  /// Throws unless only white space is left.
  void expect_end();
  bool at_end() noexcept;
  std::size_t position() const noexcept { return static_cast<std::size_t>(p_ - begin_); }
  [[noreturn]] void fail(std::string_view what) const;

 private:
  void skip_space() noexcept {
    while (p_ != end_ && static_cast<unsigned char>(*p_) <= ' ' &&
           (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) {
      ++p_;
    }
  }
  [[noreturn]] Token no_value() const;
  bool enter(char open, char close);
  bool next(char close) {
    if (p_ != end_ && *p_ == ',') {  // the common case, no white space
      ++p_;
      return true;
    }
    return next_or_close(close);
  }
  bool next_or_close(char close);
  void word(std::string_view text);
  const char* string_end(bool& escapes);
  void unescape(std::string& out, const char* from, const char* to);
  unsigned hex4(const char* at, const char* to);

  /// One more than the Token that a byte starts, 0 for none.
  static const std::array<std::uint8_t, 256> kinds;

  const char* begin_;
  const char* p_;
  const char* end_;
  int depth_ = 0;
};

}  // namespace tandem::json
