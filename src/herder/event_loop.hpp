#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace tandem::herder {

/// The herder thread: runs what is posted to it, in order, and timers. post() from any thread; after stop()
/// nothing is run.
class EventLoop {
 public:
  using Job = std::function<void()>;
  EventLoop() = default;
  ~EventLoop() { stop(); }

  /// `first` runs before anything that was posted.
  void start(std::function<void(std::stop_token)> first);
  void post(Job job);
  void post_after(std::chrono::milliseconds delay, Job job);
  /// Waits for the job at hand; what is still queued is dropped.
  void stop() noexcept;

  /// What the thread does now, for time-out messages; "" when idle. Any thread.
  std::string stage() const;
  /// Names what is being done until destruction. Herder thread only.
  class Stage {
   public:
    Stage(EventLoop& loop, std::string what);
    ~Stage();

   private:
    EventLoop& loop_;
  };

 private:
  void run(std::stop_token stop, const std::function<void(std::stop_token)>& first);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> jobs_;
  std::multimap<std::chrono::steady_clock::time_point, Job> timers_;
  std::string stage_;
  std::chrono::system_clock::time_point stage_since_{};
  std::jthread thread_;
};

/// Threads for calls that may block (a connector's own code, the log's admin), so that the herder never does.
/// A job that hangs costs one thread, not the worker: others are added up to a limit.
class Pool {
 public:
  explicit Pool(std::size_t max_threads = 16);
  ~Pool();
  void submit(EventLoop::Job job);
  /// Waits for running jobs up to `limit`; those that hang are left behind. False when there were any.
  bool stop(std::chrono::milliseconds limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tandem::herder
