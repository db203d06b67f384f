#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::sql_sink {

enum class ServerKind { postgres, mysql, mariadb };
std::string_view to_string(ServerKind kind) noexcept;

/// What a JDBC URL says, in our words. Drivers: pgjdbc 42, Connector/J 8 and 9, MariaDB Connector/J 3.
struct JdbcUrl {
  ServerKind kind = ServerKind::postgres;
  std::string host = "localhost";
  int port = 0;
  std::string database;
  std::string user, password;  ///< "" when the URL has none
  std::string schema;          ///< currentSchema (its first entry); "" otherwise
  /// disable, prefer, require, verify-ca, verify-full; "" when the URL says nothing.
  std::string sslmode;
  std::string sslrootcert, sslcert, sslkey, sslpassword;  ///< PEM files
  int connect_timeout_s = 10;
  std::string application_name;
  /// Parameters that change nothing here (buffer sizes, rewritten batches…): accepted without effect.
  std::vector<std::string> without_effect;

  bool is_postgres() const noexcept { return kind == ServerKind::postgres; }
};

/// Throws TandemError(config) naming the parameter that cannot be honoured.
JdbcUrl parse_jdbc_url(std::string_view url);

}  // namespace tandem::sql_sink
