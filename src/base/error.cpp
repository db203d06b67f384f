#include "tandem/base/error.hpp"

namespace tandem {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::data:
      return "data";
    case ErrorKind::config:
      return "config";
    case ErrorKind::auth:
      return "auth";
    case ErrorKind::schema:
      return "schema";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::fatal:
      return "fatal";
    case ErrorKind::bug:
      return "bug";
  }
  return "bug";
}

std::string Error::text() const {
  if (remedy.empty()) {
    return message;
  }
  return message + " Remedy: " + remedy;
}

std::string Error::trace() const {
  std::string out = "tandem." + std::string(to_string(kind)) + ": " + text() + "\n";
  for (const auto& line : context) {
    out += "\tat " + line + "\n";
  }
  return out;
}

TandemError::TandemError(Error error) : error_(std::move(error)), text_(error_.text()) {}
TandemError::TandemError(ErrorKind kind, std::string message, std::string remedy)
    : TandemError(Error(kind, std::move(message), std::move(remedy))) {}

TandemError TandemError::while_doing(std::string what) const {
  Error e = error_;
  e.context.push_back(std::move(what));
  return TandemError(std::move(e));
}

void raise(ErrorKind kind, std::string message, std::string remedy) {
  throw TandemError(kind, std::move(message), std::move(remedy));
}

Error current_error() {
  try {
    throw;
  } catch (const TandemError& e) {
    return e.error();
  } catch (const std::exception& e) {
    return Error(ErrorKind::bug, e.what());
  } catch (...) {
    return Error(ErrorKind::bug, "unknown exception");
  }
}

}  // namespace tandem
