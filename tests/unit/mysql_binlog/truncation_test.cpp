// Every event, cut at every byte and with every byte changed: never a crash, never a read outside (the
// address sanitizer watches), and a cut event is never taken for whole where its shape has a fixed end.
#include "connectors/mysql/binlog/json_binary.hpp"
#include "tests/fuzz/mysql_binlog/drive.hpp"
#include "tests/unit/mysql_binlog/sample.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

std::vector<std::pair<EventType, std::string>> every_event() {
  const TableMap map = w::every_type();
  GtidEvent g;
  g.number = 5;
  g.tag = "tag";
  g.immediate_commit_us = 1;
  w::Log log;
  const std::string rows = w::rows(RowsKind::update, map, {{w::every_cell(), w::every_cell()}});
  const std::string rows_v1 = w::rows(RowsKind::write, map, {{{}, w::every_cell()}}, false);
  const std::string query =
      w::query("shop", "ALTER TABLE t", 1, std::string("\x04\x2d\x00\x2e\x00\xff\x00", 7));
  return {{EventType::format_description, w::format_description("8.0.15", ChecksumAlgorithm::crc32)},
          {EventType::rotate, w::rotate("b.000001")},
          {EventType::query, query},
          {EventType::xid, w::xid(1)},
          {EventType::gtid, w::gtid(g)},
          {EventType::gtid_tagged, w::gtid_tagged(g)},
          {EventType::previous_gtids,
           value_or_throw(GtidSet::parse("1f39f24a-e777-11f1-9069-02fc00000001:1-3:t:5")).encode()},
          {EventType::table_map, w::table_map(map)},
          {EventType::update_rows, rows},
          {EventType::write_rows_v1, rows_v1},
          {EventType::mariadb_write_rows_compressed_v1, w::mariadb_compressed(rows_v1, 13)},
          {EventType::transaction_payload,
           w::payload({log.inner(EventType::query, query), log.inner(EventType::xid, w::xid(1))})},
          {EventType::mariadb_gtid, w::mariadb_gtid({0, 1, 2}, 0)},
          {EventType::mariadb_query_compressed, w::mariadb_compressed(query, query.size() - 13)}};
}

/// A copy in memory of exactly its size, so that one byte too far is seen.
void drive(EventType type, const std::string& body) {
  const std::unique_ptr<char[]> exact(new char[body.size()]);
  std::copy(body.begin(), body.end(), exact.get());
  Event e;
  e.header.type = type;
  e.body = BytesView(exact.get(), body.size());
  test::drive_event(e);
}

TEST(Truncation, EveryEventAtEveryByte) {
  for (const auto& [type, body] : every_event()) {
    for (std::size_t n = 0; n <= body.size(); ++n) {
      drive(type, body.substr(0, n));
    }
  }
}

TEST(Truncation, EveryEventWithEveryByteChanged) {
  for (const auto& [type, body] : every_event()) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      for (unsigned char change : {0x01, 0x80, 0xFF}) {
        std::string damaged = body;
        damaged[i] = static_cast<char>(damaged[i] ^ change);
        drive(type, damaged);
      }
    }
  }
}

TEST(Truncation, ACutRowIsAnErrorThatNamesTable) {
  const TableMap map = w::every_type();
  const std::string body = w::rows(RowsKind::write, map, {{{}, w::every_cell()}});
  const std::size_t frame = 10 + 1 + 4;
  for (std::size_t n = frame + 1; n < body.size(); ++n) {
    Event e;
    e.header.type = EventType::write_rows;
    const std::string cut = body.substr(0, n);
    e.body = cut;
    std::string plain;
    RowDecoder decoder(map);
    value_or_throw(decoder.start(value_or_throw(parse_rows_event(e, plain))));
    RowView row;
    const auto r = decoder.next(row);
    ASSERT_FALSE(r.has_value()) << n;
    EXPECT_NE(r.error().message.find("shop.every"), std::string::npos);
  }
}

TEST(Truncation, JsonAtEveryByteAndEveryByteChanged) {
  const std::string doc =
      w::Json::object({{"key", w::Json::array({w::Json::integer(70000), w::Json::string("text"),
                                               w::Json::real(1.5), w::Json::null()})},
                       {"k2", w::Json::opaque(ColumnType::decimal, std::string("\x02\x01\x81\x02", 4))}})
          .document();
  const auto read = [](const std::string& bytes) {
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    std::string out;
    return append_json_text(out, BytesView(exact.get(), bytes.size())).has_value();
  };
  EXPECT_TRUE(read(doc));
  for (std::size_t n = 1; n < doc.size(); ++n) {
    EXPECT_FALSE(read(doc.substr(0, n))) << n;
  }
  for (std::size_t i = 0; i < doc.size(); ++i) {
    for (int b = 0; b < 256; ++b) {
      std::string damaged = doc;
      damaged[i] = static_cast<char>(b);
      read(damaged);
    }
  }
}

}  // namespace
}  // namespace tandem::binlog
