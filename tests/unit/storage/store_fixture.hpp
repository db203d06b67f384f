#pragma once
#include "storage/compacted_topic.hpp"
#include "tests/support/memory_topics.hpp"

#include <gtest/gtest.h>

namespace tandem::storage {

inline StorageTopicSpec spec(const std::string& kind, std::int32_t partitions) {
  StorageTopicSpec s;
  s.topic.name = "connect-" + kind;
  s.topic.partitions = partitions;
  s.property = kind + ".storage.topic";
  s.purpose = kind == "config"   ? "connector configurations"
              : kind == "offset" ? "source connector offsets"
                                 : "connector and task statuses";
  s.single_partition = kind == "config";
  return s;
}

inline constexpr auto kLimit = std::chrono::seconds(5);

/// Waits for a store's completion and gives its error.
class Waiter {
 public:
  CompactedTopic::Done done() {
    return [state = state_](std::optional<Error> e) {
      std::lock_guard lock(state->mutex);
      state->error = std::move(e);
      state->ready = true;
      state->changed.notify_all();
    };
  }
  std::optional<Error> get() {
    std::unique_lock lock(state_->mutex);
    EXPECT_TRUE(state_->changed.wait_for(lock, kLimit, [&] { return state_->ready; })) << "no completion";
    return state_->error;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool ready = false;
    std::optional<Error> error;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// "key=value" of each record, in order.
inline std::vector<std::string> lines(const testing::MemoryTopics& topics, const std::string& topic) {
  std::vector<std::string> out;
  for (const auto& r : topics.records(topic)) {
    out.push_back(r.key.value_or("null") + "=" + r.value.value_or("null"));
  }
  return out;
}

}  // namespace tandem::storage
