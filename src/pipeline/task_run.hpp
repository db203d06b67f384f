#pragma once
#include "pipeline/task_services.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tandem::pipeline {

/// One run of one task on its own thread, from start to its end: source or sink. The herder owns it, launches
/// it once, may pause it and asks it to stop; on_finished() tells when the thread ends. Transient failures
/// outside of poll() and put() begin the run anew from the committed offsets after a back-off; other failures
/// end it.
class TaskRun {
 public:
  TaskRun(const TaskServices& services, TaskSpec spec, std::shared_ptr<TaskListener> listener);
  virtual ~TaskRun() = default;
  TaskRun(const TaskRun&) = delete;
  TaskRun& operator=(const TaskRun&) = delete;

  void launch();
  /// Any thread; returns at once.
  void request_stop() noexcept;
  void set_paused(bool paused);
  /// Given up on: whatever the thread still does, it must not write any more.
  void abandon() noexcept { abandoned_ = true; }
  /// Waits for the thread; quick after on_finished().
  void join();
  const TaskSpec& spec() const noexcept { return spec_; }

 protected:
  /// The whole life of the task once; returns when stop is requested.
  virtual void body(std::stop_token stop) = 0;
  /// Makes blocking calls on the log return; any thread.
  virtual void wake() noexcept = 0;
  /// Makes the task's own blocking calls return, for good; any thread.
  virtual void stop_task() noexcept = 0;

  bool paused() const noexcept { return paused_; }
  bool abandoned() const noexcept { return abandoned_; }
  void throw_if_abandoned() const;
  void wait_while_paused(std::stop_token stop);
  void condition(const std::string& text);
  void progress(const std::string& what, std::int64_t done, std::int64_t total) {
    listener_->on_progress(what, done, total);
  }
  void report_running();
  void report_paused() { listener_->on_paused(); }
  /// Back-off that ends early on stop.
  void pause_for(std::chrono::milliseconds delay, std::stop_token stop) const {
    services_.clock.sleep_for(delay, std::move(stop));
  }

  const TaskServices& services_;
  const TaskSpec spec_;

 private:
  void main(std::stop_token stop);

  std::shared_ptr<TaskListener> listener_;
  std::atomic<bool> paused_, abandoned_ = false;
  std::mutex mutex_;
  std::condition_variable_any resumed_;
  std::string condition_;  ///< task thread
  std::jthread thread_;
};

}  // namespace tandem::pipeline
