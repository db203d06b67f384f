#pragma once
#include "pipeline/submitted_records.hpp"
#include "storage/offset_store.hpp"

#include <memory>
#include <vector>

namespace tandem::pipeline {

/// Writes committable offsets to the offset store, one write at a time; what fails is kept and written again
/// with what came since. Owned by the task thread; the store's completion is only noted.
class OffsetFlush {
 public:
  OffsetFlush(storage::OffsetStore& store, std::string connector)
      : store_(store), connector_(std::move(connector)) {}

  bool in_progress() const noexcept { return state_ != nullptr; }
  /// Starts a write when there is something to write and none is under way.
  void begin(std::vector<SubmittedRecords::Committable> moved);
  /// What has become durable since the last call.
  std::vector<SubmittedRecords::Committable> take_written();
  /// Waits for the write under way; false after `limit`.
  bool wait(std::chrono::milliseconds limit) const;

 private:
  struct State;
  void keep(std::vector<SubmittedRecords::Committable> moved);
  storage::OffsetStore& store_;
  std::string connector_;
  std::shared_ptr<State> state_;
  std::vector<SubmittedRecords::Committable> writing_, waiting_;
};

}  // namespace tandem::pipeline
