#pragma once
#include "tandem/config/config.hpp"
#include "tandem/plugin/registry.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tandem::pipeline {

/// `transforms=a,b` with `transforms.a.type`, `.predicate`, `.negate` and `predicates.p.type`, in order. One
/// task thread owns it.
class TransformChain {
 public:
  /// Throws TandemError(config) naming the setting.
  TransformChain(const ConfigMap& connector, const Registry& registry);

  bool empty() const noexcept { return steps_.empty(); }
  /// False: the record is dropped.
  bool apply(ConnectRecord& record);

 private:
  struct Step {
    std::unique_ptr<Transform> transform;
    std::shared_ptr<Predicate> predicate;
    bool negate = false;
  };
  std::vector<Step> steps_;
};

/// Comma-separated, trimmed, no empty items.
std::vector<std::string> split_list(std::string_view text);

}  // namespace tandem::pipeline
