#pragma once
#include "herder/herder.hpp"
#include "http/message.hpp"
#include "rest/errors.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace tandem::rest {

/// A request that waits for the herder: answered once, by the herder or by its deadline. Thread-safe.
class Pending {
 public:
  explicit Pending(http::Responder respond) : respond_(std::move(respond)) {}
  void answer(http::Response response) {
    std::optional<http::Responder> respond;
    {
      const std::lock_guard lock(mutex_);
      respond.swap(respond_);
    }
    if (respond) {
      (*respond)(std::move(response));
    }
  }

 private:
  std::mutex mutex_;
  std::optional<http::Responder> respond_;
};

/// Answers what has waited too long. Requests of one object have the same limit, so they expire in order.
/// Thread-safe.
class Deadlines {
 public:
  using Late = std::function<http::Response()>;
  Deadlines(std::chrono::milliseconds limit, Late late) : limit_(limit), late_(std::move(late)) {}
  std::shared_ptr<Pending> track(http::Responder respond);
  /// To be called about once a second.
  void sweep(std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());

 private:
  struct Entry {
    std::chrono::steady_clock::time_point at;
    std::weak_ptr<Pending> pending;
  };
  const std::chrono::milliseconds limit_;
  Late late_;
  std::mutex mutex_;
  std::deque<Entry> waiting_;
};

/// What a resource needs to serve a request. Outlives the router.
struct Exchange {
  herder::Herder& herder;
  Deadlines& requests;  ///< 90 s (RestServer.DEFAULT_REST_REQUEST_TIMEOUT_MS)
  Deadlines& health;    ///< 10 s (RestServer.DEFAULT_HEALTH_CHECK_TIMEOUT_MS)

  /// An answer for the herder that turns a value into a response by `ok`, and an error by the table.
  template <class T, class Ok>
  herder::Answer<T> reply(http::Responder respond, Ok ok) const {
    return reply_on<T>(requests.track(std::move(respond)), std::move(ok));
  }
  template <class T, class Ok>
  static herder::Answer<T> reply_on(std::shared_ptr<Pending> pending, Ok ok) {
    return [pending, ok = std::move(ok)](Result<T> result) {
      pending->answer(result.has_value() ? ok(std::move(result.value())) : error_response(result.error()));
    };
  }
};

}  // namespace tandem::rest
