#include "connectors/mysql/binlog/table_map.hpp"

#include "tests/unit/mysql_binlog/sample.hpp"

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

Event table_event(const std::string& body) {
  Event e;
  e.header.type = EventType::table_map;
  e.body = body;
  return e;
}

TEST(TableMap, RoundTripsWithAllMetadata) {
  TableMap want = w::every_type();
  std::erase_if(want.columns, [](const TableMapColumn& c) { return c.type == ColumnType::year; });
  const std::string body = w::table_map(want);
  const TableMap got = value_or_throw(parse_table_map(table_event(body)));
  EXPECT_EQ(got.table_id, want.table_id);
  EXPECT_EQ(got.database, "shop");
  EXPECT_EQ(got.table, "every");
  EXPECT_TRUE(got.has_names);
  EXPECT_TRUE(got.has_signedness);
  ASSERT_EQ(got.columns.size(), want.columns.size());
  for (std::size_t i = 0; i < want.columns.size(); ++i) {
    const auto &a = got.columns[i], &b = want.columns[i];
    SCOPED_TRACE(b.name);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.size, b.size);
    EXPECT_EQ(a.scale, b.scale);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.is_unsigned, b.is_unsigned);
    EXPECT_EQ(a.collation, b.collation);
    EXPECT_EQ(a.members, b.members);
    EXPECT_EQ(a.geometry_type, b.geometry_type);
    EXPECT_EQ(a.vector_dimensions, b.vector_dimensions);
    EXPECT_EQ(a.visible, b.visible);
  }
  ASSERT_EQ(got.primary_key.size(), 2U);
  EXPECT_EQ(got.primary_key[1].column, 8U);
}

TEST(TableMap, BesideAYearTheSignsAreLeftToTheSchemaHistory) {
  // MySQL 9.7 and MariaDB write a bit for a YEAR, MySQL 8.0.15 none: nothing in the event tells which.
  const TableMap got = value_or_throw(parse_table_map(table_event(w::table_map(w::every_type()))));
  EXPECT_FALSE(got.has_signedness);
  for (const auto& c : got.columns) {
    EXPECT_FALSE(c.is_unsigned) << c.name;
  }
}

TEST(TableMap, KeyPrefixesAndDefaultCharsets) {
  TableMap map = w::every_type();
  map.primary_key = {{8, 10}};
  const std::string with_prefix = w::table_map(map);
  EXPECT_EQ(value_or_throw(parse_table_map(table_event(with_prefix))).primary_key.at(0).prefix, 10U);
  // DEFAULT_CHARSET: 255 for all, but the third character column 63; ENUM_AND_SET_DEFAULT_CHARSET: 8.
  const std::string body =
      w::table_map(map, false) + std::string("\x02\x06\xfc\xff\x00\x02\x3f\x00\x0a\x01\x08", 11);
  const auto read = parse_table_map(table_event(body));
  EXPECT_FALSE(read.has_value()) << "a trailing pair without its collation is damage";
  const std::string sound =
      w::table_map(map, false) + std::string("\x02\x05\xfc\xff\x00\x02\x3f\x0a\x01\x08", 10);
  const TableMap got = value_or_throw(parse_table_map(table_event(sound)));
  EXPECT_EQ(got.columns[8].collation, 255);
  EXPECT_EQ(got.columns[10].collation, 63);
  EXPECT_EQ(got.columns[20].collation, 8);
  EXPECT_FALSE(got.has_names);
}

TEST(TableMap, MariaDbCountsGeometryAmongCharacterColumns) {
  // A MariaDB 10.11 event: (int, point, enum, text, point, mediumint unsigned), DEFAULT_CHARSET 63 with pair
  // (1, 45).
  using namespace std::string_literals;
  const std::string body =
      "\x76\x05\0\0\0\0\x01\0\x04srvx\0\x01g\0\x06\x03\xff\xfe\xfc\xff\x09\x05\x04\xf7\x01\x02\x04\x34\x01"
      "\x01\x40\x02\x03\x3f\x01\x2d\x07\x02\x01\x01"s;
  EXPECT_FALSE(parse_table_map(table_event(body)).has_value());
  const TableMap got = value_or_throw(parse_table_map(table_event(body), true));
  EXPECT_EQ(got.columns[1].collation, 63);
  EXPECT_EQ(got.columns[3].collation, 45);
}

TEST(TableMap, WithoutMetadataTheSignIsUnknown) {
  TableMap map;
  map.columns = {w::column("a", ColumnType::long_)};
  std::string body = w::table_map(map, false);
  body.resize(body.size() - 3);  // SIGNEDNESS: type, length, one byte
  const TableMap got = value_or_throw(parse_table_map(table_event(body)));
  EXPECT_FALSE(got.has_signedness);
  EXPECT_FALSE(got.columns[0].is_unsigned);
}

TEST(TableMapCache, ParsesAgainOnlyWhatHasChanged) {
  TableMapCache cache;
  TableMap map = w::every_type();
  const std::string one = w::table_map(map);
  const auto first = value_or_throw(cache.take(table_event(one)));
  const std::string same = one;
  EXPECT_EQ(value_or_throw(cache.take(table_event(same))), first);
  EXPECT_EQ(cache.find(map.table_id), first);
  map.table = "other";
  const std::string two = w::table_map(map);
  EXPECT_NE(value_or_throw(cache.take(table_event(two))), first);
  EXPECT_EQ(value_or_throw(parse_table_map_head(table_event(two))).table, "other");
  cache.clear();
  EXPECT_EQ(cache.find(map.table_id), nullptr);
}

}  // namespace
}  // namespace tandem::binlog
