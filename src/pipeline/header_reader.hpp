#pragma once
#include "tandem/plugin/converter.hpp"
#include "tandem/topics/topics.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tandem::pipeline {

/// Headers of consumed records. What a source tells of itself stands at the head of each of its records;
/// those that come again are converted once a topic and kept once. One thread at a time.
class HeaderReader {
 public:
  explicit HeaderReader(HeaderConverter& converter) : converter_(converter) {}

  /// Throws what the converter throws.
  Headers read(const std::shared_ptr<const std::string>& topic, std::span<const topics::RecordHeader> raw);

 private:
  /// The first headers of a topic's records, as bytes and converted.
  struct Known {
    std::vector<std::pair<std::string, std::optional<std::string>>> bytes;
    Headers::Shared converted;
    unsigned misses = 0;  ///< records in a row that began with others
  };
  Header convert(const std::string& topic, const topics::RecordHeader& raw);
  static void learn(Known& known, std::size_t count, const Headers& converted,
                    std::span<const topics::RecordHeader> raw);

  HeaderConverter& converter_;
  std::unordered_map<std::string, Known> topics_;
  std::shared_ptr<const std::string> last_topic_;
  Known* last_ = nullptr;  ///< of `last_topic_`
};

}  // namespace tandem::pipeline
