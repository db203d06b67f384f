#pragma once
#include "tandem/base/error.hpp"

#include <string_view>

namespace tandem::pipeline {

/// Where in a record's way an error happened; names are Connect's (dead-letter headers and logs carry them).
enum class Stage {
  task_poll,
  task_put,
  transformation,
  key_converter,
  value_converter,
  header_converter,
  kafka_produce,
  kafka_consume
};
std::string_view to_string(Stage stage) noexcept;  ///< "TASK_POLL" …

enum class Action {
  retry,          ///< back-off for ever, the task stays RUNNING and says why
  retry_limited,  ///< within errors.retry.timeout, then as tolerate
  tolerate,       ///< errors.tolerance decides: skip the record, or fail
  fail,           ///< the task FAILS with the trace
  stop,           ///< asked to stop: no error at all
};
Action action_for(ErrorKind kind, Stage stage) noexcept;

/// Status of a REST request that failed with this kind.
int http_status(ErrorKind kind) noexcept;

}  // namespace tandem::pipeline
