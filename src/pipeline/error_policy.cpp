#include "pipeline/error_policy.hpp"

#include <array>

namespace tandem::pipeline {
namespace {

struct Row {
  ErrorKind kind;
  Action conversion;  ///< converters and transforms: one record is at stake
  Action task;        ///< poll and put
  Action log;         ///< produce and consume
  int http;
};

constexpr auto kRetry = Action::retry;
constexpr auto kLimited = Action::retry_limited;
constexpr auto kTolerate = Action::tolerate;
constexpr auto kFail = Action::fail;
constexpr auto kStop = Action::stop;

// connect-runtime.md §6.2: any exception of a converter or transform may be tolerated, only retriable ones
// are retried; a task's own errors are never tolerated; a record that the log refuses is, when it is the
// record's fault.
constexpr std::array<Row, 10> kTable{{
    {ErrorKind::transient, kLimited, kRetry, kRetry, 500},
    {ErrorKind::data, kTolerate, kFail, kTolerate, 400},
    {ErrorKind::config, kTolerate, kFail, kFail, 400},
    {ErrorKind::auth, kTolerate, kFail, kFail, 403},
    {ErrorKind::schema, kTolerate, kFail, kFail, 400},
    {ErrorKind::not_found, kTolerate, kFail, kFail, 404},
    {ErrorKind::conflict, kTolerate, kFail, kFail, 409},
    {ErrorKind::cancelled, kStop, kStop, kStop, 500},
    {ErrorKind::fatal, kFail, kFail, kFail, 500},
    {ErrorKind::bug, kTolerate, kFail, kFail, 500},
}};

const Row& row(ErrorKind kind) noexcept {
  for (const auto& r : kTable) {
    if (r.kind == kind) {
      return r;
    }
  }
  return kTable.back();
}

}  // namespace

std::string_view to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::task_poll:
      return "TASK_POLL";
    case Stage::task_put:
      return "TASK_PUT";
    case Stage::transformation:
      return "TRANSFORMATION";
    case Stage::key_converter:
      return "KEY_CONVERTER";
    case Stage::value_converter:
      return "VALUE_CONVERTER";
    case Stage::header_converter:
      return "HEADER_CONVERTER";
    case Stage::kafka_produce:
      return "KAFKA_PRODUCE";
    case Stage::kafka_consume:
      return "KAFKA_CONSUME";
  }
  return "";
}

Action action_for(ErrorKind kind, Stage stage) noexcept {
  const auto& r = row(kind);
  switch (stage) {
    case Stage::task_poll:
    case Stage::task_put:
      return r.task;
    case Stage::kafka_produce:
    case Stage::kafka_consume:
      return r.log;
    default:
      return r.conversion;
  }
}

int http_status(ErrorKind kind) noexcept { return row(kind).http; }

}  // namespace tandem::pipeline
