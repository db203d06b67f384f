#include "tests/support/sql_sink/server_fixture.hpp"

#include <cstdio>
#include <fstream>

namespace tandem::sql_sink {
namespace {

/// TLS parameters of JDBC URLs, against servers whose certificates they signed themselves.
class SinkTls : public SinkServer {
 protected:
  void SetUp() override {
    SinkServer::SetUp();
    if (IsSkipped()) {
      return;
    }
    if (postgres) {
      if (rows("SHOW ssl") != "on;") {
        GTEST_SKIP() << "the server has no TLS (ssl=off)";
      }
      ca = testing::TempDir() + "/sink_tls.pem";
      std::ofstream(ca)
          << server->query("SELECT pg_read_file(current_setting('ssl_cert_file'))")[0][0].value();
    } else {
      const auto row = server->query("SELECT @@datadir, COALESCE(@@ssl_ca, '')")[0];
      ca = row[1]->starts_with("/") ? *row[1] : *row[0] + *row[1];
      if (row[1]->empty() || !std::ifstream(ca)) {
        GTEST_SKIP() << "the server's authority " << ca << " cannot be read here";
      }
    }
    plain_url = config["connection.url"].value();
  }
  void TearDown() override {
    if (server != nullptr && !plain_url.empty()) {
      config["connection.url"] = plain_url;
    }
    SinkServer::TearDown();
    if (postgres) {
      std::remove(ca.c_str());
    }
  }
  /// The cipher of a session opened with these parameters, "" for none, "refused: why".
  std::string with(const std::string& parameters, const std::string& host = "127.0.0.1") {
    std::string url = plain_url + (plain_url.find('?') == std::string::npos ? "?" : "&") + parameters;
    url.replace(url.find("127.0.0.1"), 9, host);
    config["connection.url"] = url;
    try {
      const auto cell =
          open()->query(postgres ? "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                                 : "SELECT variable_value FROM performance_schema.session_status WHERE "
                                   "variable_name = 'Ssl_cipher'")[0][0];
      return cell.value_or("");
    } catch (const TandemError& e) {
      return std::string("refused: ") + e.what();
    }
  }
  std::string trust() const {
    return postgres ? "sslrootcert=" + ca
                    : "trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl=file:" + ca;
  }
  std::string ca, plain_url;
};

TEST_P(SinkTls, ModesOfTheUrl) {
  const bool pg = postgres;
  const std::string require = pg ? "sslmode=require" : "sslMode=REQUIRED",
                    disable = pg ? "sslmode=disable" : "sslMode=DISABLED";
  const std::string verify_ca = pg ? "sslmode=verify-ca" : "sslMode=VERIFY_CA",
                    verify_all = pg ? "sslmode=verify-full" : "sslMode=VERIFY_IDENTITY";
  EXPECT_EQ(with(disable), "");
  const std::string cipher = with(require);
  EXPECT_NE(cipher, "");
  EXPECT_FALSE(cipher.starts_with("refused")) << cipher;
  EXPECT_EQ(with(verify_ca + "&" + trust()), cipher);
  const std::string stranger = pg ? "sslrootcert=/etc/ssl/certs/ca-certificates.crt"
                                  : "trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl=file:/etc/"
                                    "ssl/certs/ca-certificates.crt";
  EXPECT_TRUE(with(verify_ca + "&" + stranger).starts_with("refused")) << "another authority";
  if (pg) {
    EXPECT_EQ(with(verify_all + "&" + trust()), cipher);
  }
  // PostgreSQL's certificate is for the address, MySQL's own is for no host at all.
  EXPECT_TRUE(with(verify_all + "&" + trust(), pg ? "localhost" : "127.0.0.1").starts_with("refused"));
}

TEST_P(SinkTls, RecordsAreWrittenOverTls) {
  ASSERT_FALSE(
      with((postgres ? "sslmode=verify-ca&" : "sslMode=VERIFY_CA&") + trust()).starts_with("refused"));
  test::FakeSinkContext context;
  test::RecordMaker maker{"t.users", "users", users()};
  auto task = start(context);
  std::vector<SinkRecord> records = {maker.change("c", user(1, "a"))};
  task->put(records);
  EXPECT_EQ(rows("SELECT id, mail FROM users"), "1,a;");
}

INSTANTIATE_TEST_SUITE_P(Servers, SinkTls, testing::Values("postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
