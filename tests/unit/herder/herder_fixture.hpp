#pragma once
#include "converters/builtin.hpp"
#include "herder/worker.hpp"
#include "tests/support/memory_topics.hpp"

#include <atomic>
#include <functional>
#include <future>

#include <gtest/gtest.h>

namespace tandem::herder {

using testing::MemoryTopics;

template <class F>
::testing::AssertionResult eventually(F&& condition,
                                      std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return ::testing::AssertionFailure() << "not within " << limit.count() << " ms";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return ::testing::AssertionSuccess();
}

/// What the test's connectors do, shared with the test.
struct Script {
  std::atomic<int> task_starts = 0, task_configs_calls = 0, fail_starts = 0, transient_configs = 0;
  std::atomic<int> tasks = 1, tasks_alive = 0;
  std::atomic<bool> hang_stop = false, hang_validate = false, release = false;
  std::atomic<bool> takes_offsets = true;
  std::function<void()> in_task_configs = [] {};  ///< set before there is a connector
};

class IdleTask final : public SourceTask {
 public:
  explicit IdleTask(std::shared_ptr<Script> s) : s_(std::move(s)) { ++s_->tasks_alive; }
  ~IdleTask() override { --s_->tasks_alive; }
  void start(const ConfigMap&, SourceTaskContext&) override {
    ++s_->task_starts;
    if (s_->fail_starts-- > 0) {  // tasks start at the same time: one of them takes it
      raise(ErrorKind::auth, "Access denied for user 'x'", "GRANT REPLICATION SLAVE ON *.* TO 'x';");
    }
  }
  SourceBatch poll(std::stop_token stop) override {
    Clock::system().sleep_for(std::chrono::milliseconds(2), stop);
    while (stop.stop_requested() && s_->hang_stop && !s_->release) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return {};
  }
  void stop() noexcept override {}

 private:
  std::shared_ptr<Script> s_;
};

class IdleConnector final : public SourceConnector {
 public:
  explicit IdleConnector(std::shared_ptr<Script> s) : s_(std::move(s)) {
    def_.define({.name = "server",
                 .default_value = no_default,
                 .importance = Importance::high,
                 .group = "Connection"});
    def_.define({.name = "password", .type = ConfigType::password, .default_value = null_default});
  }
  const ConfigDef& config_def() const override { return def_; }
  void validate(const ConfigMap& config, std::vector<ConfigCheck>& checks) const override {
    while (s_->hang_validate && !s_->release) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    for (auto& check : checks) {
      if (check.name == "server" && get_or(config, "server", "") == "unreachable") {
        check.errors.push_back("Unable to connect: unreachable");
      }
    }
  }
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int) const override {
    ++s_->task_configs_calls;
    s_->in_task_configs();
    if (s_->transient_configs > 0) {
      --s_->transient_configs;
      raise(ErrorKind::transient, "server is away");
    }
    return std::vector<ConfigMap>(static_cast<std::size_t>(s_->tasks), config);
  }
  bool alter_offsets(
      const ConfigMap&,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const override {
    for (const auto& [partition, offset] : offsets) {
      if (partition.empty() || partition[0].first != "server") {
        raise(ErrorKind::config, "The partition has no 'server'");
      }
    }
    return s_->takes_offsets;
  }
  std::unique_ptr<SourceTask> make_task() const override { return std::make_unique<IdleTask>(s_); }

 private:
  std::shared_ptr<Script> s_;
  ConfigDef def_;
};

class QuietSink final : public SinkTask {
 public:
  void start(const ConfigMap&, SinkTaskContext&) override {}
  void put(std::vector<SinkRecord>&) override {}
  void stop() noexcept override {}
};

class QuietSinkConnector final : public SinkConnector {
 public:
  const ConfigDef& config_def() const override { return def_; }
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max) const override {
    return std::vector<ConfigMap>(static_cast<std::size_t>(max), config);
  }
  std::unique_ptr<SinkTask> make_task() const override { return std::make_unique<QuietSink>(); }

 private:
  ConfigDef def_;
};

/// An answer waited for.
template <class T>
class Reply {
 public:
  Answer<T> answer() {
    return [p = promise_](Result<T> r) { p->set_value(std::move(r)); };
  }
  Result<T> get() {
    auto f = promise_->get_future();
    if (f.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
      return Error(ErrorKind::bug, "no answer");
    }
    return f.get();
  }

 private:
  std::shared_ptr<std::promise<Result<T>>> promise_ = std::make_shared<std::promise<Result<T>>>();
};

inline ConfigMap worker_properties() {
  return {{"bootstrap.servers", "memory"},
          {"group.id", "group"},
          {"config.storage.topic", "configs"},
          {"offset.storage.topic", "offsets"},
          {"status.storage.topic", "statuses"},
          {"key.converter", "org.apache.kafka.connect.storage.StringConverter"},
          {"value.converter", "org.apache.kafka.connect.storage.StringConverter"},
          {"offset.flush.interval.ms", "20"},
          {"task.shutdown.graceful.timeout.ms", "300"},
          {"rest.advertised.host.name", "h"},
          {"offset.storage.partitions", "3"}};
}

}  // namespace tandem::herder
