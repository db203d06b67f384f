#pragma once
#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/binlog/json_binary.hpp"
#include "connectors/mysql/binlog/row_decoder.hpp"

namespace tandem::test {

/// Reads every cell's bytes, so that a view that points outside is found.
inline void touch(std::span<const binlog::CellView> cells, std::string& out) {
  using binlog::CellKind;
  for (const auto& c : cells) {
    switch (c.kind) {
      case CellKind::decimal:
        binlog::append_decimal_text(out, c.bytes, c.precision, c.scale);
        break;
      case CellKind::json:
        (void)binlog::append_json_text(out, c.bytes);
        break;
      case CellKind::string:
      case CellKind::bit:
      case CellKind::geometry:
      case CellKind::vector:
        out += c.bytes;
        break;
      default:
        break;
    }
  }
}

inline void drive_rows(const binlog::TableMap& map, const binlog::Event& event) {
  std::string plain, out;
  auto rows = binlog::parse_rows_event(event, plain);
  if (!rows.has_value()) {
    return;
  }
  binlog::RowDecoder decoder(map);
  if (!decoder.start(rows.value()).has_value()) {
    return;
  }
  binlog::RowView row;
  for (;;) {
    const auto more = decoder.next(row);
    if (!more.has_value() || !more.value()) {
      return;
    }
    out.clear();
    touch(row.before, out);
    touch(row.after, out);
  }
}

/// Everything that can be done with one event's body.
inline void drive_event(const binlog::Event& e) {
  using namespace binlog;
  std::string plain;
  (void)parse_format_description(e);
  (void)parse_rotate(e);
  (void)parse_query(e, plain);
  if (const auto g = parse_gtid(e); g.has_value()) {
    (void)g.value().text();
  }
  (void)parse_mariadb_gtid(e);
  (void)parse_rows_query(e);
  if (const auto set = GtidSet::decode(e.body); set.has_value()) {
    (void)set.value().to_string();
  }
  if (const auto map = parse_table_map(e); map.has_value()) {
    RowDecoder decoder(map.value());
  }
  PayloadReader reader;
  if (reader.start(e).has_value()) {
    for (;;) {
      const auto inner = reader.next();
      if (!inner.has_value() || !inner.value()) {
        break;
      }
      plain.assign(inner.value()->body);
    }
  }
  // A table with one column of each type, in the order of their numbers.
  TableMap map;
  for (int t = 0; t < 256; ++t) {
    TableMapColumn c;
    c.type = static_cast<ColumnType>(t);
    c.size = 3;
    c.scale = 1;
    map.columns.push_back(c);
  }
  drive_rows(map, e);
}

}  // namespace tandem::test
