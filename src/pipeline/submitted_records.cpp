#include "pipeline/submitted_records.hpp"

#include <algorithm>

namespace tandem::pipeline {

SubmittedRecords::Queue& SubmittedRecords::queue(const SourcePartitionPtr& partition) {
  for (auto& q : queues_) {
    if (q.partition == partition || *q.partition == *partition) {
      return q;
    }
  }
  return queues_.emplace_back(Queue{partition, {}, nullptr});
}

void SubmittedRecords::advance(Queue& queue) {
  while (!queue.entries.empty() && queue.entries.front().done) {
    queue.committable = std::move(queue.entries.front().offset);
    queue.entries.pop_front();
  }
}

void SubmittedRecords::submit(const SourcePartitionPtr& partition, SourceOffsetPtr offset,
                              std::uint64_t batch) {
  queue(partition).entries.push_back({batch, std::move(offset), false});
}

void SubmittedRecords::submit_position(const SourcePartitionPtr& partition, SourceOffsetPtr offset) {
  auto& q = queue(partition);
  if (q.entries.empty()) {
    q.committable = std::move(offset);
  } else if (q.entries.back().batch == 0) {
    q.entries.back().offset =
        std::move(offset);  // positions alone must not pile up behind a slow acknowledgement
  } else {
    q.entries.push_back({0, std::move(offset), true});
  }
}

void SubmittedRecords::ack(std::uint64_t batch) {
  for (auto& q : queues_) {
    const auto it = std::find_if(q.entries.begin(), q.entries.end(),
                                 [&](const Entry& e) { return e.batch == batch && !e.done; });
    if (it != q.entries.end()) {
      it->done = true;
      advance(q);
    }
  }
}

std::vector<SubmittedRecords::Committable> SubmittedRecords::take_committable() {
  std::vector<Committable> out;
  for (auto& q : queues_) {
    if (q.committable) {
      out.push_back({q.partition, std::move(q.committable)});
      q.committable = nullptr;
    }
  }
  return out;
}

bool SubmittedRecords::has_committable() const noexcept {
  return std::any_of(queues_.begin(), queues_.end(), [](const Queue& q) { return q.committable != nullptr; });
}

std::size_t SubmittedRecords::outstanding() const noexcept {
  std::size_t n = 0;
  for (const auto& q : queues_) {
    n += q.entries.size();
  }
  return n;
}

}  // namespace tandem::pipeline
