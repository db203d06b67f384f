#pragma once
#include "tandem/config/config_def.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

/// A flat configuration as it came over REST or from a .properties file. A value may be JSON null.
using ConfigMap = std::map<std::string, std::optional<std::string>, std::less<>>;

/// A configuration parsed and checked against a ConfigDef: reads cannot fail for a key that the ConfigDef
/// declares (asking for one that it does not, or with the wrong type, throws TandemError(bug)). Undeclared
/// keys stay readable through originals(). Immutable, cheap to copy.
class Config {
 public:
  /// Throws TandemError(config) naming the first bad setting. Variables (`${env:…}`) are already replaced.
  Config(const ConfigDef& def, ConfigMap originals);

  const std::string& string(std::string_view key) const;  ///< "" when null
  bool is_set(std::string_view key) const;                ///< given by the user, or has a non-null default
  bool given(std::string_view key) const;                 ///< given by the user
  bool boolean(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;  ///< INT, SHORT and LONG
  double real(std::string_view key) const;
  const std::vector<std::string>& list(std::string_view key) const;
  std::chrono::milliseconds millis(std::string_view key) const {
    return std::chrono::milliseconds(integer(key));
  }

  const ConfigMap& originals() const noexcept;
  /// Entries below `prefix`, prefix stripped ("producer.override." → …).
  ConfigMap with_prefix(std::string_view prefix) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

ConfigMap with_prefix(const ConfigMap& map, std::string_view prefix);
/// The value, or `fallback` when absent or null.
std::string get_or(const ConfigMap& map, std::string_view key, std::string_view fallback);

/// Java .properties text (continuations, `:` `=` and space separators, \uXXXX); UTF-8. Result: last entry
/// wins.
ConfigMap parse_properties(std::string_view text);

}  // namespace tandem
