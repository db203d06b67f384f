#include "connectors/sql_sink/jdbc_url.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::sql_sink {
namespace {

TEST(JdbcUrl, PartsAndParameters) {
  const auto p = parse_jdbc_url(
      "jdbc:postgresql://db.example:6543/"
      "shop?user=a&password=p%40ss&currentSchema=s1,public&sslmode=verify-ca&reWriteBatchedInserts=true");
  EXPECT_EQ(p.kind, ServerKind::postgres);
  EXPECT_EQ(p.host + ":" + std::to_string(p.port) + "/" + p.database, "db.example:6543/shop");
  EXPECT_EQ(p.user + "/" + p.password, "a/p@ss");
  EXPECT_EQ(p.schema, "s1");
  EXPECT_EQ(p.sslmode, "verify-ca");
  EXPECT_EQ(p.without_effect, std::vector<std::string>{"reWriteBatchedInserts"});
  const auto m = parse_jdbc_url("jdbc:mysql://u:w@[::1]/shop?useSSL=false&connectTimeout=3000");
  EXPECT_EQ(m.host, "::1");
  EXPECT_EQ(m.port, 3306);
  EXPECT_EQ(m.user + m.password + m.sslmode, "uwdisable");
  EXPECT_EQ(m.connect_timeout_s, 3);
  EXPECT_EQ(parse_jdbc_url("jdbc:mariadb://h/d?sslMode=verify-full").sslmode, "verify-full");
  EXPECT_EQ(parse_jdbc_url("jdbc:postgresql:shop").host, "localhost");
}

TEST(JdbcUrl, WhatCannotBeHonouredIsNamed) {
  for (const char* url :
       {"jdbc:oracle:thin:@x", "postgresql://x/y", "jdbc:postgresql://h1,h2/d", "jdbc:mysql://h/",
        "jdbc:mysql://h/d?bogus=1", "jdbc:mysql://h:x/d", "jdbc:mysql://h/d?sslMode=maybe",
        "jdbc:mysql://h/d?trustCertificateKeyStoreUrl=file:a.jks"}) {
    try {
      parse_jdbc_url(url);
      ADD_FAILURE() << url;
    } catch (const TandemError& e) {
      EXPECT_EQ(e.kind(), ErrorKind::config) << url;
    }
  }
}

TEST(JdbcUrl, KeyStoresArePemFiles) {
  const auto url = parse_jdbc_url(
      "jdbc:mysql://h/"
      "db?sslMode=VERIFY_CA&trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl=file:/ca.pem");
  EXPECT_EQ(url.sslmode, "verify-ca");
  EXPECT_EQ(url.sslrootcert, "/ca.pem");
  EXPECT_THROW(parse_jdbc_url("jdbc:mysql://h/db?trustCertificateKeyStoreType=JKS"), TandemError);
  EXPECT_THROW(parse_jdbc_url("jdbc:mysql://h/db?trustCertificateKeyStoreUrl=file:/trust.jks"), TandemError);
}

}  // namespace
}  // namespace tandem::sql_sink
