#include "tandem/config/config_def.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace tandem {
namespace {

std::string_view trim(std::string_view s) {
  const auto space = " \t\r\n\f";
  const auto from = s.find_first_not_of(space);
  return from == std::string_view::npos ? std::string_view{}
                                        : s.substr(from, s.find_last_not_of(space) - from + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Kafka's ConfigException sentence; clients grep for it.
[[noreturn]] void invalid(const ConfigKey& key, std::string_view value, std::string_view why) {
  const auto shown = key.type == ConfigType::password ? std::string_view("[hidden]") : value;
  raise(ErrorKind::config,
        "Invalid value " + std::string(shown) + " for configuration " + key.name + ": " + std::string(why));
}

ConfigValue parse_integer(const ConfigKey& key, std::string_view text) {
  std::int64_t v = 0;
  auto digits = text;
  if (!digits.empty() && digits[0] == '+') {
    digits.remove_prefix(1);
  }
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  const char* name = key.type == ConfigType::short_ ? "a 16-bit"
                     : key.type == ConfigType::int_ ? "a 32-bit"
                                                    : "a 64-bit";
  if (ec != std::errc() || end != digits.data() + digits.size()) {
    invalid(key, text, std::string("Not a number of type ") + std::string(to_string(key.type)));
  }
  const bool fits = key.type == ConfigType::long_ ||
                    (key.type == ConfigType::int_ && v >= std::numeric_limits<std::int32_t>::min() &&
                     v <= std::numeric_limits<std::int32_t>::max()) ||
                    (key.type == ConfigType::short_ && v >= std::numeric_limits<std::int16_t>::min() &&
                     v <= std::numeric_limits<std::int16_t>::max());
  if (!fits) {
    invalid(key, text, std::string("Does not fit ") + name + " integer");
  }
  return v;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  if (trim(text).empty()) {
    return out;
  }
  for (std::size_t at = 0;;) {
    const auto comma = text.find(',', at);
    out.emplace_back(trim(text.substr(at, comma == std::string_view::npos ? comma : comma - at)));
    if (comma == std::string_view::npos) {
      return out;
    }
    at = comma + 1;
  }
}

}  // namespace

std::string_view to_string(ConfigType t) noexcept {
  static constexpr std::array<std::string_view, 9> names{"BOOLEAN", "STRING", "INT",   "SHORT",   "LONG",
                                                         "DOUBLE",  "LIST",   "CLASS", "PASSWORD"};
  return names[static_cast<std::size_t>(t)];
}
std::string_view to_string(Importance i) noexcept {
  static constexpr std::array<std::string_view, 3> names{"HIGH", "MEDIUM", "LOW"};
  return names[static_cast<std::size_t>(i)];
}
std::string_view to_string(Width w) noexcept {
  static constexpr std::array<std::string_view, 4> names{"NONE", "SHORT", "MEDIUM", "LONG"};
  return names[static_cast<std::size_t>(w)];
}

ConfigDef& ConfigDef::define(ConfigKey key) {
  if (key.display_name.empty()) {
    key.display_name = key.name;
  }
  if (key.order < 0 && !key.group.empty()) {
    key.order = 1 + static_cast<int>(std::ranges::count(keys_, key.group, &ConfigKey::group));
  }
  const auto [it, fresh] = index_.emplace(key.name, keys_.size());
  if (fresh) {
    keys_.push_back(std::move(key));
  } else {
    keys_[it->second] = std::move(key);
  }
  return *this;
}

ConfigDef& ConfigDef::add(const ConfigDef& other) {
  for (const auto& key : other.keys_) {
    define(key);
  }
  return *this;
}

const ConfigKey* ConfigDef::find(std::string_view name) const noexcept {
  const auto it = index_.find(name);
  return it == index_.end() ? nullptr : &keys_[it->second];
}

std::vector<std::string> ConfigDef::groups() const {
  std::vector<std::string> out;
  for (const auto& key : keys_) {
    if (!key.group.empty() && std::ranges::find(out, key.group) == out.end()) {
      out.push_back(key.group);
    }
  }
  return out;
}

ConfigValue ConfigDef::parse(const ConfigKey& key, const std::optional<std::string>& text) const {
  ConfigValue value;
  if (text) {
    const auto t = trim(*text);
    switch (key.type) {
      case ConfigType::boolean:
        if (equal_ignoring_case(t, "true")) {
          value = true;
        } else if (equal_ignoring_case(t, "false")) {
          value = false;
        } else {
          invalid(key, *text, "Expected value to be either true or false");
        }
        break;
      case ConfigType::int_:
      case ConfigType::short_:
      case ConfigType::long_:
        value = parse_integer(key, t);
        break;
      case ConfigType::double_: {
        double d = 0;
        const auto [end, ec] = std::from_chars(t.data(), t.data() + t.size(), d);
        if (ec != std::errc() || end != t.data() + t.size()) {
          invalid(key, *text, "Not a number of type DOUBLE");
        }
        value = d;
        break;
      }
      case ConfigType::list:
        value = split_list(*text);
        break;
      case ConfigType::password:
        value = *text;
        break;
      case ConfigType::string:
      case ConfigType::class_:
        value = std::string(t);
        break;
    }
  }
  if (key.validator) {
    if (const auto why = key.validator(key.name, value); !why.empty()) {
      invalid(key, text.value_or("null"), why);
    }
  }
  return value;
}

std::vector<ConfigCheck> ConfigDef::validate(const ConfigMap& given) const {
  std::vector<ConfigCheck> out;
  out.reserve(keys_.size());
  for (const auto& key : keys_) {
    ConfigCheck check{key.name, std::nullopt, key.recommended, {}, true};
    const auto it = given.find(key.name);
    if (it != given.end()) {
      check.value = it->second;
    } else if (key.required()) {
      check.errors.push_back("Missing required configuration \"" + key.name +
                             "\" which has no default value.");
      out.push_back(std::move(check));
      continue;
    } else {
      check.value = *key.default_value;
    }
    try {
      parse(key, check.value);
    } catch (const TandemError& e) {
      check.errors.push_back(e.error().message);
    }
    out.push_back(std::move(check));
  }
  return out;
}

}  // namespace tandem
