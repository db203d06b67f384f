#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

/// What sort of failure it is; one table (`pipeline/error_policy`) maps kind and stage to retry, tolerate or
/// fail.
enum class ErrorKind {
  transient,  ///< network loss, restart of a server, deadlock: retry with back-off
  data,       ///< this one record or value is bad; the next may be good
  config,     ///< a setting is wrong
  auth,       ///< password, grant, role
  schema,     ///< tables or schemas do not fit each other
  not_found,  ///< what was named does not exist
  conflict,   ///< another owner or state is in the way
  cancelled,  ///< asked to stop
  fatal,      ///< cannot go on, an operator has to act (purged log, replaced topic)
  bug,        ///< an invariant of ours does not hold
};

std::string_view to_string(ErrorKind kind) noexcept;

/// A failure for humans and for the policy table. `message` names the setting, grant or object and the value
/// seen; `remedy` is the statement or line that mends it; `context` is what we were doing, innermost first.
struct Error {
  ErrorKind kind = ErrorKind::bug;
  std::string message;
  std::string remedy;
  std::vector<std::string> context;

  Error() = default;
  Error(ErrorKind k, std::string m, std::string r = {})
      : kind(k), message(std::move(m)), remedy(std::move(r)) {}

  /// "message. Remedy: remedy" on one line.
  std::string text() const;
  /// Java-like: first line is the text, then "Caused by:" lines from the context, so existing tools show it
  /// well.
  std::string trace() const;
};

/// Thrown where control leaves the job at hand. Tasks, clients and stores throw it; the task thread, the REST
/// handler and C callbacks catch it.
class TandemError : public std::exception {
 public:
  explicit TandemError(Error error);
  TandemError(ErrorKind kind, std::string message, std::string remedy = {});
  const Error& error() const noexcept { return error_; }
  ErrorKind kind() const noexcept { return error_.kind; }
  const char* what() const noexcept override { return text_.c_str(); }
  /// The same error with one more "while doing …" line.
  TandemError while_doing(std::string what) const;

 private:
  Error error_;
  std::string text_;
};

[[noreturn]] void raise(ErrorKind kind, std::string message, std::string remedy = {});

/// The error of the exception now being handled: a TandemError's own, std::exception as `bug`.
/// Call only inside a catch block.
Error current_error();

}  // namespace tandem
