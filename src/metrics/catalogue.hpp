#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace tandem::metrics {

enum class Kind {
  counter,
  gauge,
  histogram,
};

struct MetricDefinition {
  std::string_view name;
  Kind kind;
  std::string_view help;
  std::vector<std::string_view> labels = {};  ///< allowed label names; a metric may leave some out
  std::vector<double> buckets = {};           ///< upper bounds, histogram only
  std::string_view rate = {};                 ///< counter only: gauge of its growth per second
};

/// All metrics, by family, sorted by name within each.
std::span<const MetricDefinition> catalogue();
/// nullptr when there is none.
const MetricDefinition* find(std::string_view name);

}  // namespace tandem::metrics
