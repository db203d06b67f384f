#pragma once
#include "tandem/data/record.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace tandem::pipeline {

/// Which source offsets may be committed: for each source partition the last offset of the contiguous prefix
/// of batches that the log has acknowledged. Offset-only entries (dropped records, echoes) have no batch to
/// wait for, but wait for those before them. Owned by the task thread.
class SubmittedRecords {
 public:
  struct Committable {
    SourcePartitionPtr partition;
    SourceOffsetPtr offset;
  };

  /// The records of `batch` end at this offset. Batches are submitted in order; one call per partition.
  void submit(const SourcePartitionPtr& partition, SourceOffsetPtr offset, std::uint64_t batch);
  /// Reached without anything to send.
  void submit_position(const SourcePartitionPtr& partition, SourceOffsetPtr offset);
  /// All records of the batch are durable (or tolerated as lost).
  void ack(std::uint64_t batch);

  /// What has become committable since the last call, one entry per partition that moved.
  std::vector<Committable> take_committable();
  /// Something would come from take_committable().
  bool has_committable() const noexcept;
  /// Entries that wait for an acknowledgement.
  std::size_t outstanding() const noexcept;

 private:
  struct Entry {
    std::uint64_t batch;  ///< 0: nothing to wait for
    SourceOffsetPtr offset;
    bool done;
  };
  struct Queue {
    SourcePartitionPtr partition;
    std::deque<Entry> entries;
    SourceOffsetPtr committable;
  };
  Queue& queue(const SourcePartitionPtr& partition);
  static void advance(Queue& queue);

  std::vector<Queue> queues_;  ///< few: one per source partition
};

}  // namespace tandem::pipeline
