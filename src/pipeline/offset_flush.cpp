#include "pipeline/offset_flush.hpp"

#include "tandem/base/log.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace tandem::pipeline {

struct OffsetFlush::State {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::optional<Error> error;
};

void OffsetFlush::keep(std::vector<SubmittedRecords::Committable> moved) {
  for (auto& m : moved) {
    bool known = false;
    for (auto& w : waiting_) {
      if (*w.partition == *m.partition) {
        w.offset = m.offset;
        known = true;
      }
    }
    if (!known) {
      waiting_.push_back(std::move(m));
    }
  }
}

void OffsetFlush::begin(std::vector<SubmittedRecords::Committable> moved) {
  keep(std::move(moved));
  if (state_ || waiting_.empty()) {
    return;
  }
  writing_ = std::exchange(waiting_, {});
  std::vector<storage::OffsetStore::Change> changes;
  changes.reserve(writing_.size());
  for (const auto& w : writing_) {
    changes.emplace_back(*w.partition, w.offset->to_map());
  }
  state_ = std::make_shared<State>();
  store_.set(connector_, changes, [state = state_](std::optional<Error> error) {
    std::lock_guard lock(state->mutex);
    state->done = true;
    state->error = std::move(error);
    state->changed.notify_all();
  });
}

std::vector<SubmittedRecords::Committable> OffsetFlush::take_written() {
  if (!state_) {
    return {};
  }
  std::optional<Error> error;
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->done) {
      return {};
    }
    error = std::move(state_->error);
  }
  state_.reset();
  auto written = std::exchange(writing_, {});
  if (!error) {
    return written;
  }
  log::warn("tandem.task", "offsets could not be written and will be again: {}", error->text());
  auto newer = std::exchange(waiting_, {});
  keep(std::move(written));
  keep(std::move(newer));
  return {};
}

bool OffsetFlush::wait(std::chrono::milliseconds limit) const {
  if (!state_) {
    return true;
  }
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, limit, [this] { return state_->done; });
}

}  // namespace tandem::pipeline
