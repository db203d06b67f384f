#pragma once
#include "converters/builtin.hpp"
#include "pipeline/sink_pipeline.hpp"
#include "pipeline/source_pipeline.hpp"
#include "tests/support/memory_topics.hpp"

#include <atomic>

#include <gtest/gtest.h>

namespace tandem::pipeline {

using testing::MemoryTopics;

template <class F>
::testing::AssertionResult eventually(F&& condition,
                                      std::chrono::milliseconds limit = std::chrono::seconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return ::testing::AssertionFailure() << "not within " << limit.count() << " ms";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return ::testing::AssertionSuccess();
}

class NoFigures final : public MetricScope {
  struct Nowhere final : Counter, Gauge, Histogram {
    void add(double) override {}
    void set(double) override {}
    void observe(double) override {}
  };

 public:
  std::shared_ptr<Counter> counter(const std::string&, Labels) override {
    return std::make_shared<Nowhere>();
  }
  std::shared_ptr<Gauge> gauge(const std::string&, Labels) override { return std::make_shared<Nowhere>(); }
  std::shared_ptr<Histogram> histogram(const std::string&, Labels) override {
    return std::make_shared<Nowhere>();
  }
};

/// Notes what a run says.
class Notes final : public TaskListener {
 public:
  void on_running() override { ++running; }
  void on_paused() override { ++paused; }
  void on_condition(const std::string& text) override {
    std::lock_guard lock(mutex_);
    conditions_.push_back(text);
  }
  void on_progress(const std::string&, std::int64_t, std::int64_t) override {}
  void on_finished(std::optional<Error> failure) override {
    std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    finished = true;
  }
  std::vector<std::string> conditions() {
    std::lock_guard lock(mutex_);
    return conditions_;
  }
  std::optional<Error> failure() {
    std::lock_guard lock(mutex_);
    return failure_;
  }
  std::atomic<int> running = 0, paused = 0;
  std::atomic<bool> finished = false;

 private:
  std::mutex mutex_;
  std::vector<std::string> conditions_;
  std::optional<Error> failure_;
};

inline storage::StorageTopicSpec storage_spec(const std::string& name, std::int32_t partitions) {
  storage::StorageTopicSpec s;
  s.topic.name = name;
  s.topic.partitions = partitions;
  s.property = name;
  s.purpose = "tests";
  return s;
}

/// Topics, stores and services as a worker would lend them.
class Bench {
 public:
  explicit Bench(bool atomic)
      : topics(atomic),
        offsets(topics, storage_spec("offsets", 3)),
        statuses(topics, storage_spec("statuses", 3)) {
    converters::add_builtin_converters(registry);
    offsets.start(std::chrono::seconds(5), {});
    statuses.start(std::chrono::seconds(5), {});
  }
  MemoryTopics topics;
  Registry registry;
  storage::OffsetStore offsets;
  storage::StatusStore statuses;
  TaskServices services{topics,
                        registry,
                        Clock::system(),
                        offsets,
                        statuses,
                        [] { return std::make_unique<NoFigures>(); },
                        {{"key.converter", "org.apache.kafka.connect.storage.StringConverter"},
                         {"value.converter", "org.apache.kafka.connect.storage.StringConverter"}},
                        "group",
                        std::chrono::milliseconds(20),
                        std::chrono::milliseconds(2000)};
};

}  // namespace tandem::pipeline
