#pragma once
#include "tandem/config/config.hpp"

#include <memory>
#include <string>

namespace tandem {

/// Replaces `${provider:[path:]key}` in configuration values, as
/// org.apache.kafka.common.config.ConfigTransformer. An unknown provider or key leaves the text as it is.
/// Thread-safe once built.
class ConfigProvider {
 public:
  virtual ~ConfigProvider() = default;
  virtual std::optional<std::string> get(std::string_view path, std::string_view key) const = 0;
};

class ConfigVariables {
 public:
  /// Reads `config.providers` and `config.providers.NAME.{class,param.*}` of the worker's properties. Known
  /// class: org.apache.kafka.common.config.provider.EnvVarConfigProvider (param allowlist.pattern, a Java
  /// regex, full match). Throws TandemError(config) for an unknown class.
  explicit ConfigVariables(const ConfigMap& worker);
  ConfigVariables() = default;

  std::string resolve(std::string_view text) const;
  ConfigMap resolve(const ConfigMap& map) const;

 private:
  std::map<std::string, std::shared_ptr<const ConfigProvider>, std::less<>> providers_;
};

}  // namespace tandem
