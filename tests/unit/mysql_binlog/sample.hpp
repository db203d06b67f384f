#pragma once
#include "tests/support/binlog_writer.hpp"

namespace tandem::test::binlog_writer {

inline TableMapColumn column(std::string name, ColumnType type, std::uint16_t size = 0,
                             std::uint8_t scale = 0) {
  TableMapColumn c;
  c.name = std::move(name);
  c.type = type;
  c.size = size;
  c.scale = scale;
  if (c.is_numeric()) {
    c.is_unsigned = false;
  }
  return c;
}

/// A table with a column of every type.
inline TableMap every_type() {
  TableMap m;
  m.table_id = 0x0102030405;
  m.flags = 1;
  m.database = "shop";
  m.table = "every";
  m.columns = {column("ti", ColumnType::tiny),
               column("si", ColumnType::short_),
               column("mi", ColumnType::int24),
               column("i", ColumnType::long_),
               column("bi", ColumnType::longlong),
               column("f", ColumnType::float_, 4),
               column("d", ColumnType::double_, 8),
               column("de", ColumnType::decimal, 20, 6),
               column("vc", ColumnType::varchar, 300),
               column("c", ColumnType::string, 1020),
               column("bl", ColumnType::blob, 2),
               column("j", ColumnType::json, 4),
               column("g", ColumnType::geometry, 4),
               column("v", ColumnType::vector, 4),
               column("da", ColumnType::date),
               column("t", ColumnType::time, 3),
               column("dt", ColumnType::datetime, 6),
               column("ts", ColumnType::timestamp, 2),
               column("y", ColumnType::year),
               column("b", ColumnType::bit, 12),
               column("e", ColumnType::enum_, 1),
               column("s", ColumnType::set, 2),
               column("to", ColumnType::time_old),
               column("dto", ColumnType::datetime_old),
               column("tso", ColumnType::timestamp_old),
               column("biu", ColumnType::longlong)};
  m.columns[25].is_unsigned = true;
  m.columns[8].collation = 255;
  m.columns[9].collation = 255;
  m.columns[10].collation = 63;
  m.columns[12].geometry_type = 1;
  m.columns[13].vector_dimensions = 2;
  m.columns[20].members = {"a", "b c"};
  m.columns[20].collation = 255;
  m.columns[21].members = {"x", "y", "z"};
  m.columns[21].collation = 255;
  m.columns[19].visible = false;
  m.primary_key = {{3, 0}, {8, 0}};
  m.has_names = m.has_signedness = true;
  return m;
}

inline TimeParts parts(int year, int month, int day, int hour, int minute, int second,
                       std::uint32_t micros = 0, bool negative = false) {
  TimeParts t;
  t.year = static_cast<std::uint16_t>(year);
  t.month = static_cast<std::uint8_t>(month);
  t.day = static_cast<std::uint8_t>(day);
  t.hour = static_cast<std::uint16_t>(hour);
  t.minute = static_cast<std::uint8_t>(minute);
  t.second = static_cast<std::uint8_t>(second);
  t.micros = micros;
  t.negative = negative;
  return t;
}

inline Cells every_cell() {
  return {integer(-128),
          integer(-32768),
          integer(-8388608),
          integer(-2147483648LL),
          integer(INT64_MIN),
          real(1.5, CellKind::float32),
          real(-1e300),
          text("-12345678901234.123456", CellKind::decimal),
          text("ключ"),
          text("c"),
          text(std::string("\0\xff", 2)),
          text(Json::array({Json::integer(1)}).document(), CellKind::json),
          text("geo", CellKind::geometry),
          text("12345678", CellKind::vector),
          temporal(CellKind::date, parts(2024, 2, 29, 0, 0, 0)),
          temporal(CellKind::time, parts(0, 0, 0, 838, 59, 58, 999000, true)),
          temporal(CellKind::datetime, parts(9999, 12, 31, 23, 59, 59, 999999)),
          instant(1'700'000'000, 120000),
          integer(2155),
          text("\x0A\xBC", CellKind::bit),
          integer(2),
          integer(5),
          temporal(CellKind::time, parts(0, 0, 0, 12, 34, 56, 0, true)),
          temporal(CellKind::datetime, parts(1999, 12, 31, 23, 59, 58)),
          instant(1'600'000'000, 0),
          integer(-1)};
}

}  // namespace tandem::test::binlog_writer
