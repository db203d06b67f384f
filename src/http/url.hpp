#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::http {

/// %XX replaced (RFC 3986 §2.1); nullopt for a broken escape. `plus_is_space` in query strings only.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Everything but unreserved characters (RFC 3986 §2.3) escaped: one path segment or query value.
std::string percent_encode(std::string_view text);

struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;
};
/// Splits "/a%2Fb/c/?x=1" into decoded segments ("a/b", "c") and query. Trailing slashes do not count; an
/// empty segment inside stays. A slash that is escaped belongs to its segment. nullopt: not a path or a
/// broken escape.
std::optional<Target> parse_target(std::string_view target);

}  // namespace tandem::http
