#include "connectors/postgres/pgoutput/text_values.hpp"

#include <fmt/format.h>

namespace tandem::pgoutput {
namespace {

/// A double-quoted item with backslash escapes; `at` stands behind the opening quote and ends behind the
/// closing one.
bool take_quoted(std::string_view text, std::size_t& at, std::string& out) {
  out.clear();
  while (at < text.size()) {
    const char c = text[at++];
    if (c == '"') {
      return true;
    }
    if (c == '\\') {
      if (at >= text.size()) {
        return false;
      }
      out.push_back(text[at++]);
    } else {
      out.push_back(c);
    }
  }
  return false;
}

/// Moves `at` from an opening brace to behind the one that closes it.
bool skip_nested(std::string_view text, std::size_t& at) {
  int depth = 0;
  for (bool quoted = false; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '{') {
      ++depth;
    } else if (!quoted && c == '}' && --depth == 0) {
      ++at;
      return true;
    }
  }
  return false;
}

Result<void> bad_array(std::string_view text, std::string_view why) {
  return Error(ErrorKind::data, fmt::format("array text {}: {}", why, text.substr(0, 80)));
}

}  // namespace

Result<void> parse_array(std::string_view text,
                         const std::function<Result<void>(std::optional<std::string_view>)>& element,
                         char delimiter) {
  const std::string_view whole = text;
  if (text.starts_with('[')) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      return bad_array(whole, "has bounds without values");
    }
    text.remove_prefix(equals + 1);
  }
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
    return bad_array(whole, "without braces");
  }
  text = text.substr(1, text.size() - 2);
  std::string scratch;
  std::size_t at = 0;
  if (text.empty()) {
    return boost::outcome_v2::success();
  }
  for (;;) {
    if (at < text.size() && text[at] == '{') {
      if (!skip_nested(text, at)) {
        return bad_array(whole, "with an open brace");
      }
      BOOST_OUTCOME_TRYV(element(std::nullopt));
    } else if (at < text.size() && text[at] == '"') {
      ++at;
      if (!take_quoted(text, at, scratch)) {
        return bad_array(whole, "with an open quote");
      }
      BOOST_OUTCOME_TRYV(element(std::string_view(scratch)));
    } else {
      const std::size_t from = at;
      bool escaped = false;
      while (at < text.size() && text[at] != delimiter && text[at] != '"' && text[at] != '{' &&
             text[at] != '}') {
        escaped = escaped || text[at] == '\\';
        at += text[at] == '\\' && at + 1 < text.size() ? 2 : 1;
      }
      std::string_view item = text.substr(from, at - from);
      if (item.empty() || (at < text.size() && text[at] != delimiter)) {
        return bad_array(whole, "with an item that is not quoted as it has to be");
      }
      if (escaped) {
        scratch.clear();
        for (std::size_t i = 0; i < item.size(); ++i) {
          i += item[i] == '\\' && i + 1 < item.size() ? 1 : 0;
          scratch.push_back(item[i]);
        }
        item = scratch;
      }
      const bool null = !escaped && item.size() == 4 && (item == "NULL" || item == "null");
      BOOST_OUTCOME_TRYV(element(null ? std::nullopt : std::optional<std::string_view>(item)));
    }
    if (at == text.size()) {
      return boost::outcome_v2::success();
    }
    if (text[at] != delimiter) {
      return bad_array(whole, "without a delimiter between items");
    }
    ++at;
  }
}

bool parse_hstore(
    std::string_view text,
    const std::function<void(std::string_view key, std::optional<std::string_view> value)>& entry) {
  std::string key, value;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at++] != '"' || !take_quoted(text, at, key) || text.substr(at, 2) != "=>") {
      return false;
    }
    at += 2;
    if (text.substr(at, 4) == "NULL") {
      at += 4;
      entry(key, std::nullopt);
    } else if (at < text.size() && text[at++] == '"' && take_quoted(text, at, value)) {
      entry(key, std::string_view(value));
    } else {
      return false;
    }
    if (at < text.size()) {
      if (text.substr(at, 2) != ", " || at + 2 == text.size()) {
        return false;
      }
      at += 2;
    }
  }
  return true;
}

}  // namespace tandem::pgoutput
