#include "herder/event_loop.hpp"

#include "tandem/base/log.hpp"

#include <memory>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace tandem::herder {

void EventLoop::start(std::function<void(std::stop_token)> first) {
  thread_ =
      std::jthread([this, first = std::move(first)](std::stop_token stop) { run(std::move(stop), first); });
}

void EventLoop::post(Job job) {
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void EventLoop::post_after(std::chrono::milliseconds delay, Job job) {
  {
    std::lock_guard lock(mutex_);
    timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(job));
  }
  changed_.notify_one();
}

void EventLoop::stop() noexcept {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  std::lock_guard lock(mutex_);
  jobs_.clear();
  timers_.clear();
}

std::string EventLoop::stage() const {
  std::lock_guard lock(mutex_);
  if (stage_.empty()) {
    return "";
  }
  return fmt::format("The worker is currently {}, which began at {:%Y-%m-%dT%H:%M:%S}Z.", stage_,
                     fmt::gmtime(std::chrono::system_clock::to_time_t(stage_since_)));
}

EventLoop::Stage::Stage(EventLoop& loop, std::string what) : loop_(loop) {
  std::lock_guard lock(loop_.mutex_);
  loop_.stage_ = std::move(what);
  loop_.stage_since_ = std::chrono::system_clock::now();
}

EventLoop::Stage::~Stage() {
  std::lock_guard lock(loop_.mutex_);
  loop_.stage_.clear();
}

void EventLoop::run(std::stop_token stop, const std::function<void(std::stop_token)>& first) {
  first(stop);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Job job;
    const auto now = std::chrono::steady_clock::now();
    if (!timers_.empty() && timers_.begin()->first <= now) {
      job = std::move(timers_.extract(timers_.begin()).mapped());
    } else if (!jobs_.empty()) {
      job = std::move(jobs_.front());
      jobs_.pop_front();
    } else if (timers_.empty()) {
      changed_.wait(lock, stop, [this] { return !jobs_.empty() || !timers_.empty(); });
      continue;
    } else {
      const auto due = timers_.begin()->first;
      changed_.wait_until(lock, stop, due,
                          [this, due] { return !jobs_.empty() || timers_.begin()->first < due; });
      continue;
    }
    lock.unlock();
    try {
      job();
    } catch (const std::exception& e) {
      log::error("tandem.herder", "an action failed that must not: {}", e.what());
    }
    job = nullptr;
    lock.lock();
  }
}

struct Pool::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<EventLoop::Job> jobs;
  std::size_t max = 0, threads = 0, idle = 0;
  bool stopping = false;
};

Pool::Pool(std::size_t max_threads) : state_(std::make_shared<State>()) { state_->max = max_threads; }

Pool::~Pool() { stop(std::chrono::milliseconds(0)); }

void Pool::submit(EventLoop::Job job) {
  std::lock_guard lock(state_->mutex);
  if (state_->stopping) {
    return;
  }
  state_->jobs.push_back(std::move(job));
  if (state_->idle >= state_->jobs.size() || state_->threads == state_->max) {
    state_->changed.notify_one();
    return;
  }
  ++state_->threads;
  std::thread([state = state_] {
    std::unique_lock inner(state->mutex);
    for (;;) {
      if (!state->jobs.empty()) {
        auto next = std::move(state->jobs.front());
        state->jobs.pop_front();
        inner.unlock();
        try {
          next();
        } catch (const std::exception& e) {
          log::error("tandem.herder", "a background action failed that must not: {}", e.what());
        }
        next = nullptr;
        inner.lock();
        continue;
      }
      if (state->stopping) {
        break;
      }
      ++state->idle;
      const bool work = state->changed.wait_for(inner, std::chrono::seconds(30),
                                                [&] { return !state->jobs.empty() || state->stopping; });
      --state->idle;
      if (!work) {
        break;
      }
    }
    --state->threads;
    state->changed.notify_all();
  }).detach();
}

bool Pool::stop(std::chrono::milliseconds limit) {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->jobs.clear();
  state_->changed.notify_all();
  return state_->changed.wait_for(lock, limit, [this] { return state_->threads == 0; });
}

}  // namespace tandem::herder
