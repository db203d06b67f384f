#include "connectors/relational/capture/progress.hpp"

#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::relational {
namespace {
constexpr std::string_view kLog = "tandem.snapshot";
constexpr std::int64_t kReportEveryNs = 1'000'000'000, kLogEveryNs = 5'000'000'000;
}  // namespace

SnapshotProgress::SnapshotProgress(TaskContext& context, SourceMetrics& metrics, std::size_t tables,
                                   std::int64_t total_rows)
    : context_(context),
      metrics_(metrics),
      total_(total_rows),
      started_ns_(context.clock().monotonic_ns()),
      reported_ns_(started_ns_),
      logged_ns_(started_ns_),
      tables_(tables) {
  metrics_.snapshot_started(tables);
  context_.report_progress("snapshot", 0, total_);
}

SnapshotProgress::~SnapshotProgress() {
  if (!finished_) {
    metrics_.snapshot_ended(false);
  }
}

void SnapshotProgress::table(const std::string& name) {
  what_ = "snapshot of " + name;
  metrics_.snapshot_table(name);
  reported_ns_ = 0;
  tell();
}

double SnapshotProgress::rate() const {
  const double seconds = static_cast<double>(context_.clock().monotonic_ns() - started_ns_) / 1e9;
  return static_cast<double>(done_) / std::max(1e-3, seconds);
}

void SnapshotProgress::tell() {
  metrics_.publish();
  const std::int64_t at = context_.clock().monotonic_ns();
  if (at - reported_ns_ >= kReportEveryNs) {
    reported_ns_ = at;
    context_.report_progress(what_, done_, total_);
  }
  if (at - logged_ns_ >= kLogEveryNs) {
    logged_ns_ = at;
    const auto left = total_ > done_ && done_ > 0
                          ? fmt::format(", about {:.0f} s left", static_cast<double>(total_ - done_) / rate())
                          : "";
    log::info(kLog, "{}: {} rows in all, {:.0f} rows/s{}", what_, done_, rate(), left);
  }
}

void SnapshotProgress::finish() {
  finished_ = true;
  metrics_.snapshot_ended(true);
  log::info(kLog, "snapshot complete: {} tables, {} rows, {:.0f} rows/s", tables_, done_, rate());
  context_.report_progress("", done_, done_);
}

}  // namespace tandem::relational
