#include "connectors/clients/mysql/connection.hpp"

#include "connectors/clients/mysql/quote.hpp"
#include "tests/integration/clients_mysql/cut_connection.hpp"
#include "tests/integration/clients_mysql/server.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

using namespace std::chrono_literals;

template <class F>
SqlError error_of(F&& f) {
  try {
    f();
  } catch (const SqlError& e) {
    return e;
  }
  ADD_FAILURE() << "no SqlError";
  return SqlError(0, "", "", "", "");
}

TEST(Connection, QueriesBufferedAndStreamed) {
  TANDEM_NEED_MYSQL(options);
  Connection c(options);
  const auto r = c.query("SELECT 1 AS one, NULL AS n, 'x\\0y' AS s UNION ALL SELECT 2, 'n', ''");
  ASSERT_EQ(r.row_count(), 2U);
  EXPECT_EQ(r.at(0, "ONE"), "1");
  EXPECT_FALSE(r.at(0, "n"));
  EXPECT_EQ(r.at(0, "s"), std::string_view("x\0y", 3));
  EXPECT_THROW(r.at(0, "none"), TandemError);

  auto rows = c.stream("SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 3");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.row().text(0), "1");
  ASSERT_TRUE(rows.next());
  EXPECT_TRUE(rows.row().is_null(0));
  ASSERT_TRUE(rows.next());
  EXPECT_FALSE(rows.next());
  EXPECT_EQ(c.query_value("SELECT @@character_set_client"), "utf8mb4");
}

TEST(Connection, AnAbandonedStreamClosesAndReconnects) {
  TANDEM_NEED_MYSQL(options);
  options.session_statements = {"SET @mark = 7"};
  Connection c(options);
  {
    auto rows = c.stream(
        "SELECT a.table_name, repeat('x', 10000) FROM information_schema.tables a, information_schema.tables "
        "b");
    ASSERT_TRUE(rows.next());
  }
  EXPECT_EQ(error_of([&] { c.query("SELECT 1"); }).kind(), ErrorKind::cancelled);
  c.reconnect();
  EXPECT_EQ(c.query_value("SELECT @mark"), "7");
}

TEST(Connection, ABatchStopsAtTheFirstErrorAndNamesIt) {
  TANDEM_NEED_MYSQL(options);
  Connection c(options);
  c.execute("CREATE DATABASE IF NOT EXISTS tandem_client_test");
  c.execute("USE tandem_client_test");
  c.execute("DROP TABLE IF EXISTS t");
  c.execute("CREATE TABLE t (id INT PRIMARY KEY)");
  const std::vector<std::string> bad = {"INSERT INTO t VALUES (1),(2)", "INSERT INTO t VALUES (1)",
                                        "INSERT INTO t VALUES (9)"};
  const auto e = error_of([&] { c.run_batch(bad); });
  EXPECT_EQ(e.number(), 1062U);
  EXPECT_EQ(e.kind(), ErrorKind::data);
  EXPECT_EQ(e.statement_index(), 1U);
  EXPECT_TRUE(e.connection_usable());
  EXPECT_EQ(c.query_value("SELECT count(*) FROM t"), "2");
  const std::vector<std::string> good = {"BEGIN", "SELECT id FROM t FOR UPDATE",
                                         "UPDATE t SET id = id + 10 ORDER BY id DESC", "COMMIT"};
  const auto results = c.run_batch(good);
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[1].row_count(), 2U);
  EXPECT_EQ(results[2].affected_rows(), 2U);
  std::vector<std::uint64_t> affected;
  c.execute_batch("DELETE FROM t WHERE id = 11;SELECT 1;DELETE FROM t", affected);
  EXPECT_EQ(affected, (std::vector<std::uint64_t>{1, 0, 1}));
  c.execute("DROP DATABASE tandem_client_test");
}

