#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tandem {

using ConfigMap = std::map<std::string, std::optional<std::string>, std::less<>>;

enum class ConfigType { boolean, string, int_, short_, long_, double_, list, class_, password };
enum class Importance { high, medium, low };
enum class Width { none, short_, medium, long_ };

/// REST spellings: "BOOLEAN", "INT", "HIGH", "NONE" …
std::string_view to_string(ConfigType) noexcept;
std::string_view to_string(Importance) noexcept;
std::string_view to_string(Width) noexcept;

/// A parsed setting; monostate is null. LIST is a vector, all integers are int64.
using ConfigValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Looks at one parsed value; returns "" when it is good, else the tail of Kafka's sentence
/// "Invalid value X for configuration K: <tail>".
using Validator = std::function<std::string(std::string_view key, const ConfigValue& value)>;

namespace validators {
Validator one_of(std::vector<std::string> allowed, bool ignore_case = true);
Validator range(std::int64_t min, std::int64_t max);
Validator at_least(std::int64_t min);
Validator non_empty();
Validator regex();  ///< a Java regex that we can compile
Validator regex_list();
Validator all(std::vector<Validator> validators);
}  // namespace validators

struct ConfigKey {
  std::string name = {};
  ConfigType type = ConfigType::string;
  /// nullopt: required. An optional without value: default is null. Text form otherwise.
  std::optional<std::optional<std::string>> default_value = std::optional<std::string>{};
  Importance importance = Importance::medium;
  std::string documentation = {};
  Validator validator = nullptr;
  std::string group = {};
  int order = -1;  ///< in group; given by define() when left at -1
  Width width = Width::none;
  std::string display_name = {};  ///< the name when empty
  std::vector<std::string> dependents = {};
  std::vector<std::string> recommended = {};
  bool internal = false;  ///< not shown by REST or docs
  bool required() const noexcept { return !default_value.has_value(); }
};

/// Default spelled in one word at the declaration: `no_default` makes a key required, `null_default`
/// optional.
inline constexpr std::nullopt_t no_default = std::nullopt;
inline const std::optional<std::optional<std::string>> null_default{std::optional<std::string>{}};
inline std::optional<std::optional<std::string>> default_to(std::string text) {
  return std::optional<std::string>(std::move(text));
}

/// One setting looked at: what REST's validate answers for it.
struct ConfigCheck {
  std::string name = {};
  std::optional<std::string> value;  ///< text as given, or the default
  std::vector<std::string> recommended_values;
  std::vector<std::string> errors;
  bool visible = true;
};

/// Declares settings once: parse, validate, REST answer and docs come from it. Build at start, then read from
/// any thread.
class ConfigDef {
 public:
  ConfigDef& define(ConfigKey key);
  ConfigDef& add(const ConfigDef& other);  ///< all keys of another definition

  const ConfigKey* find(std::string_view name) const noexcept;
  const std::vector<ConfigKey>& keys() const noexcept { return keys_; }  ///< in declaration order
  /// Group names in order of first use.
  std::vector<std::string> groups() const;

  /// Every declared key with its errors ("Missing required configuration …", "Invalid value …").
  std::vector<ConfigCheck> validate(const ConfigMap& given) const;
  /// One value parsed and validated. Throws TandemError(config) in Kafka's words.
  ConfigValue parse(const ConfigKey& key, const std::optional<std::string>& text) const;

 private:
  std::vector<ConfigKey> keys_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace tandem
