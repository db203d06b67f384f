#include "connectors/mysql/binlog/events.hpp"

#include "connectors/mysql/binlog/event_decoder.hpp"
#include "tests/support/binlog_writer.hpp"

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

Event event(EventType type, const std::string& body) {
  Event e;
  e.header.type = type;
  e.header.server_id = 9;
  e.body = body;
  return e;
}

GtidEvent sample_gtid() {
  GtidEvent g;
  for (std::size_t i = 0; i < 16; ++i) {
    g.uuid[i] = static_cast<std::uint8_t>(i * 17);
  }
  g.number = 123456789012345;
  g.last_committed = 7;
  g.sequence_number = 8;
  g.immediate_commit_us = 1'700'000'000'000'002;
  g.original_commit_us = 1'700'000'000'000'001;
  g.transaction_length = 70000;
  g.immediate_server_version = 80400;
  g.original_server_version = 80015;
  return g;
}

void expect_same(const GtidEvent& a, const GtidEvent& b) {
  EXPECT_EQ(a.text(), b.text());
  EXPECT_EQ(a.last_committed, b.last_committed);
  EXPECT_EQ(a.sequence_number, b.sequence_number);
  EXPECT_EQ(a.immediate_commit_us, b.immediate_commit_us);
  EXPECT_EQ(a.original_commit_us, b.original_commit_us);
  EXPECT_EQ(a.transaction_length, b.transaction_length);
  EXPECT_EQ(a.immediate_server_version, b.immediate_server_version);
  EXPECT_EQ(a.original_server_version, b.original_server_version);
}

TEST(Events, Gtid) {
  GtidEvent g = sample_gtid();
  std::string body = w::gtid(g);
  expect_same(value_or_throw(parse_gtid(event(EventType::gtid, body))), g);
  g.original_commit_us = g.immediate_commit_us;
  g.original_server_version = g.immediate_server_version;
  body = w::gtid(g);
  expect_same(value_or_throw(parse_gtid(event(EventType::gtid, body))), g);
  // MySQL 5.7 ends after the logical clock, 5.6 before it.
  const auto old = value_or_throw(parse_gtid(event(EventType::gtid, body.substr(0, 42))));
  EXPECT_EQ(old.sequence_number, 8);
  EXPECT_EQ(old.original_commit_us, 0U);
  EXPECT_EQ(value_or_throw(parse_gtid(event(EventType::gtid, body.substr(0, 25)))).text(), g.text());
  EXPECT_TRUE(value_or_throw(parse_gtid(event(EventType::anonymous_gtid, body))).anonymous);
}

TEST(Events, TaggedGtid) {
  GtidEvent g = sample_gtid();
  g.tag = "billing";
  std::string body = w::gtid_tagged(g);
  const auto read = value_or_throw(parse_gtid(event(EventType::gtid_tagged, body)));
  expect_same(read, g);
  EXPECT_EQ(read.text(), "00112233-4455-6677-8899-aabbccddeeff:billing:123456789012345");
  g.original_commit_us = g.immediate_commit_us;
  g.original_server_version = g.immediate_server_version;
  body = w::gtid_tagged(g);
  expect_same(value_or_throw(parse_gtid(event(EventType::gtid_tagged, body))), g);
}

TEST(Events, QueryWithStatusVariables) {
  const std::string status(
      "\x00\x01\x02\x03\x04"                  // flags
      "\x01\x20\x00\x00\x00\x00\x00\x00\x00"  // SQL mode
      "\x06\x03std"                           // catalog
      "\x04\x2d\x00\x2e\x00\xff\x00"          // charsets
      "\x05\x03UTC"                           // time zone
      "\x0c\x01shop\x00"                      // updated databases
      "\x0d\x40\x42\x0f"                      // microseconds
      "\x11\x07\x00\x00\x00\x00\x00\x00\x00"  // DDL xid
      "\x12\xff\x00",                         // default collation
      5 + 9 + 5 + 7 + 5 + 7 + 4 + 9 + 3);
  const std::string body = w::query("shop", "ALTER TABLE t ADD x INT", 42, status);
  std::string plain;
  const Query q = value_or_throw(parse_query(event(EventType::query, body), plain));
  EXPECT_EQ(q.thread_id, 42U);
  EXPECT_EQ(q.database, "shop");
  EXPECT_EQ(q.sql, "ALTER TABLE t ADD x INT");
  EXPECT_EQ(q.sql_mode, 32U);
  EXPECT_EQ(q.client_charset, 45);
  EXPECT_EQ(q.collation, 46);
  EXPECT_EQ(q.server_collation, 255);
  EXPECT_EQ(q.time_zone, "UTC");
  EXPECT_EQ(q.microseconds, 1'000'000U);
  EXPECT_EQ(q.ddl_xid, 7U);
}

TEST(Events, MariaDbCompressedQuery) {
  const std::string sql = "CREATE TABLE t (a INT) COMMENT '" + std::string(5000, 'x') + "'";
  const std::string body = w::query("shop", sql);
  const std::string packed = w::mariadb_compressed(body, body.size() - sql.size());
  EXPECT_LT(packed.size(), 200U);
  std::string plain;
  EXPECT_EQ(value_or_throw(parse_query(event(EventType::mariadb_query_compressed, packed), plain)).sql, sql);
}

TEST(Events, SmallOnes) {
  std::string body = w::rotate("binlog.000042", 4);
  EXPECT_EQ(value_or_throw(parse_rotate(event(EventType::rotate, body))).file, "binlog.000042");
  body = w::rows_query("INSERT");
  EXPECT_EQ(value_or_throw(parse_rows_query(event(EventType::rows_query, body))), "INSERT");
  EXPECT_EQ(value_or_throw(parse_rows_query(event(EventType::mariadb_annotate_rows, "INSERT"))), "INSERT");
  body = w::mariadb_gtid({3, 0, 99}, 1);
  const auto g = value_or_throw(parse_mariadb_gtid(event(EventType::mariadb_gtid, body)));
  EXPECT_EQ(g.gtid.to_string(), "3-9-99");
  EXPECT_EQ(g.flags, 1);
}

TEST(EventDecoder, ChecksumsAreTakenOffAndVerified) {
  for (auto algorithm : {ChecksumAlgorithm::none, ChecksumAlgorithm::crc32}) {
    w::Log log(algorithm);
    EventDecoder decoder(true);
    const std::string first = log.event(EventType::rotate, w::rotate("binlog.000001"), kFlagArtificial);
    EXPECT_EQ(value_or_throw(parse_rotate(value_or_throw(decoder.decode(first)))).file, "binlog.000001");
    const std::string format = log.format("8.0.15");
    value_or_throw(decoder.decode(format));
    EXPECT_EQ(decoder.checksum(), algorithm);
    std::string xid = log.event(EventType::xid, w::xid(5));
    EXPECT_EQ(value_or_throw(decoder.decode(xid)).body.size(), 8U);
    xid[20] ^= 1;
    EXPECT_EQ(decoder.decode(xid).has_value(), algorithm == ChecksumAlgorithm::none);
    EXPECT_FALSE(decoder.decode(xid.substr(0, xid.size() - 1)).has_value());
  }
}

TEST(EventDecoder, OldServersHaveNoChecksumByte) {
  w::Log log(ChecksumAlgorithm::none);
  EventDecoder decoder;
  const std::string format = log.format("5.5.62-log");
  value_or_throw(decoder.decode(format));
  EXPECT_EQ(decoder.checksum(), ChecksumAlgorithm::none);
  EXPECT_EQ(decoder.server_version(), "5.5.62-log");
}

}  // namespace
}  // namespace tandem::binlog
