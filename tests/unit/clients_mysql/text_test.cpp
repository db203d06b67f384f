#include "connectors/clients/mysql/connection_options.hpp"
#include "connectors/clients/mysql/quote.hpp"
#include "connectors/clients/mysql/server_version.hpp"
#include "connectors/clients/mysql/sql_error.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

TEST(Quote, IdentifiersDoubleTheirBackticks) { EXPECT_EQ(quote_table("a`b", "c"), "`a``b`.`c`"); }

TEST(Quote, StringsEscapeByTheSqlMode) {
  const std::string text("it's \\ \0 \x1a", 10);
  EXPECT_EQ(quote_string(text), "'it''s \\\\ \\0 \\Z'");
  EXPECT_EQ(quote_string(text, false), "'it''s \\ " + std::string("\0 \x1a'", 4));
  EXPECT_EQ(quote_string(""), "''");
}

TEST(Quote, HexHoldsAnyByte) {
  std::string out;
  append_hex_literal(out, BytesView("\0\xff", 2));
  EXPECT_EQ(out, "x'00ff'");
}

TEST(ServerVersion, ReadsWhatServersSay) {
  const auto mysql = ServerVersion::parse("8.0.15-log");
  EXPECT_EQ(mysql.flavor, Flavor::mysql);
  EXPECT_TRUE(mysql.at_least(8, 0, 15));
  EXPECT_FALSE(mysql.at_least(8, 0, 16));
  const auto maria = ServerVersion::parse("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12");
  EXPECT_TRUE(maria.is_mariadb());
  EXPECT_EQ(maria.major, 10);
  EXPECT_EQ(maria.minor, 11);
  EXPECT_EQ(maria.patch, 6);
  EXPECT_EQ(ServerVersion::parse("nonsense").major, 0);
}

TEST(TlsMode, TakesBothServersNames) {
  TlsMode m{};
  EXPECT_TRUE(parse_tls_mode("VERIFY_CA", m));
  EXPECT_EQ(m, TlsMode::verify_ca);
  EXPECT_TRUE(parse_tls_mode("verify-full", m));
  EXPECT_EQ(m, TlsMode::verify_identity);
  EXPECT_FALSE(parse_tls_mode("maybe", m));
}

TEST(ShortenStatement, CutsAtACharacter) {
  EXPECT_EQ(shorten_statement("SELECT 1"), "SELECT 1");
  EXPECT_EQ(shorten_statement("aé", 2), "a… (3 bytes)");
}

}  // namespace
}  // namespace tandem::mysql
