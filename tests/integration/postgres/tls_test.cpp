#include "tests/integration/postgres/source_fixture.hpp"

#include <cstdio>
#include <fstream>

namespace tandem::postgres_source {
namespace {

/// database.sslmode and its files, against a server whose certificate it signed itself.
class PostgresTls : public PostgresSource {
 protected:
  void SetUp() override {
    PostgresSource::SetUp();
    if (!db) {
      return;
    }
    if (db->query("SHOW ssl").at(0, 0) != "on") {
      GTEST_SKIP() << "the server has no TLS (ssl=off)";
    }
    const auto pem = db->query("SELECT pg_read_file(current_setting('ssl_cert_file'))");
    ca = testing::TempDir() + "/" + schema + ".pem";
    std::ofstream(ca) << pem.at(0, 0);
    db->query("CREATE TABLE a(id int PRIMARY KEY)");
    db->query("INSERT INTO a VALUES (1)");
  }
  void TearDown() override {
    PostgresSource::TearDown();
    std::remove(ca.c_str());
  }
  std::string refused() {
    std::vector<ConfigCheck> checks;
    connector.validate(config, checks);
    return checks.empty() ? "" : checks[0].name + ": " + checks[0].errors.at(0);
  }
  std::string ca;
};

TEST_F(PostgresTls, ReadsOverTls) {
  config["database.sslmode"] = "verify-full";
  config["database.sslrootcert"] = ca;
  EXPECT_EQ(refused(), "");
  start();
  ASSERT_EQ(take(1).size(), 1U);
  db->query("INSERT INTO a VALUES (2)");
  ASSERT_EQ(take(1).size(), 1U);
  const auto sessions = db->query(
      "SELECT bool_and(s.ssl), count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE "
      "a.application_name LIKE 'Tandem " +
      schema + "%'");
  EXPECT_EQ(sessions.at(0, 0), "t");
  EXPECT_EQ(sessions.at(0, 1), "2") << "queries and the stream";
}

TEST_F(PostgresTls, AnotherAuthorityOrNameIsRefused) {
  config["database.sslmode"] = "verify-full";
  config["database.sslrootcert"] = "/etc/ssl/certs/ca-certificates.crt";
  EXPECT_THAT(refused(), HasSubstr("certificate"));
  config["database.sslrootcert"] = ca;
  config["database.hostname"] = "localhost";  // the certificate is for the address
  EXPECT_NE(refused(), "");
  config["database.sslmode"] = "verify-ca";
  EXPECT_EQ(refused(), "");
}

TEST_F(PostgresTls, DisabledIsPlain) {
  config["database.sslmode"] = "disable";
  start();
  ASSERT_EQ(take(1).size(), 1U);
  EXPECT_EQ(db->query("SELECT bool_or(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE "
                      "a.application_name LIKE 'Tandem " +
                      schema + "%'")
                .at(0, 0),
            "f");
}

}  // namespace
}  // namespace tandem::postgres_source
