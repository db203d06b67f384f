#include "connectors/mysql/binlog/compression.hpp"
#include "tests/unit/mysql_binlog/sample.hpp"

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

TEST(PayloadReader, UnpacksEventByEvent) {
  w::Log log;
  PayloadReader reader;
  for (bool compress : {true, false}) {
    std::vector<std::string> events;
    for (int i = 0; i < 2000; ++i) {
      events.push_back(
          log.inner(EventType::rows_query, w::rows_query(std::string(static_cast<std::size_t>(i), 'q'))));
    }
    events.push_back(log.inner(EventType::write_rows, std::string(1'000'000, 'r')));  // larger than a piece
    const std::string body = w::payload(events, compress);
    Event event;
    event.header.type = EventType::transaction_payload;
    event.body = body;
    value_or_throw(reader.start(event));
    for (const auto& want : events) {
      const auto got = value_or_throw(reader.next());
      ASSERT_TRUE(got);
      EXPECT_EQ(got->body, std::string_view(want).substr(kEventHeaderBytes));
    }
    EXPECT_FALSE(value_or_throw(reader.next()));
  }
}

TEST(PayloadReader, SaysWhatIsBroken) {
  w::Log log;
  const std::string body = w::payload({log.inner(EventType::xid, w::xid(1))});
  PayloadReader reader;
  Event event;
  event.header.type = EventType::transaction_payload;
  event.body = std::string_view(body).substr(0, body.size() - 3);
  EXPECT_FALSE(reader.start(event).has_value());
  std::string damaged = body;
  damaged[damaged.find("\x28\xB5\x2F\xFD")] = 'x';  // zstd's magic number
  event.body = damaged;
  value_or_throw(reader.start(event));
  EXPECT_FALSE(reader.next().has_value());
}

TEST(UncompressMariaDb, AFalseLengthTakesNoMemory) {
  std::string out;
  EXPECT_FALSE(uncompress_mariadb(std::string("\x84\x3f\xff\xff\xff", 5) + "xx", out).has_value());
  EXPECT_FALSE(uncompress_mariadb("", out).has_value());
}

}  // namespace
}  // namespace tandem::binlog
