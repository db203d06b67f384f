#pragma once
#include "pipeline/error_policy.hpp"
#include "pipeline/task_metrics.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/config/config.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace tandem::pipeline {

/// errors.retry.timeout, errors.retry.delay.max.ms, errors.tolerance, errors.log.*: what becomes of one
/// record that a converter or transform fails on. One task thread owns it.
class Tolerance {
 public:
  Tolerance(const ConfigMap& connector, const Clock& clock, ErrorFigures& figures);

  /// Runs `work`; nullopt when it went well in the end, the error when the record is to be skipped. Throws
  /// when it must not be: TandemError "Tolerance exceeded in error handler …". `describe` names the record
  /// ("topic-0@12").
  template <class Work, class Describe>
  std::optional<Error> run(Stage stage, const std::stop_token& stop, Work&& work, Describe&& describe) {
    try {
      work();
      return std::nullopt;
    } catch (const std::exception&) {
      return after_failure(stage, current_error(), stop, std::function<void()>(std::ref(work)), describe());
    }
  }

  /// An error that happened elsewhere (a record that the log refused, an errant record): counted, logged;
  /// true: skip it.
  bool tolerated(Stage stage, const Error& error, const std::string& record);
  bool tolerates_all() const noexcept { return all_; }

 private:
  std::optional<Error> after_failure(Stage stage, Error error, const std::stop_token& stop,
                                     const std::function<void()>& work, const std::string& record);

  const Clock& clock_;
  ErrorFigures& figures_;
  std::int64_t retry_timeout_ms_, retry_delay_max_ms_;
  bool all_, log_, log_messages_;
};

}  // namespace tandem::pipeline
