#include "tandem/config/java_regex.hpp"

#include "tandem/base/error.hpp"

#include <boost/regex.hpp>

#include <fmt/format.h>

namespace tandem {
namespace {

/// Code points; a byte that is no UTF-8 stands for itself, so that odd names still compare with themselves.
std::wstring widen(std::string_view text) {
  std::wstring out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 1;
    if (length == 1 || i + length > text.size()) {
      out += static_cast<wchar_t>(c);
      ++i;
      continue;
    }
    unsigned v = c & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      v = v << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    }
    out += static_cast<wchar_t>(v);
    i += length;
  }
  return out;
}

template <class It>
void append_narrow(std::string& out, It from, It to) {
  for (; from != to; ++from) {
    const auto v = static_cast<unsigned>(*from);
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
}

[[noreturn]] void refuse(std::string_view pattern, std::string_view why) {
  raise(ErrorKind::config, fmt::format("Invalid regular expression '{}': {}.", pattern, why),
        "Write it as a java.util.regex pattern; inside [...] only characters, ranges and escapes are "
        "understood.");
}

/// Java reads `[a[b]]` as a union and `&&` as an intersection; Boost would silently read something else.
void refuse_class_operators(std::string_view pattern) {
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (!in_class && pattern.substr(i, 2) == "\\Q") {
        const auto end = pattern.find("\\E", i);
        if (end == std::string_view::npos) {
          return;
        }
        i = end;
      }
      ++i;
    } else if (!in_class && c == '[') {
      in_class = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') {
        ++i;
      }
    } else if (in_class && c == '[') {
      refuse(pattern,
             fmt::format("a character class within a character class at index {} is not supported", i));
    } else if (in_class && pattern.substr(i, 2) == "&&") {
      refuse(pattern, fmt::format("an intersection of character classes at index {} is not supported", i));
    } else if (in_class && c == ']') {
      in_class = false;
    }
  }
}

using Match = boost::match_results<std::wstring::const_iterator>;

}  // namespace

struct JavaRegex::Compiled {
  std::string pattern;
  boost::wregex regex;

  [[noreturn]] void too_complex(const std::exception& e) const {
    raise(ErrorKind::config,
          fmt::format("Regular expression '{}' takes too long to match: {}.", pattern, e.what()),
          "Write it without nested repeats such as (a*)*.");
  }

  template <class Search>
  bool run(Search search) const {
    try {
      return search();
    } catch (const std::runtime_error& e) {
      too_complex(e);
    }
  }

  /// One Matcher.appendReplacement.
  void append(std::string& out, const Match& match, std::string_view replacement) const {
    for (std::size_t i = 0; i < replacement.size(); ++i) {
      const char c = replacement[i];
      if (c == '\\') {
        if (++i == replacement.size()) {
          bad_replacement(replacement, "character to be escaped is missing");
        }
        out += replacement[i];
      } else if (c == '$') {
        i = append_group(out, match, replacement, i + 1) - 1;
      } else {
        out += c;
      }
    }
  }

 private:
  [[noreturn]] void bad_replacement(std::string_view replacement, std::string_view why) const {
    raise(ErrorKind::config,
          fmt::format("Replacement '{}' does not fit the regular expression '{}': {}.", replacement, pattern,
                      why),
          "Use $1 to $9 or ${name} for groups that the expression has, and \\$ for a dollar sign.");
  }

  std::size_t append_group(std::string& out, const Match& match, std::string_view replacement,
                           std::size_t i) const {
    const auto group = [&](const auto& sub) { append_narrow(out, sub.first, sub.second); };
    if (i < replacement.size() && replacement[i] == '{') {
      const auto end = replacement.find('}', i);
      if (end == std::string_view::npos) {
        bad_replacement(replacement, "named capturing group is missing trailing '}'");
      }
      const std::wstring name = widen(replacement.substr(i + 1, end - i - 1));
      const int index = match.named_subexpression_index(name.data(), name.data() + name.size());
      if (index < 0 || name.empty()) {
        bad_replacement(replacement,
                        fmt::format("No group with name {{{}}}", replacement.substr(i + 1, end - i - 1)));
      }
      group(match[index]);
      return end + 1;
    }
    const auto digit = [&](std::size_t at) {
      return at < replacement.size() && replacement[at] >= '0' && replacement[at] <= '9'
                 ? replacement[at] - '0'
                 : -1;
    };
    int number = digit(i);
    if (number < 0) {
      bad_replacement(replacement, "illegal group reference");
    }
    const int groups = static_cast<int>(match.size()) - 1;
    if (number > groups) {
      bad_replacement(replacement, fmt::format("No group {}", number));
    }
    ++i;
    // Further digits belong to the reference as long as such a group exists.
    for (int d = digit(i); d >= 0 && number * 10 + d <= groups; d = digit(i)) {
      number = number * 10 + d;
      ++i;
    }
    group(match[number]);
    return i;
  }
};

JavaRegex::JavaRegex(std::string_view pattern, bool ignore_case) {
  refuse_class_operators(pattern);
  namespace rc = boost::regex_constants;
  auto flags = rc::perl | rc::no_mod_s | rc::no_mod_m;
  if (ignore_case) {
    flags |= rc::icase;
  }
  auto compiled = std::make_shared<Compiled>();
  compiled->pattern = pattern;
  try {
    compiled->regex.assign(widen(pattern), flags);
  } catch (const boost::regex_error& e) {
    refuse(pattern, e.what());
  }
  compiled_ = std::move(compiled);
}

bool JavaRegex::matches(std::string_view text) const {
  const std::wstring wide = widen(text);
  return compiled_->run([&] { return boost::regex_match(wide, compiled_->regex); });
}

bool JavaRegex::find(std::string_view text) const {
  const std::wstring wide = widen(text);
  return compiled_->run([&] { return boost::regex_search(wide, compiled_->regex); });
}

std::string JavaRegex::replace_first(std::string_view text, std::string_view replacement) const {
  const std::wstring wide = widen(text);
  Match match;
  if (!compiled_->run([&] { return boost::regex_search(wide, match, compiled_->regex); })) {
    return std::string(text);
  }
  std::string out;
  append_narrow(out, wide.begin(), match[0].first);
  compiled_->append(out, match, replacement);
  append_narrow(out, match[0].second, wide.end());
  return out;
}

std::string JavaRegex::replace_all(std::string_view text, std::string_view replacement) const {
  const std::wstring wide = widen(text);
  std::string out;
  auto last = wide.begin();
  compiled_->run([&] {
    for (boost::regex_iterator<std::wstring::const_iterator> it(wide.begin(), wide.end(), compiled_->regex),
         end;
         it != end; ++it) {
      append_narrow(out, last, (*it)[0].first);
      compiled_->append(out, *it, replacement);
      last = (*it)[0].second;
    }
    return true;
  });
  append_narrow(out, last, wide.end());
  return out;
}

std::optional<std::string> JavaRegex::replace_if_matches(std::string_view text,
                                                         std::string_view replacement) const {
  if (!matches(text)) {
    return std::nullopt;
  }
  return replace_first(text, replacement);
}

const std::string& JavaRegex::pattern() const noexcept { return compiled_->pattern; }

}  // namespace tandem
