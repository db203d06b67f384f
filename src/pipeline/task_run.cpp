#include "pipeline/task_run.hpp"

#include "pipeline/error_policy.hpp"
#include "tandem/base/log.hpp"

namespace tandem::pipeline {

TaskRun::TaskRun(const TaskServices& services, TaskSpec spec, std::shared_ptr<TaskListener> listener)
    : services_(services), spec_(std::move(spec)), listener_(std::move(listener)), paused_(spec_.paused) {}

void TaskRun::launch() {
  thread_ = std::jthread([this](std::stop_token stop) { main(std::move(stop)); });
}

void TaskRun::request_stop() noexcept {
  thread_.request_stop();
  stop_task();
  wake();
}

void TaskRun::set_paused(bool paused) {
  {
    std::lock_guard lock(mutex_);
    paused_ = paused;
  }
  resumed_.notify_all();
  wake();
}

void TaskRun::join() {
  if (thread_.joinable()) {
    thread_.join();
  }
}

void TaskRun::throw_if_abandoned() const {
  if (abandoned_) {
    raise(ErrorKind::cancelled, "the task did not stop in time and was given up; it may not write any more");
  }
}

void TaskRun::wait_while_paused(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  if (paused_) {
    listener_->on_paused();
    resumed_.wait(lock, stop, [this] { return !paused_.load(); });
  }
}

void TaskRun::condition(const std::string& text) {
  if (text == condition_) {
    return;
  }
  if (!text.empty()) {
    log::warn("tandem.task", "{}", text);
  } else {
    log::info("tandem.task", "well again");
  }
  condition_ = text;
  listener_->on_condition(text);
}

void TaskRun::report_running() { listener_->on_running(); }

void TaskRun::main(std::stop_token stop) {
  const log::ThreadContext context(fmt::format("[{}|task-{}] ", spec_.connector, spec_.task));
  std::optional<Error> failure;
  Backoff backoff(std::chrono::milliseconds(250), std::chrono::seconds(60));
  while (!stop.stop_requested()) {
    try {
      body(stop);
      break;
    } catch (const std::exception&) {
      auto error = current_error();
      if (stop.stop_requested()) {
        if (error.kind != ErrorKind::cancelled) {
          log::warn("tandem.task", "while stopping: {}", error.text());
        }
        break;
      }
      if (action_for(error.kind, Stage::task_put) != Action::retry) {
        log::error("tandem.task",
                   "Task threw an uncaught and unrecoverable exception. Task is being killed and will not "
                   "recover until "
                   "manually restarted: {}",
                   error.trace());
        failure = std::move(error);
        break;
      }
      report_running();
      condition(error.text() + " (trying again)");
      pause_for(backoff.next(), stop);
    }
  }
  listener_->on_finished(std::move(failure));
}

}  // namespace tandem::pipeline
