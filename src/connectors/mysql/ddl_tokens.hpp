#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::mysql {

/// One token of MySQL's SQL. Comments are gone; the inside of an executable comment (`/*!50100 … */`, `/*M! …
/// */`) is read as if it stood there, where they count. `text` of a quoted thing is its content without
/// quotes and escapes.
struct Token {
  enum class Kind { word, quoted_name, string, number, bit_literal, hex_literal, symbol, end };
  Kind kind = Kind::end;
  std::string text;
  std::size_t begin = 0, end = 0;  ///< place in the statement

  bool is(char c) const noexcept { return kind == Kind::symbol && text.size() == 1 && text[0] == c; }
  /// An unquoted word, ASCII case-insensitive; `upper` in upper case.
  bool is_word(std::string_view upper) const noexcept;
  bool is_name() const noexcept { return kind == Kind::word || kind == Kind::quoted_name; }
};

/// Always ends with a token of kind end. Never fails: what it does not know becomes a symbol.
std::vector<Token> tokenize(std::string_view sql, bool executable_comments = true);

/// A walk over tokens.
class TokenCursor {
 public:
  TokenCursor(std::string_view sql, std::vector<Token> tokens) : sql_(sql), tokens_(std::move(tokens)) {}
  const Token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
  }
  const Token& next() noexcept { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_.back(); }
  /// Where the token before this one ends.
  std::size_t last_end() const noexcept { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }
  /// Where the last token of all ends.
  std::size_t end_of_last() const noexcept {
    return tokens_.size() < 2 ? 0 : tokens_[tokens_.size() - 2].end;
  }
  bool at_end() const noexcept { return peek().kind == Token::Kind::end || peek().is(';'); }
  bool accept(std::string_view upper) noexcept;  ///< a word
  bool accept(char symbol) noexcept;
  /// All of these words in order, or none.
  bool accept_all(std::initializer_list<std::string_view> words) noexcept;
  bool look_words(std::initializer_list<std::string_view> words) const noexcept;
  /// Over a balanced ( … ) if one starts here.
  void skip_parentheses() noexcept;
  /// To the next ',' or ')' of this level, or the end; stays before it.
  void skip_item() noexcept;
  std::size_t mark() const noexcept { return at_; }
  void back_to(std::size_t mark) noexcept { at_ = mark; }
  /// Statement text between two places.
  std::string_view between(std::size_t begin, std::size_t end) const noexcept {
    return sql_.substr(begin, end - begin);
  }

 private:
  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

std::string upper_case(std::string_view text);

}  // namespace tandem::mysql
