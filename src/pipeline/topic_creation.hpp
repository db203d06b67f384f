#pragma once
#include "tandem/config/config.hpp"
#include "tandem/config/java_regex.hpp"
#include "tandem/topics/topics.hpp"

#include <set>
#include <string>
#include <vector>

namespace tandem::pipeline {

/// topic.creation.*: makes a source's topics before their first record. Without any such key it does nothing
/// and the broker's own creation is relied on.
class TopicCreation {
 public:
  TopicCreation(const ConfigMap& connector, bool enabled, topics::Admin& admin);
  /// Called for each topic once. Throws what the admin throws.
  void ensure(const std::string& topic);
  /// Throws TandemError(config) in Kafka's words when topic.creation.* is set and something required is
  /// missing.
  static void check(const ConfigMap& connector);
  /// The spec that a new topic of this name would get; exposed for tests.
  topics::TopicSpec spec_for(const std::string& topic) const;

 private:
  struct Group {
    std::vector<JavaRegex> include, exclude;
    topics::TopicSpec spec;
    bool matches(const std::string& topic) const;
  };
  topics::Admin& admin_;
  std::vector<Group> groups_;  ///< as listed, default last
};

}  // namespace tandem::pipeline
