#pragma once
#include <cstdint>
#include <string>

#include "tandem/plugin/task_context.hpp"

namespace tandem::relational {

/// Tells how a snapshot gets on: rows, rate and time left, at most once in five seconds. One task thread.
class SnapshotProgress {
 public:
  /// `total_rows` < 0: unknown.
  SnapshotProgress(TaskContext& context, std::int64_t total_rows);
  void table(const std::string& name);
  /// Cheap: looks at the clock once in 1,024 rows.
  void rows(std::int64_t n) {
    done_ += n;
    if ((done_ & 1023) < n) tell(false);
  }
  void finish() { tell(true); }
  std::int64_t done() const noexcept { return done_; }

 private:
  void tell(bool now);
  TaskContext& context_;
  std::int64_t total_, done_ = 0;
  std::int64_t started_ns_, told_ns_;
  std::string table_;
};

}  // namespace tandem::relational