TEST(Connection, CancelWakesABlockedStatement) {
  TANDEM_NEED_MYSQL(options);
  Connection c(options);
  std::jthread other([&] {
    std::this_thread::sleep_for(200ms);
    c.cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(error_of([&] { c.query("SELECT SLEEP(20)"); }).kind(), ErrorKind::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(Connection, AReadTimeoutIsALostConnection) {
  TANDEM_NEED_MYSQL(options);
  options.read_timeout = 1s;
  Connection c(options);
  const auto e = error_of([&] { c.query("SELECT SLEEP(20)"); });
  EXPECT_EQ(e.kind(), ErrorKind::transient) << e.what();
  EXPECT_FALSE(e.connection_usable());
}

TEST(Connection, AWrongPasswordSaysSo) {
  TANDEM_NEED_MYSQL(options);
  options.password += "x";
  const auto e = error_of([&] { Connection c(options); });
  EXPECT_EQ(e.kind(), ErrorKind::auth);
  EXPECT_FALSE(e.error().remedy.empty());
}

TEST(Connection, NobodyListeningIsTransient) {
  TANDEM_NEED_MYSQL(options);
  options.port = 1;
  EXPECT_EQ(error_of([&] { Connection c(options); }).kind(), ErrorKind::transient);
}

TEST(Connection, AServerThatDiesDuringTheLoginIsALostConnection) {
  TANDEM_NEED_MYSQL(options);
  const auto server_port = options.port;
  for (const TlsMode mode : {TlsMode::disabled, TlsMode::preferred}) {
    options.tls = mode;
    int failures = 0;
    for (std::size_t most = 0;; most += mode == TlsMode::disabled ? 1 : 19) {
      test::CutConnection cut(server_port, most);
      options.port = cut.port();
      try {
        Connection c(options);
        break;
      } catch (const SqlError& e) {
        ++failures;
        ASSERT_EQ(e.kind(), ErrorKind::transient)
            << to_string(mode) << ", cut at " << most << ": " << e.what();
      }
    }
    EXPECT_GT(failures, 5);
  }
}

TEST(Connection, CachingSha2WithoutTlsExchangesTheKey) {
  TANDEM_NEED_MYSQL(options);
  Connection admin(options);
  if (admin.server().is_mariadb()) {
    GTEST_SKIP() << "MariaDB has no caching_sha2_password";
  }
  admin.execute("CREATE USER IF NOT EXISTS tandem_sha2 IDENTIFIED WITH caching_sha2_password BY 'päss''w'");
  admin.execute(
      "ALTER USER tandem_sha2 IDENTIFIED WITH caching_sha2_password BY 'päss''w'");  // empties the cache
  options.user = "tandem_sha2";
  options.password = "päss'w";
  for (TlsMode mode : {TlsMode::disabled, TlsMode::preferred}) {
    options.tls = mode;
    Connection c(options);
    EXPECT_EQ(c.tls_cipher().empty(), mode == TlsMode::disabled);
    admin.execute("FLUSH PRIVILEGES");
  }
  admin.execute("DROP USER tandem_sha2");
}

TEST(Connection, VerifyCaTakesTheServersAuthorityAndRefusesAnother) {
  TANDEM_NEED_MYSQL(options);
  options.tls = TlsMode::required;
  std::string ca;
  {
    Connection plain(*maybe_options);
    if (plain.query_value("SELECT coalesce(@@ssl_ca, '')") == "") {
      GTEST_SKIP() << "the server has no certificate (ssl_ca is empty)";
    }
    Connection c(options);
    EXPECT_FALSE(c.tls_cipher().empty());
    ca = c.query_value("SELECT concat(@@datadir, @@ssl_ca)").value_or("");
  }
  options.tls = TlsMode::verify_ca;
  const auto refused = error_of([&] { Connection c(options); });
  EXPECT_EQ(refused.number(), 2026U);
  EXPECT_EQ(refused.kind(), ErrorKind::config);
  if (!std::ifstream(ca)) {
    GTEST_SKIP() << "the server's ca.pem is not readable from here: " << ca;
  }
  options.ca_file = ca;
  Connection c(options);
  EXPECT_FALSE(c.tls_cipher().empty());
  options.tls = TlsMode::verify_identity;
  EXPECT_EQ(error_of([&] { Connection other(options); }).number(), 2026U);
}

}  // namespace
}  // namespace tandem::mysql
