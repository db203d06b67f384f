// BinlogStream over scripted events: no server.
#include "tests/unit/mysql/stream_fixture.hpp"

namespace tandem::mysql {
namespace {

constexpr std::uint64_t kFourGiB = 1ULL << 32;

TEST(StreamPosition, CountsPastFourGiB) {
  const BinlogOffset start =
      at_file("b.000007", kFourGiB - 64);  // the second event's end no longer fits into 32 bits
  ScriptedStream s({}, start);
  s.open("b.000007", start.pos);
  s.transaction(1);
  s.transaction(2);
  ASSERT_EQ(s.ids(), (std::vector<std::int64_t>{1, 2}));
  EXPECT_GT(s.source_field(0, "pos"), static_cast<std::int64_t>(kFourGiB - 64));
  EXPECT_GT(s.source_field(1, "pos"), static_cast<std::int64_t>(kFourGiB));
  EXPECT_EQ(s.stream->at().pos, kFourGiB + s.log.position);
  EXPECT_LT(s.log.position, 4096U) << "the header's position has wrapped";
}

TEST(StreamPosition, WhatTheServerLeavesOutIsCounted) {
  ScriptedStream s;
  s.open("b.000007");
  s.log.position = 0xF0000000U;  // left out: a transaction of nearly 4 GiB that we have
  s.transaction(1);
  EXPECT_EQ(s.stream->at().pos, s.log.position);
  s.log.position = 0x10000000U;  // and 512 MiB more
  s.transaction(2);
  EXPECT_EQ(s.stream->at().pos, kFourGiB + s.log.position);
  s.open("b.000008");
  s.transaction(3);
  EXPECT_EQ(s.stream->at().pos, s.log.position);
  EXPECT_EQ(s.stream->at().file, "b.000008");
}

TEST(StreamPosition, ADumpFromTheStartOfTheFileIsPassedOverToThePlace) {
  const BinlogOffset start = at_file("b.000007", kFourGiB + 500);
  ScriptedStream s({}, start);
  s.stream->pass_over_to_start();
  s.open("b.000007");
  s.transaction(1);
  EXPECT_EQ(s.stream->at().pos, start.pos) << "a lost connection must not set it back";
  const auto filler = [&](std::uint32_t end) {  // stands for gigabytes that a test cannot write
    s.log.position = end - 60;
    s.feed(s.log.event(binlog::EventType::xid, std::string(60 - binlog::kEventHeaderBytes - 4, '\0')));
  };
  filler(0xF0000000U);
  filler(500);
  ASSERT_EQ(s.log.position, 500U);
  EXPECT_TRUE(s.out.empty());
  s.transaction(2);
  EXPECT_EQ(s.ids(), std::vector<std::int64_t>{2});
  EXPECT_EQ(s.stream->at().pos, kFourGiB + s.log.position);
}

std::string position_of(const SourceRecord& r) { return *r.header(sync::kHeaderPosition)->value.string(); }

TEST(StreamLink, PositionsNameTheServerAndTheFilesAge) {
  ScriptedStream s(ConfigMap{{"sync.link", "l"}, {"sync.origin", "o"}});
  s.log.timestamp = 1'700'000'000;
  s.open("b.000007");
  s.transaction(1);
  s.log.timestamp = 1'700'000'100;
  s.transaction(2);
  s.open("b.000008");
  s.transaction(3);
  EXPECT_TRUE(position_of(s.out[0]).starts_with("m:77:1700000000:7:")) << position_of(s.out[0]);
  EXPECT_TRUE(position_of(s.out[1]).starts_with("m:77:1700000000:7:")) << position_of(s.out[1]);
  EXPECT_TRUE(position_of(s.out[2]).starts_with("m:77:1700000100:8:")) << position_of(s.out[2]);
  // The log begins anew: nothing of it looks applied.
  const auto applied = value_or_throw(sync::LogPosition::parse(position_of(s.out[2])));
  s.log.timestamp = 1'700'000'200;
  s.open("b.000001");
  s.transaction(4);
  EXPECT_FALSE(sync::is_repeat(value_or_throw(sync::LogPosition::parse(position_of(s.out[3]))), applied));
  EXPECT_TRUE(sync::is_repeat(value_or_throw(sync::LogPosition::parse(position_of(s.out[0]))), applied));
}

TEST(StreamLink, EventsWithoutAPositionAreCountedToo) {
  ScriptedStream s(ConfigMap{{"sync.link", "l"}, {"sync.origin", "o"}});
  s.open("b.000007");
  const auto begun = s.log.position;
  s.begin();
  s.log.positions = false;
  s.log.timestamp += 100;
  s.insert(1);
  s.insert(2);
  s.log.positions = true;
  s.commit();
  ASSERT_EQ(s.ids(), (std::vector<std::int64_t>{1, 2}));
  EXPECT_NE(position_of(s.out[0]), position_of(s.out[1])) << "the target would take one for a repeat";
  EXPECT_EQ(s.source_field(1, "pos"), begun) << "that of the event before, as Debezium tells it";
  EXPECT_EQ(s.source_field(1, "ts_ms"), std::int64_t{s.log.timestamp} * 1000);
  EXPECT_EQ(s.stream->at().pos, s.log.position);
}

TEST(StreamGtids, SourcesThatAreNotWantedYieldNoRows) {
  ScriptedStream s(ConfigMap{{"gtid.source.includes", "01010101-.*,03.*"}});
  s.open("b.000007");
  for (int i = 1; i <= 4; ++i) {
    s.gtid(static_cast<std::uint8_t>(i), 1);
    s.transaction(i);
  }
  EXPECT_EQ(s.ids(), (std::vector<std::int64_t>{1, 3}));
  EXPECT_NE(s.stream->at().gtids->find("04040404"), std::string::npos) << "read all the same";
  EXPECT_TRUE(s.stream->passed_over());
  ScriptedStream excluded(ConfigMap{{"gtid.source.excludes", "01010101-0101-0101-0101-010101010101"}});
  excluded.open("b.000007");
  excluded.gtid(1, 1);
  excluded.transaction(1);
  excluded.gtid(2, 1);
  excluded.transaction(2);
  EXPECT_EQ(excluded.ids(), std::vector<std::int64_t>{2});
  ScriptedStream unfiltered(
      ConfigMap{{"gtid.source.excludes", ".*"}, {"gtid.source.filter.dml.events", "false"}});
  unfiltered.open("b.000007");
  unfiltered.gtid(1, 1);
  unfiltered.transaction(1);
  EXPECT_EQ(unfiltered.ids(), std::vector<std::int64_t>{1});
}

binlog::TableMap with_a_column_more() {
  auto map = ScriptedStream::table();
  map.columns.push_back(map.columns[0]);
  return map;
}
void feed_bad(ScriptedStream& s) {
  s.open("b.000007");
  s.begin();
  const auto map = with_a_column_more();
  s.feed(s.log.event(binlog::EventType::table_map, w::table_map(map)));
  s.feed(
      s.log.event(binlog::EventType::write_rows,
                  w::rows(binlog::RowsKind::write, map, {{{}, {w::integer(1), w::null(), w::integer(2)}}})));
  s.insert(2);
  s.commit();
}

TEST(StreamFailures, AnEventThatCannotBeReadStopsOrIsLeftOut) {
  ScriptedStream fail;
  EXPECT_THROW(feed_bad(fail), TandemError);
  for (const char* mode : {"warn", "skip", "ignore"}) {
    ScriptedStream s(ConfigMap{{"event.processing.failure.handling.mode", mode}});
    feed_bad(s);
    EXPECT_EQ(s.ids(), std::vector<std::int64_t>{2}) << mode;
    EXPECT_EQ(s.stream->at().pos, s.log.position);
  }
  ScriptedStream old_name(ConfigMap{{"event.deserialization.failure.handling.mode", "warn"}});
  feed_bad(old_name);
  EXPECT_EQ(old_name.ids(), std::vector<std::int64_t>{2});
}

void feed_half_a_row(ScriptedStream& s) {
  s.open("b.000007");
  s.begin();
  const auto map = ScriptedStream::table();
  s.feed(s.log.event(binlog::EventType::table_map, w::table_map(map)));
  s.feed(s.log.event(binlog::EventType::write_rows,
                     w::rows(binlog::RowsKind::write, map, {{{}, {w::integer(1), w::absent()}}})));
  s.commit();
}

TEST(StreamFailures, ARowLoggedWithoutACapturedColumnStops) {
  ScriptedStream s;
  try {
    feed_half_a_row(s);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_NE(std::string(e.what()).find("a row of shop.t was logged without its column v"),
              std::string::npos);
  }
  ScriptedStream left_out(ConfigMap{{"column.exclude.list", "shop.t.v"}});
  feed_half_a_row(left_out);
  EXPECT_EQ(left_out.ids(), std::vector<std::int64_t>{1});
}

// MySQL 8.0 maps the column of a functional index wherever it came to stand, and leaves it out of the rows.
TEST(StreamRows, ColumnsOfFunctionalIndexesArePassedOver) {
  ScriptedStream s;
  s.open("b.000007");
  binlog::TableMap map = ScriptedStream::table();
  binlog::TableMapColumn hidden;
  hidden.type = binlog::ColumnType::longlong;
  const auto hours = [](int n) {
    binlog::TimeParts time{};
    time.hour = static_cast<std::uint32_t>(n);
    return w::temporal(binlog::CellKind::time, time);
  };
  const w::Cell none = w::absent();
  s.begin();
  map.columns.insert(map.columns.begin() + 1, hidden);
  s.feed(s.log.event(binlog::EventType::table_map, w::table_map(map)));
  s.feed(s.log.event(binlog::EventType::write_rows,
                     w::rows(binlog::RowsKind::write, map, {{{}, {w::integer(1), none, hours(3)}}})));
  s.feed(s.log.event(binlog::EventType::update_rows,
                     w::rows(binlog::RowsKind::update, map,
                             {{{w::integer(1), none, hours(3)}, {w::integer(1), none, hours(4)}}})));
  map.table_id = 10;  // the index is dropped and made anew: its column comes last
  std::rotate(map.columns.begin() + 1, map.columns.begin() + 2, map.columns.end());
  s.feed(s.log.event(binlog::EventType::table_map, w::table_map(map)));
  s.feed(s.log.event(binlog::EventType::delete_rows,
                     w::rows(binlog::RowsKind::delete_, map, {{{w::integer(1), hours(4), none}, {}}})));
  s.commit();
  const auto clock = [&](std::size_t record, const char* image) {
    std::int64_t us = 0;
    s.out[record].value.structure()->at(image).structure()->at("v").to_int64(us);
    return us / 3'600'000'000;
  };
  ASSERT_GE(s.out.size(), 3U);
  EXPECT_EQ(clock(0, "after"), 3);
  EXPECT_EQ(clock(1, "before"), 3);
  EXPECT_EQ(clock(1, "after"), 4);
  EXPECT_EQ(clock(2, "before"), 4);
}

TEST(StreamFailures, AnUnknownEventStopsUnlessItMayBeIgnored) {
  const auto unknown = [](ScriptedStream& s, std::uint16_t flags) {
    s.open("b.000007");
    s.feed(s.log.event(static_cast<binlog::EventType>(99), "?", flags));
    s.transaction(1);
  };
  ScriptedStream ignorable;
  unknown(ignorable, binlog::kFlagIgnorable);
  EXPECT_EQ(ignorable.ids(), std::vector<std::int64_t>{1});
  ScriptedStream passed_over(ConfigMap{{"event.processing.failure.handling.mode", "warn"}});
  unknown(passed_over, 0);
  EXPECT_EQ(passed_over.ids(), std::vector<std::int64_t>{1});
  ScriptedStream s;
  try {
    unknown(s, 0);
    FAIL() << "it was passed over";
  } catch (const TandemError& e) {
    EXPECT_NE(e.error().text().find("has type 99"), std::string::npos) << e.error().text();
  }
}

TEST(StreamFailures, ACompressedTransactionWithinAnotherStops) {
  ScriptedStream s;
  s.open("b.000007");
  const auto inside = [&](const std::string& body) {
    return s.log.inner(binlog::EventType::transaction_payload, body);
  };
  const auto begin = s.log.inner(binlog::EventType::query, w::query("shop", "BEGIN"));
  for (const bool compress : {false, true}) {
    const std::string nested = inside(w::payload({begin}, compress));
    const std::string outer = w::payload({begin, nested, nested}, compress);
    EXPECT_THROW(s.feed(s.log.event(binlog::EventType::transaction_payload, outer)), TandemError);
  }
}

TEST(StreamFailures, APartialUpdateOfACapturedTableStops) {
  ScriptedStream s(ConfigMap{{"table.include.list", "shop.t"}});
  s.open("b.000007");
  const auto partial = [&](const char* table) {
    const auto map = ScriptedStream::table(table);
    s.begin();
    s.feed(s.log.event(binlog::EventType::table_map, w::table_map(map)));
    s.feed(s.log.event(binlog::EventType::partial_update_rows,
                       w::rows(binlog::RowsKind::write, map, {{{}, {w::integer(1), w::null()}}})));
    s.commit();
  };
  EXPECT_NO_THROW(partial("other"));
  try {
    partial("t");
    FAIL() << "it was passed over";
  } catch (const TandemError& e) {
    EXPECT_NE(e.error().text().find("of table shop.t at b.000007:"), std::string::npos) << e.error().text();
  }
}

TEST(StreamFailures, ATableOfUnknownShapeIsAnotherSettingsMatter) {
  ScriptedStream s(ConfigMap{{"event.processing.failure.handling.mode", "warn"}});
  s.open("b.000007");
  s.begin();
  EXPECT_THROW(s.insert(1, ScriptedStream::table("stranger")), TandemError);
  ScriptedStream skips(ConfigMap{{"inconsistent.schema.handling.mode", "skip"}});
  skips.open("b.000007");
  skips.begin();
  skips.insert(1, ScriptedStream::table("stranger"));
  skips.insert(2);
  EXPECT_EQ(skips.ids(), std::vector<std::int64_t>{2});
}

}  // namespace
}  // namespace tandem::mysql
