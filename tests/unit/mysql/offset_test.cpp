#include "connectors/mysql/mysql_offset.hpp"
#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

std::string text(const OffsetMap& map) {
  std::string out;
  for (const auto& [key, value] : map) {
    std::int64_t n = 0;
    out += (out.empty() ? "" : " ") + key + "=" +
           (value.string()      ? *value.string()
            : value.to_int64(n) ? std::to_string(n)
                                : "?");
  }
  return out;
}

std::shared_ptr<const std::string> gtids(const char* t) { return std::make_shared<const std::string>(t); }

TEST(OffsetTracker, CountsEventsAndRowsAsDebezium) {
  BinlogOffset start;
  start.file = "binlog.000001";
  start.gtids = gtids("u:1-36");
  OffsetTracker t(start);
  t.event(13200, 73, 8, 100);
  t.gtid(gtids("u:1-37"));
  t.complete();
  t.event(13273, 80, 8, 100);
  t.begin();
  t.complete();
  t.event(13353, 160, 8, 100);  // TABLE_MAP
  t.complete();
  t.event(13513, 60, 8, 100);
  t.row(0, 1);
  EXPECT_EQ(text(t.offset(nullptr)->to_map()),
            "ts_sec=100 file=binlog.000001 pos=13273 gtids=u:1-36 row=1 server_id=8 event=2");
  t.rows_complete();
  t.complete();
  EXPECT_EQ(t.at().events_done, 3U);
  t.event(13573, 31, 8, 100);
  t.commit();
  EXPECT_EQ(text(t.offset(nullptr)->to_map()),
            "ts_sec=100 file=binlog.000001 pos=13604 gtids=u:1-37 server_id=8");
}

TEST(BinlogOffset, ComesBackFromItsMap) {
  BinlogOffset a;
  a.file = "b.000002";
  a.pos = 9;
  a.events_done = 2;
  a.rows_done = 1;
  a.server_id = 7;
  a.ts_sec = 5;
  a.gtids = gtids("u:1-3");
  const BinlogOffset b = BinlogOffset::from(a.to_map());
  EXPECT_EQ(text(b.to_map()), text(a.to_map()));
  EXPECT_TRUE(BinlogOffset::from({{"file", Value("f.1")}, {"snapshot", Value(true)}}).snapshot);
  EXPECT_THROW(BinlogOffset::from({{"pos", Value(std::int64_t{4})}}), TandemError);
}

}  // namespace
}  // namespace tandem::mysql
