#pragma once
#include "tandem/config/java_regex.hpp"
#include "tandem/plugin/transform.hpp"

#include <optional>
#include <string>

namespace tandem::transforms {

/// org.apache.kafka.connect.transforms.predicates.TopicNameMatches: `pattern` against the whole name.
class TopicNameMatches final : public Predicate {
 public:
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap& config) override;
  bool test(const ConnectRecord& record) const override { return pattern_->matches(record.topic); }

 private:
  std::optional<JavaRegex> pattern_;
};

/// org.apache.kafka.connect.transforms.predicates.HasHeaderKey: a header called `name`.
class HasHeaderKey final : public Predicate {
 public:
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap& config) override;
  bool test(const ConnectRecord& record) const override { return record.header(name_) != nullptr; }

 private:
  std::string name_;
};

/// org.apache.kafka.connect.transforms.predicates.RecordIsTombstone: the value is null.
class RecordIsTombstone final : public Predicate {
 public:
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap&) override {}
  bool test(const ConnectRecord& record) const override { return record.value.is_null(); }
};

}  // namespace tandem::transforms
