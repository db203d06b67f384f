#pragma once
#include "tandem/config/java_regex.hpp"
#include "tandem/plugin/transform.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace tandem::transforms {

/// io.debezium.transforms.ByLogicalTableRouter: records of topics that the expression matches go to the topic
/// of a logical table, under schemas of its name; a field of the key tells the tables apart.
class ByLogicalTableRouter final : public Transform {
 public:
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap& config) override;
  bool apply(ConnectRecord& record) override;

 private:
  /// What an old schema becomes. It is held, so that its id is not given to another.
  struct Renamed {
    SchemaPtr from, to, row;
  };
  std::string schema_name(const std::string& topic, std::string_view suffix) const;
  SchemaPtr key_schema(const SchemaPtr& from, const std::string& topic);
  const Renamed& envelope_schema(const SchemaPtr& from, const std::string& topic);

  std::optional<JavaRegex> topic_regex_, key_regex_;
  std::string topic_replacement_, key_replacement_, key_field_, names_;
  bool unique_keys_ = true;
  std::unordered_map<std::uint64_t, Renamed> keys_, envelopes_;
};

}  // namespace tandem::transforms
