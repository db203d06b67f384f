#pragma once
#include "herder/worker.hpp"

namespace tandem::herder {

/// Runs `work` on the herder thread and answers with what it returns or throws.
template <class T>
void Worker::ask(Answer<T> done, std::string what, std::function<Result<T>()> work) {
  if (stopped_) {
    done(Error(ErrorKind::cancelled, "Worker is shutting down"));
    return;
  }
  loop_.post([this, done = std::move(done), what = std::move(what), work = std::move(work)] {
    const EventLoop::Stage stage(loop_, what);
    std::optional<Result<T>> result;
    try {
      result.emplace(work());
    } catch (const std::exception&) {
      result.emplace(current_error());
    }
    done(std::move(*result));
  });
}

template <class T>
void Worker::dispatch_request(Answer<T> done, std::function<void(Answer<T>)> job) {
  if (stopped_) {
    done(Error(ErrorKind::cancelled, "Worker is shutting down"));
    return;
  }
  loop_.post([done = std::move(done), job = std::move(job)] {
    try {
      job(done);
    } catch (const std::exception&) {
      done(current_error());
    }
  });
}

inline Error unknown_connector(const std::string& name) {
  return {ErrorKind::not_found, "Connector " + name + " not found"};
}

}  // namespace tandem::herder
