#pragma once
#include "connectors/clients/mysql/connection_options.hpp"

#include <cstdlib>
#include <optional>
#include <string>

namespace tandem::mysql::test {

/// The server named by TANDEM_TEST_MYSQL=host:port; nullopt when it is not set.
inline std::optional<ConnectionOptions> server() {
  const char* address = std::getenv("TANDEM_TEST_MYSQL");
  if (address == nullptr || *address == '\0') {
    return std::nullopt;
  }
  ConnectionOptions o;
  const std::string text(address);
  const auto colon = text.rfind(':');
  o.host = text.substr(0, colon);
  o.port = static_cast<std::uint16_t>(colon == std::string::npos ? 3306 : std::stoi(text.substr(colon + 1)));
  const auto variable = [](const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? otherwise : value);
  };
  o.user = variable("TANDEM_TEST_USER", "root");
  o.password = variable("TANDEM_TEST_PASSWORD", "");
  return o;
}

}  // namespace tandem::mysql::test

#define TANDEM_NEED_MYSQL(options)                              \
  const auto maybe_##options = ::tandem::mysql::test::server(); \
  if (!maybe_##options) {                                       \
    GTEST_SKIP() << "TANDEM_TEST_MYSQL is not set";             \
  }                                                             \
  ::tandem::mysql::ConnectionOptions options = *maybe_##options
