#pragma once
#include <mutex>

namespace tandem::pipeline {

/// What other threads may call on a running task and its client of the log: stop() and wake(). Outside of
/// begin() and end() they do nothing. The objects are the task thread's.
template <class Task, class Client>
class LiveCalls {
 public:
  void begin(Task& task, Client& client) {
    const std::lock_guard lock(mutex_);
    task_ = &task;
    client_ = &client;
  }
  void end() noexcept {
    const std::lock_guard lock(mutex_);
    task_ = nullptr;
    client_ = nullptr;
  }
  void wake() noexcept {
    const std::lock_guard lock(mutex_);
    if (client_ != nullptr) {
      client_->wake();
    }
  }
  void stop() noexcept {
    const std::lock_guard lock(mutex_);
    if (task_ != nullptr) {
      task_->stop();
    }
  }

 private:
  std::mutex mutex_;
  Task* task_ = nullptr;
  Client* client_ = nullptr;
};

}  // namespace tandem::pipeline
