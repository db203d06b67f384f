#include "tandem/base/error.hpp"
#include "tandem/config/config_def.hpp"
#include "tandem/config/java_regex.hpp"

#include <algorithm>

namespace tandem::validators {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) {
    out += (out.empty() ? "" : ", ") + w;
  }
  return out;
}

bool same(std::string_view a, std::string_view b, bool ignore_case) {
  if (!ignore_case) {
    return a == b;
  }
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Why `text` is no pattern that we can compile; "" when it is one.
std::string pattern_error(const std::string& text) {
  try {
    JavaRegex compiled(text);
    return "";
  } catch (const TandemError& e) {
    return e.error().text();
  }
}

}  // namespace

Validator one_of(std::vector<std::string> allowed, bool ignore_case) {
  return
      [allowed = std::move(allowed), ignore_case](std::string_view, const ConfigValue& value) -> std::string {
        const auto good = [&](const std::string& v) {
          return std::ranges::any_of(allowed, [&](const auto& a) { return same(a, v, ignore_case); });
        };
        const auto* one = std::get_if<std::string>(&value);
        const auto* many = std::get_if<std::vector<std::string>>(&value);
        if ((one && !good(*one)) || (many && !std::ranges::all_of(*many, good))) {
          return "Value must be one of " + join(allowed);
        }
        return "";
      };
}

Validator range(std::int64_t min, std::int64_t max) {
  return [min, max](std::string_view, const ConfigValue& value) -> std::string {
    const auto* v = std::get_if<std::int64_t>(&value);
    if (v && *v < min) {
      return "Value must be at least " + std::to_string(min);
    }
    if (v && *v > max) {
      return "Value must be no more than " + std::to_string(max);
    }
    return "";
  };
}

Validator at_least(std::int64_t min) { return range(min, INT64_MAX); }

Validator non_empty() {
  return [](std::string_view, const ConfigValue& value) -> std::string {
    const auto* v = std::get_if<std::string>(&value);
    return v && v->empty() ? "String must be non-empty" : "";
  };
}

Validator regex() {
  return [](std::string_view, const ConfigValue& value) -> std::string {
    const auto* v = std::get_if<std::string>(&value);
    return v ? pattern_error(*v) : "";
  };
}

Validator regex_list() {
  return [](std::string_view, const ConfigValue& value) -> std::string {
    if (const auto* many = std::get_if<std::vector<std::string>>(&value)) {
      for (const auto& one : *many) {
        if (auto why = pattern_error(one); !why.empty()) {
          return why;
        }
      }
    }
    return "";
  };
}

Validator all(std::vector<Validator> validators) {
  return [validators = std::move(validators)](std::string_view key, const ConfigValue& value) -> std::string {
    for (const auto& v : validators) {
      if (auto why = v(key, value); !why.empty()) {
        return why;
      }
    }
    return "";
  };
}

}  // namespace tandem::validators
