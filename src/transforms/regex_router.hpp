#pragma once
#include "tandem/config/java_regex.hpp"
#include "tandem/plugin/transform.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace tandem::transforms {

/// org.apache.kafka.connect.transforms.RegexRouter: a topic that the expression matches as a whole is
/// renamed.
class RegexRouter final : public Transform {
 public:
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap& config) override;
  bool apply(ConnectRecord& record) override;

 private:
  std::optional<JavaRegex> regex_;
  std::string replacement_;
  std::unordered_map<std::string, std::string> known_;  ///< topics are few: one match each
};

}  // namespace tandem::transforms
