// Where a sink task reads on, and what of it is committed: pauses, seeks, offsets.
#include "pipeline/sink_life.hpp"
#include "tandem/base/failpoint.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

namespace tandem::pipeline {

void SinkPipeline::apply_pauses() {
  auto& l = *life_;
  const bool all = paused() || l.retrying;
  Partitions pause, resume;
  for (const auto& p : l.assigned) {
    const bool want = all || l.task_paused.contains(p);
    if (want && l.paused_now.insert(p).second) {
      pause.push_back(p);
    } else if (!want && l.paused_now.erase(p) > 0) {
      resume.push_back(p);
    }
  }
  if (!pause.empty()) {
    l.consumer->pause(pause);
  }
  if (!resume.empty()) {
    l.consumer->resume(resume);
  }
}

void SinkPipeline::apply_seeks() {
  auto& l = *life_;
  const auto pauses_changed = std::exchange(l.pauses_changed, false);
  for (const auto& [partition, offset] : std::exchange(l.seeks, {})) {
    if (!l.assigned.contains(partition)) {
      continue;
    }
    l.drop_records({partition});
    l.consumer->seek(partition, offset);
    l.seen[partition] = offset;
  }
  if (pauses_changed) {
    apply_pauses();
  }
}

topics::Offsets SinkPipeline::committable(const Partitions* only) {
  auto& l = *life_;
  topics::Offsets seen = l.seen;
  if (only != nullptr) {
    std::erase_if(seen, [&](const auto& entry) {
      return std::find(only->begin(), only->end(), entry.first) == only->end();
    });
  }
  if (seen.empty()) {
    return {};
  }
  auto offsets = l.task->pre_commit(seen);
  std::erase_if(offsets, [&](const auto& entry) { return !seen.contains(entry.first); });
  for (auto& [partition, offset] : offsets) {
    offset = std::min(offset, seen.at(partition));
  }
  return offsets;
}

void SinkPipeline::commit_due() {
  auto& l = *life_;
  const auto now_ns = services_.clock.monotonic_ns();
  if (!l.commit_requested && std::chrono::nanoseconds(now_ns - l.last_commit_ns) < services_.flush_interval) {
    return;
  }
  l.last_commit_ns = now_ns;
  l.commit_requested = false;
  try {
    auto offsets = committable(nullptr);
    std::erase_if(offsets, [&](const auto& entry) {
      const auto it = l.committed.find(entry.first);
      return it != l.committed.end() && it->second == entry.second;
    });
    if (offsets.empty()) {
      return;
    }
    throw_if_abandoned();
    failpoint("before consumer commit");
    l.consumer->commit_async(offsets);
    for (const auto& [partition, offset] : offsets) {
      l.committed[partition] = offset;
    }
    ++l.metrics.commits;
    l.metrics.active = 0;
    l.metrics.commit_time(static_cast<double>(services_.clock.monotonic_ns() - now_ns) / 1e6,
                          services_.clock.now_ms());
  } catch (const TandemError& e) {
    if (action_for(e.kind(), Stage::task_put) != Action::retry) {
      throw;
    }
    ++l.metrics.commit_failures;
    log::warn("tandem.task", "offsets could not be committed now, the next commit covers them: {}", e.what());
  }
}

void SinkPipeline::commit_for(const Partitions& partitions) noexcept {
  auto& l = *life_;
  try {
    const auto offsets = committable(&partitions);
    if (!offsets.empty()) {
      failpoint("before consumer commit");
      l.consumer->commit(offsets);
      ++l.metrics.commits;
    }
  } catch (const std::exception& e) {
    ++l.metrics.commit_failures;
    log::warn("tandem.task",
              "the last offsets could not be committed, records after the last commit come again: {}",
              e.what());
  }
}

}  // namespace tandem::pipeline
