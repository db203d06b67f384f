#include "connectors/clients/mysql/connection.hpp"

#include "connectors/sql_sink/target_connection.hpp"

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

FailureClass classify(const mysql::SqlError& e) {
  if (!e.connection_usable()) {
    return FailureClass::lost;
  }
  switch (e.number()) {  // MySQL manual, "Server Error Message Reference"
    case 1205:           // lock wait timeout
    case 1213:           // deadlock
    case 3572:           // NOWAIT
    case 3101:           // group replication undid it for another member's transaction
    case 1020:           // MariaDB, innodb_snapshot_isolation: the row has changed since it was read
      return FailureClass::retry;
    case 1242:  // our own guard: another row has the value of a unique index
    case 1048:
    case 1062:
    case 1216:
    case 1217:
    case 1264:
    case 1265:
    case 1292:
    case 1364:
    case 1366:
    case 1367:
    case 1406:
    case 1411:
    case 1416:
    case 1441:
    case 1451:
    case 1452:
    case 1525:
    case 1557:
    case 1586:
    case 1690:
    case 3140:
    case 3141:
    case 3156:
    case 3819:
    case 4025:
    case 1300:
    case 3037:
    case 3055:
    case 1210:
    case 1644:
      return FailureClass::data;
    default:
      return FailureClass::other;
  }
}

constexpr std::size_t kJoined = 8 << 20;  // bytes

class MysqlConnection final : public TargetConnection {
 public:
  explicit MysqlConnection(const Settings& settings) : connection_(options(settings)) {}

  std::vector<std::uint64_t> run(std::span<const Statement> statements) override {
    std::vector<std::uint64_t> changed, part;
    std::size_t first = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      // Far below the smallest max_allowed_packet in use (16 MB); a statement is at most a megabyte and a
      // row.
      const bool last = i + 1 == statements.size() ||
                        joined_.size() + statements[i].sql.size() + statements[i + 1].sql.size() > kJoined;
      const bool alone = last && joined_.empty();  // sent as it is: it may be large
      if (!alone) {
        joined_ += joined_.empty() ? "" : ";";
        joined_ += statements[i].sql;
      }
      if (last) {
        try {
          connection_.execute_batch(alone ? statements[i].sql : joined_, part);
        } catch (const mysql::SqlError& e) {
          joined_.clear();
          throw StatementFailure(e.error(), classify(e), fmt::format("{}", e.number()),
                                 first + e.statement_index().value_or(0));
        }
        changed.insert(changed.end(), part.begin(), part.end());
        joined_.clear();
        first = i + 1;
      }
    }
    return changed;
  }

  std::vector<Row> query(const std::string& sql) override {
    try {
      const auto result = connection_.query(sql);
      std::vector<Row> out(result.row_count());
      for (std::size_t r = 0; r < out.size(); ++r) {
        for (std::size_t c = 0; c < result.columns().size(); ++c) {
          const auto cell = result.at(r, c);
          out[r].push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
        }
      }
      return out;
    } catch (const mysql::SqlError& e) {
      throw StatementFailure(e.error(), classify(e), fmt::format("{}", e.number()), 0);
    }
  }

  void roll_back() noexcept override {
    try {
      connection_.execute("ROLLBACK");
    } catch (...) {
      connection_.close();
    }
  }

  int version() const override {
    const auto& v = connection_.server();
    return v.major * 10000 + v.minor * 100 + v.patch;
  }

 private:
  static mysql::ConnectionOptions options(const Settings& settings) {
    mysql::ConnectionOptions o;
    o.host = settings.url.host;
    o.port = static_cast<std::uint16_t>(settings.url.port);
    o.database = settings.url.database;
    o.user = settings.user;
    o.password = settings.password;
    o.connect_timeout = std::chrono::seconds(settings.url.connect_timeout_s);
    if (!settings.url.sslmode.empty()) {
      const std::string& mode = settings.url.sslmode;
      o.tls = mode == "disable"     ? mysql::TlsMode::disabled
              : mode == "prefer"    ? mysql::TlsMode::preferred
              : mode == "require"   ? mysql::TlsMode::required
              : mode == "verify-ca" ? mysql::TlsMode::verify_ca
                                    : mysql::TlsMode::verify_identity;
    }
    o.ca_file = settings.url.sslrootcert;
    o.cert_file = settings.url.sslcert;
    o.key_file = settings.url.sslkey;
    o.key_passphrase = settings.url.sslpassword;
    o.program_name = "tandem " + settings.connector;
    o.session_statements = {
        "SET SESSION time_zone = '+00:00', SESSION sql_mode = "
        "'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"};
    return o;
  }

  mysql::Connection connection_;
  std::string joined_;
};

}  // namespace

std::unique_ptr<TargetConnection> connect_mysql(const Settings& settings) {
  return std::make_unique<MysqlConnection>(settings);
}

}  // namespace tandem::sql_sink
