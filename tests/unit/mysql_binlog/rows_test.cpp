#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/row_decoder.hpp"
#include "tests/unit/mysql_binlog/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

Event rows_event(EventType type, const std::string& body) {
  Event e;
  e.header.type = type;
  e.body = body;
  return e;
}

void expect_cell(const CellView& got, const w::Cell& want, const TableMapColumn& column) {
  SCOPED_TRACE(column.name);
  switch (want.kind) {
    case CellKind::absent:
    case CellKind::null:
      EXPECT_EQ(got.kind, want.kind);
      return;
    case CellKind::int64:
      EXPECT_EQ(got.i64, want.i64);
      return;  // also year, enum, set: the same bits
    case CellKind::float32:
      EXPECT_EQ(got.f32, static_cast<float>(want.real));
      return;
    case CellKind::float64:
      EXPECT_EQ(got.f64, want.real);
      return;
    case CellKind::decimal: {
      std::string text;
      EXPECT_TRUE(append_decimal_text(text, got.bytes, got.precision, got.scale));
      EXPECT_EQ(text, want.bytes);
      return;
    }
    case CellKind::date:
    case CellKind::time:
    case CellKind::datetime:
      EXPECT_EQ(got.kind, want.kind);
      EXPECT_EQ(got.time, want.time);
      return;
    case CellKind::timestamp:
      EXPECT_EQ(got.instant.seconds, want.instant.seconds);
      EXPECT_EQ(got.instant.micros, want.instant.micros);
      return;
    default:
      EXPECT_EQ(got.kind, want.kind);
      EXPECT_EQ(got.bytes, want.bytes);
  }
}

void expect_row(std::span<const CellView> got, const w::Cells& want, const TableMap& map) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    expect_cell(got[i], want[i], map.columns[i]);
  }
}

TEST(Rows, EveryTypeRoundTripsInEveryKindOfEvent) {
  const TableMap map = w::every_type();
  w::Cells all = w::every_cell(), nulls(all.size(), w::null());
  all[25] = w::integer(-1);
  RowDecoder decoder(map);
  for (bool v2 : {false, true}) {
    const std::string body = w::rows(RowsKind::update, map, {{all, nulls}, {nulls, all}}, v2);
    std::string plain;
    const Event event = rows_event(v2 ? EventType::update_rows : EventType::update_rows_v1, body);
    EXPECT_EQ(rows_event_table_id(event), map.table_id);
    value_or_throw(decoder.start(value_or_throw(parse_rows_event(event, plain))));
    RowView row;
    ASSERT_TRUE(value_or_throw(decoder.next(row)));
    expect_row(row.before, all, map);
    expect_row(row.after, nulls, map);
    EXPECT_EQ(row.before[25].kind, CellKind::uint64);
    EXPECT_EQ(row.before[25].u64, UINT64_MAX);
    EXPECT_EQ(row.before[18].kind, CellKind::year);
    EXPECT_EQ(row.before[20].kind, CellKind::enum_);
    EXPECT_EQ(row.before[21].kind, CellKind::set);
    EXPECT_EQ(row.before[15].scale, 3);
    ASSERT_TRUE(value_or_throw(decoder.next(row)));
    expect_row(row.after, all, map);
    EXPECT_FALSE(value_or_throw(decoder.next(row)));
  }
}

TEST(Rows, InsertsHaveNoBeforeAndDeletesNoAfter) {
  TableMap map;
  map.columns = {w::column("a", ColumnType::long_)};
  RowDecoder decoder(map);
  std::string plain;
  const std::string insert = w::rows(RowsKind::write, map, {{{}, {w::integer(1)}}, {{}, {w::integer(2)}}});
  value_or_throw(
      decoder.start(value_or_throw(parse_rows_event(rows_event(EventType::write_rows, insert), plain))));
  RowView row;
  ASSERT_TRUE(value_or_throw(decoder.next(row)));
  EXPECT_TRUE(row.before.empty());
  EXPECT_EQ(row.after[0].i64, 1);
  const std::string removal = w::rows(RowsKind::delete_, map, {{{w::integer(3)}, {}}});
  value_or_throw(
      decoder.start(value_or_throw(parse_rows_event(rows_event(EventType::delete_rows, removal), plain))));
  ASSERT_TRUE(value_or_throw(decoder.next(row)));
  EXPECT_TRUE(row.after.empty());
  EXPECT_EQ(row.before[0].i64, 3);
}

TEST(Rows, AnAbsentColumnIsNotNull) {
  TableMap map;
  for (int i = 0; i < 20; ++i) {
    map.columns.push_back(w::column("c", ColumnType::tiny));
  }
  w::Cells before(20, w::absent()), after(20, w::absent());
  before[17] = w::integer(7);
  after[3] = w::null();
  after[19] = w::integer(9);
  const std::string body = w::rows(RowsKind::update, map, {{before, after}});
  std::string plain;
  RowDecoder decoder(map);
  value_or_throw(
      decoder.start(value_or_throw(parse_rows_event(rows_event(EventType::update_rows, body), plain))));
  RowView row;
  ASSERT_TRUE(value_or_throw(decoder.next(row)));
  expect_row(row.before, before, map);
  expect_row(row.after, after, map);
}

TEST(Rows, MariaDbCompressedRows) {
  const TableMap map = w::every_type();
  const std::string body = w::rows(RowsKind::write, map, {{{}, w::every_cell()}}, false);
  const std::string packed = w::mariadb_compressed(body, 8 + 1 + (map.columns.size() + 7) / 8);
  std::string plain;
  RowDecoder decoder(map);
  value_or_throw(decoder.start(value_or_throw(
      parse_rows_event(rows_event(EventType::mariadb_write_rows_compressed_v1, packed), plain))));
  RowView row;
  ASSERT_TRUE(value_or_throw(decoder.next(row)));
  expect_row(row.after, w::every_cell(), map);
}

TEST(Rows, RefusalsNameTheRemedy) {
  std::string plain;
  const auto partial =
      parse_rows_event(rows_event(EventType::partial_update_rows, std::string(20, '\0')), plain);
  ASSERT_FALSE(partial.has_value());
  EXPECT_EQ(partial.error().kind, ErrorKind::fatal);
  EXPECT_THAT(partial.error().remedy, testing::HasSubstr("binlog_row_value_options"));

  TableMap one, two;
  one.columns = {w::column("a", ColumnType::long_)};
  two.columns = {w::column("a", ColumnType::long_), w::column("b", ColumnType::long_)};
  RowDecoder decoder(two);
  const std::string body = w::rows(RowsKind::write, one, {{{}, {w::integer(1)}}});
  EXPECT_FALSE(decoder.start(value_or_throw(parse_rows_event(rows_event(EventType::write_rows, body), plain)))
                   .has_value());

  one.columns[0].type = ColumnType::mariadb_blob_compressed;
  RowDecoder compressed(one);
  value_or_throw(
      compressed.start(value_or_throw(parse_rows_event(rows_event(EventType::write_rows, body), plain))));
  RowView row;
  const auto r = compressed.next(row);
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error().kind, ErrorKind::schema);
}

}  // namespace
}  // namespace tandem::binlog
