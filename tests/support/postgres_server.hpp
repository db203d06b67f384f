#pragma once
#include "connectors/clients/postgres/connection.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace tandem::test {

/// Options for the server that TANDEM_TEST_POSTGRES=host:port names; `available` is false when it is not set.
struct PostgresServer {
  bool available = false;
  postgres::ConnectionOptions options;

  static PostgresServer from_environment() {
    PostgresServer server;
    const char* address = std::getenv("TANDEM_TEST_POSTGRES");
    if (address == nullptr) {
      return server;
    }
    const std::string text = address;
    const auto colon = text.rfind(':');
    const auto env = [](const char* name, const char* fallback) {
      const char* v = std::getenv(name);
      return std::string(v == nullptr ? fallback : v);
    };
    server.available = true;
    server.options.host = text.substr(0, colon);
    server.options.port = colon == std::string::npos ? 5432 : std::stoi(text.substr(colon + 1));
    server.options.user = env("TANDEM_TEST_USER", "postgres");
    server.options.password = env("TANDEM_TEST_PASSWORD", "");
    server.options.dbname = env("TANDEM_TEST_POSTGRES_DATABASE", "app");
    return server;
  }
};

}  // namespace tandem::test

#define TANDEM_NEEDS_POSTGRES(server)                                     \
  const auto server = ::tandem::test::PostgresServer::from_environment(); \
  if (!server.available)                                                  \
  GTEST_SKIP() << "TANDEM_TEST_POSTGRES=host:port is not set"
