#include "tandem/config/providers.hpp"

#include "tandem/base/error.hpp"
#include "tandem/config/java_regex.hpp"

#include <algorithm>
#include <cstdlib>

namespace tandem {
namespace {

class EnvVarConfigProvider final : public ConfigProvider {
 public:
  explicit EnvVarConfigProvider(const ConfigMap& params)
      : allowed_(get_or(params, "allowlist.pattern", ".*")) {}

  std::optional<std::string> get(std::string_view path, std::string_view key) const override {
    const std::string name(key);
    const char* value = path.empty() && allowed_.matches(name) ? std::getenv(name.c_str()) : nullptr;
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }

 private:
  JavaRegex allowed_;
};

}  // namespace

ConfigVariables::ConfigVariables(const ConfigMap& worker) {
  std::string names = get_or(worker, "config.providers", "");
  names.erase(std::remove(names.begin(), names.end(), ' '), names.end());
  for (std::size_t at = 0; at < names.size();) {
    const auto comma = std::min(names.find(',', at), names.size());
    const auto name = names.substr(at, comma - at);
    at = comma + 1;
    const auto key = "config.providers." + name + ".class";
    const auto class_name = get_or(worker, key, "");
    if (class_name != "org.apache.kafka.common.config.provider.EnvVarConfigProvider" &&
        class_name != "EnvVarConfigProvider") {
      raise(ErrorKind::config, key + "='" + class_name + "' names no configuration provider of this worker.",
            "set it to org.apache.kafka.common.config.provider.EnvVarConfigProvider, or take '" + name +
                "' out of config.providers");
    }
    providers_.emplace(name, std::make_shared<EnvVarConfigProvider>(
                                 with_prefix(worker, "config.providers." + name + ".param.")));
  }
}

std::string ConfigVariables::resolve(std::string_view text) const {
  std::string out;
  // Kafka's ConfigTransformer pattern: ${provider:[path:]key}, no nesting, no escape.
  for (;;) {
    const auto open = text.find("${");
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      return out.append(text);
    }
    const auto body = text.substr(open + 2, close - open - 2);
    const auto colon = body.find(':');
    std::optional<std::string> value;
    if (colon != std::string_view::npos) {
      if (const auto it = providers_.find(body.substr(0, colon)); it != providers_.end()) {
        const auto rest = body.substr(colon + 1);
        const auto second = rest.find(':');
        const auto path = second == std::string_view::npos ? std::string_view{} : rest.substr(0, second);
        value = it->second->get(path, second == std::string_view::npos ? rest : rest.substr(second + 1));
      }
    }
    out.append(text.substr(0, open));
    out.append(value ? std::string_view(*value) : text.substr(open, close - open + 1));
    text = text.substr(close + 1);
  }
}

ConfigMap ConfigVariables::resolve(const ConfigMap& map) const {
  ConfigMap out;
  for (const auto& [key, value] : map) {
    out.emplace(key, value ? std::optional(resolve(*value)) : std::nullopt);
  }
  return out;
}

}  // namespace tandem
