#include "connectors/mysql/binlog/rows_event.hpp"

#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/wire.hpp"

#include <optional>

namespace tandem::binlog {
namespace {

struct Shape {
  RowsKind kind;
  bool v2;
  bool compressed;
};

std::optional<Shape> shape_of(EventType type) noexcept {
  switch (type) {
    case EventType::write_rows_v1:
      return Shape{RowsKind::write, false, false};
    case EventType::update_rows_v1:
      return Shape{RowsKind::update, false, false};
    case EventType::delete_rows_v1:
      return Shape{RowsKind::delete_, false, false};
    case EventType::write_rows:
      return Shape{RowsKind::write, true, false};
    case EventType::update_rows:
      return Shape{RowsKind::update, true, false};
    case EventType::delete_rows:
      return Shape{RowsKind::delete_, true, false};
    case EventType::mariadb_write_rows_compressed_v1:
      return Shape{RowsKind::write, false, true};
    case EventType::mariadb_update_rows_compressed_v1:
      return Shape{RowsKind::update, false, true};
    case EventType::mariadb_delete_rows_compressed_v1:
      return Shape{RowsKind::delete_, false, true};
    case EventType::mariadb_write_rows_compressed:
      return Shape{RowsKind::write, true, true};
    case EventType::mariadb_update_rows_compressed:
      return Shape{RowsKind::update, true, true};
    case EventType::mariadb_delete_rows_compressed:
      return Shape{RowsKind::delete_, true, true};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::uint64_t rows_event_table_id(const Event& event) noexcept {
  std::uint64_t id = 0;
  ByteReader in(event.body);
  in.read_uint(id, 6);
  return id;
}

Result<RowsEvent> parse_rows_event(const Event& event, std::string& plain) {
  if (event.header.type == EventType::partial_update_rows) {
    return Error(ErrorKind::fatal, "the server logs partial JSON updates (PARTIAL_UPDATE_ROWS events)",
                 "on the server: SET GLOBAL binlog_row_value_options = '', and in sessions that are open");
  }
  const auto shape = shape_of(event.header.type);
  if (!shape) {
    return Error(ErrorKind::bug, "not a rows event: " + std::string(to_string(event.header.type)));
  }
  RowsEvent rows;
  rows.kind = shape->kind;
  ByteReader in(event.body);
  std::uint16_t extra = 2;
  std::uint64_t count = 0;
  BytesView bitmap;
  // The length of the extra data counts its own two bytes.
  if (!in.read_uint(rows.table_id, 6) || !in.read(rows.flags) ||
      (shape->v2 && (!in.read(extra) || extra < 2 || !in.skip(extra - 2U))) || !read_lenenc(in, count) ||
      count > 65535 || !in.read_bytes(bitmap, (count + 7) / 8)) {
    return broken_event(event.header.type, "it is cut short");
  }
  rows.column_count = static_cast<std::uint32_t>(count);
  (rows.kind == RowsKind::write ? rows.columns_after : rows.columns_before) = bitmap;
  if (rows.kind == RowsKind::update && !in.read_bytes(rows.columns_after, (count + 7) / 8)) {
    return broken_event(event.header.type, "it is cut short");
  }
  rows.rows = in.rest();
  if (shape->compressed) {
    BOOST_OUTCOME_TRY(uncompress_mariadb(rows.rows, plain));
    rows.rows = plain;
  }
  return rows;
}

}  // namespace tandem::binlog
