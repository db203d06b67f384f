#include "pipeline/tolerance.hpp"

#include "tandem/base/log.hpp"

#include <algorithm>
#include <charconv>

namespace tandem::pipeline {
namespace {

/// RetryWithToleranceOperator.RETRIES_DELAY_MIN_MS.
constexpr std::int64_t kFirstDelayMs = 300;

std::int64_t number(const ConfigMap& config, std::string_view key, std::int64_t fallback) {
  const auto text = get_or(config, key, "");
  std::int64_t value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool flag(const ConfigMap& config, std::string_view key) {
  auto text = get_or(config, key, "false");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text == "true";
}

}  // namespace

Tolerance::Tolerance(const ConfigMap& connector, const Clock& clock, ErrorFigures& figures)
    : clock_(clock),
      figures_(figures),
      retry_timeout_ms_(number(connector, "errors.retry.timeout", 0)),
      retry_delay_max_ms_(number(connector, "errors.retry.delay.max.ms", 60000)),
      all_(get_or(connector, "errors.tolerance", "none") == "all" ||
           get_or(connector, "errors.tolerance", "none") == "ALL"),
      log_(flag(connector, "errors.log.enable")),
      log_messages_(flag(connector, "errors.log.include.messages")) {}

std::optional<Error> Tolerance::after_failure(Stage stage, Error error, const std::stop_token& stop,
                                              const std::function<void()>& work, const std::string& record) {
  ++figures_.failures;
  figures_.last_error_ms = clock_.now_ms();
  const auto started_ns = clock_.monotonic_ns();
  Backoff backoff(std::chrono::milliseconds(kFirstDelayMs),
                  std::chrono::milliseconds(std::max(retry_delay_max_ms_, kFirstDelayMs)));
  while (action_for(error.kind, stage) == Action::retry_limited && retry_timeout_ms_ != 0) {
    const auto spent_ms = (clock_.monotonic_ns() - started_ns) / 1'000'000;
    if (retry_timeout_ms_ > 0 && spent_ms >= retry_timeout_ms_) {
      break;
    }
    auto delay = backoff.next();
    if (retry_timeout_ms_ > 0) {
      delay = std::min(delay, std::chrono::milliseconds(retry_timeout_ms_ - spent_ms));
    }
    if (!clock_.sleep_for(delay, stop)) {
      raise(ErrorKind::cancelled, "asked to stop");
    }
    ++figures_.retries;
    try {
      work();
      return std::nullopt;
    } catch (const std::exception&) {
      error = current_error();
    }
  }
  if (!tolerated(stage, error, record)) {
    if (error.kind == ErrorKind::cancelled) {
      throw TandemError(std::move(error));
    }
    Error exceeded(error.kind == ErrorKind::fatal ? ErrorKind::fatal : ErrorKind::data,
                   fmt::format("Tolerance exceeded in error handler: {} of {}: {}", to_string(stage), record,
                               error.message),
                   error.remedy);
    exceeded.context = error.context;
    throw TandemError(std::move(exceeded));
  }
  return error;
}

bool Tolerance::tolerated(Stage stage, const Error& error, const std::string& record) {
  // A record that a sink task itself reports as errant is one record's failure, like a converter's, not the
  // task's.
  const auto action = action_for(error.kind, stage == Stage::task_put ? Stage::value_converter : stage);
  if (action == Action::stop) {
    return false;
  }
  ++figures_.errors;
  figures_.last_error_ms = clock_.now_ms();
  if (log_) {
    ++figures_.logged;
    log::error("tandem.task", "Error encountered in stage {}{}{}: {}", to_string(stage),
               log_messages_ ? " on " : "", log_messages_ ? record : "", error.text());
  }
  if (!all_ || action == Action::fail) {
    return false;
  }
  ++figures_.skipped;
  return true;
}

}  // namespace tandem::pipeline
