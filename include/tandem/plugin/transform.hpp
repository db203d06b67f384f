#pragma once
#include "tandem/config/config.hpp"
#include "tandem/data/record.hpp"

namespace tandem {

/// A single message transform. Changes the record in place; must leave it as it was when it throws (retries
/// run it again). One task thread owns an instance.
class Transform {
 public:
  virtual ~Transform() = default;
  virtual const ConfigDef& config_def() const = 0;
  virtual void configure(const ConfigMap& config) = 0;
  /// False: drop the record.
  virtual bool apply(ConnectRecord& record) = 0;
};

class Predicate {
 public:
  virtual ~Predicate() = default;
  virtual const ConfigDef& config_def() const = 0;
  virtual void configure(const ConfigMap& config) = 0;
  virtual bool test(const ConnectRecord& record) const = 0;
};

}  // namespace tandem
