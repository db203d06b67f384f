#pragma once
#include "connectors/relational/capture/source_metrics.hpp"
#include "tandem/plugin/task_context.hpp"

#include <cstdint>
#include <string>

namespace tandem::relational {

/// Tells how a snapshot gets on: rows in status every second, rows, rate and time left in the log every five;
/// Debezium's snapshot figures. A snapshot that ends without finish() was aborted. One task thread.
class SnapshotProgress {
 public:
  /// `total_rows`: as the server estimates them; < 0: unknown.
  SnapshotProgress(TaskContext& context, SourceMetrics& metrics, std::size_t tables, std::int64_t total_rows);
  ~SnapshotProgress();
  SnapshotProgress(const SnapshotProgress&) = delete;
  SnapshotProgress& operator=(const SnapshotProgress&) = delete;

  void table(const std::string& name);
  /// Cheap: looks at the clock once in 1,024 rows.
  void rows(std::int64_t n) {
    done_ += n;
    metrics_.snapshot_rows(n);
    if ((done_ & 1023) < n) {
      tell();
    }
  }
  void finish();

 private:
  void tell();
  double rate() const;
  TaskContext& context_;
  SourceMetrics& metrics_;
  std::int64_t total_, done_ = 0;
  std::int64_t started_ns_, reported_ns_, logged_ns_;
  std::size_t tables_;
  std::string what_;
  bool finished_ = false;
};

}  // namespace tandem::relational
