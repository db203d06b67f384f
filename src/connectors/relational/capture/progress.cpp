#include "connectors/relational/capture/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tandem::relational {
namespace {
constexpr std::int64_t kTellEveryNs = 5'000'000'000;
}

SnapshotProgress::SnapshotProgress(TaskContext& context, std::int64_t total_rows)
    : context_(context), total_(total_rows), started_ns_(context.clock().monotonic_ns()), told_ns_(started_ns_) {}

void SnapshotProgress::table(const std::string& name) {
  table_ = name;
  tell(false);
}

void SnapshotProgress::tell(bool now) {
  const std::int64_t at = context_.clock().monotonic_ns();
  if (!now && at - told_ns_ < kTellEveryNs) {
    return;
  }
  told_ns_ = at;
  const double seconds = std::max(1e-3, static_cast<double>(at - started_ns_) / 1e9);
  const double rate = static_cast<double>(done_) / seconds;
  std::string what = fmt::format("snapshot{}{}: {} rows, {:.0f} rows/s", table_.empty() ? "" : " of ", table_, done_, rate);
  if (total_ > done_ && rate > 0) {
    what += fmt::format(", about {:.0f} s left", static_cast<double>(total_ - done_) / rate);
  }
  context_.report_progress(what, done_, total_);
}

}  // namespace tandem::relational
