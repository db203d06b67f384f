#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

/// A java.util.regex.Pattern: the one place where patterns of settings (filters, allow-lists, topics.regex,
/// routers) are compiled. Works on code points of UTF-8 text; `.` does not match line ends and case is folded
/// in ASCII only, as in Java without flags (the pattern may carry `(?i)`, `(?s)` …). Not understood, and
/// refused by name: class unions and intersections (`[a-z&&[^b]]`), Unicode scripts and categories (`\p{L}`).
/// Immutable, cheap to copy, thread-safe.
class JavaRegex {
 public:
  /// Throws TandemError(config) naming the pattern and the place. `ignore_case` is Pattern.CASE_INSENSITIVE.
  explicit JavaRegex(std::string_view pattern, bool ignore_case = false);

  /// Matcher.matches(): the whole text.
  bool matches(std::string_view text) const;
  /// Matcher.find(): anywhere in the text.
  bool find(std::string_view text) const;
  /// Matcher.replaceFirst / replaceAll: `$1`, `${name}`, `\$`. Throws TandemError(config) for a group that is
  /// not there.
  std::string replace_first(std::string_view text, std::string_view replacement) const;
  std::string replace_all(std::string_view text, std::string_view replacement) const;
  /// replace_first() when the whole text matches, else nullopt: what RegexRouter does.
  std::optional<std::string> replace_if_matches(std::string_view text, std::string_view replacement) const;

  const std::string& pattern() const noexcept;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tandem
