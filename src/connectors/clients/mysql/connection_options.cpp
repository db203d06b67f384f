#include "connectors/clients/mysql/connection_options.hpp"

#include <array>
#include <utility>

namespace tandem::mysql {

std::string_view to_string(TlsMode mode) noexcept {
  switch (mode) {
    case TlsMode::disabled:
      return "disabled";
    case TlsMode::preferred:
      return "preferred";
    case TlsMode::required:
      return "required";
    case TlsMode::verify_ca:
      return "verify_ca";
    case TlsMode::verify_identity:
      return "verify_identity";
  }
  return "preferred";
}

bool parse_tls_mode(std::string_view text, TlsMode& out) noexcept {
  static constexpr std::array<std::pair<std::string_view, TlsMode>, 8> kNames{{
      {"disabled", TlsMode::disabled},
      {"disable", TlsMode::disabled},
      {"preferred", TlsMode::preferred},
      {"required", TlsMode::required},
      {"trust", TlsMode::required},
      {"verify_ca", TlsMode::verify_ca},
      {"verify_identity", TlsMode::verify_identity},
      {"verify_full", TlsMode::verify_identity},
  }};
  std::string name(text);
  for (char& c : name) {
    c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  for (const auto& [known, mode] : kNames) {
    if (known == name) {
      out = mode;
      return true;
    }
  }
  return false;
}

}  // namespace tandem::mysql
