#include <strings.h>

#include "herder/herder.hpp"

// The two small tables of the herder's interface, for tests that link no herder.
namespace tandem::herder {

bool parse_initial_state(std::string_view text, TargetState& out) noexcept {
  static constexpr std::pair<const char*, TargetState> words[] = {
      {"RUNNING", TargetState::started}, {"PAUSED", TargetState::paused}, {"STOPPED", TargetState::stopped}};
  for (const auto& [word, state] : words) {
    if (std::string_view(word).size() == text.size() && strncasecmp(word, text.data(), text.size()) == 0) {
      out = state;
      return true;
    }
  }
  return false;
}

int http_status(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::config:
    case ErrorKind::data:
    case ErrorKind::schema: return 400;
    case ErrorKind::auth: return 403;
    default: return 500;
  }
}

}  // namespace tandem::herder
