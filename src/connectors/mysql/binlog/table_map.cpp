#include "connectors/mysql/binlog/table_map.hpp"

#include "connectors/mysql/binlog/table_metadata.hpp"
#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

// A table has at most 4,096 columns, and MySQL 9 keeps that.
constexpr std::uint64_t kMostColumns = 65535;
// Ids are given out once; a server that creates and drops tables all day must not fill our memory.
constexpr std::size_t kMostMaps = 20'000;

bool read_head(ByteReader& in, TableMapHead& head) noexcept {
  std::uint8_t size = 0;
  return in.read_uint(head.table_id, 6) && in.read(head.flags) && in.read(size) &&
         in.read_bytes(head.database, size) && in.skip(1) && in.read(size) &&
         in.read_bytes(head.table, size) && in.skip(1);
}

/// STRING's two bytes carry the real type, and two upper bits of the length in inverted bits 4 and 5 of the
/// type: Field_string::do_save_field_metadata.
bool read_string_metadata(ByteReader& in, TableMapColumn& c) noexcept {
  std::uint8_t first = 0, second = 0;
  if (!in.read(first) || !in.read(second)) {
    return false;
  }
  if ((first & 0x30) != 0x30) {
    c.type = ColumnType::string;
    c.size = static_cast<std::uint16_t>(second | ((first & 0x30) ^ 0x30) << 4);
    return true;
  }
  c.size = second;
  const auto real = static_cast<ColumnType>(first);
  c.type = real == ColumnType::enum_ || real == ColumnType::set ? real : ColumnType::string;
  return true;
}

bool read_column_metadata(ByteReader& in, TableMapColumn& c) noexcept {
  std::uint8_t byte = 0;
  switch (c.type) {
    case ColumnType::float_:
    case ColumnType::double_:
    case ColumnType::blob:
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::mariadb_blob_compressed:
    case ColumnType::geometry:
    case ColumnType::json:
    case ColumnType::vector:
    case ColumnType::time:
    case ColumnType::datetime:
    case ColumnType::timestamp:
      if (!in.read(byte)) {
        return false;
      }
      c.size = byte;
      return true;
    case ColumnType::varchar:
    case ColumnType::mariadb_varchar_compressed:
      return in.read(c.size);
    case ColumnType::bit: {
      std::uint8_t bytes = 0;
      if (!in.read(byte) || !in.read(bytes)) {
        return false;
      }
      c.size = static_cast<std::uint16_t>(bytes * 8 + byte);
      return true;
    }
    case ColumnType::decimal:
      if (!in.read(byte) || !in.read(c.scale)) {
        return false;
      }
      c.size = byte;
      return true;
    case ColumnType::string:
    case ColumnType::var_string:
    case ColumnType::enum_:
    case ColumnType::set:
      return read_string_metadata(in, c);
    default:
      return true;
  }
}

bool read_columns(ByteReader& in, TableMap& map) {
  std::uint64_t count = 0;
  BytesView types, metadata, nulls;
  if (!read_lenenc(in, count) || count > kMostColumns || !in.read_bytes(types, count) ||
      !read_lenenc_string(in, metadata) || !in.read_bytes(nulls, (count + 7) / 8)) {
    return false;
  }
  map.columns.resize(count);
  ByteReader meta(metadata);
  for (std::size_t i = 0; i < count; ++i) {
    TableMapColumn& c = map.columns[i];
    c.type = static_cast<ColumnType>(types[i]);
    c.nullable = (static_cast<unsigned char>(nulls[i / 8]) >> (i % 8) & 1) != 0;
    if (!read_column_metadata(meta, c)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool TableMapColumn::is_numeric() const noexcept {
  switch (type) {
    case ColumnType::tiny:
    case ColumnType::short_:
    case ColumnType::int24:
    case ColumnType::long_:
    case ColumnType::longlong:
    case ColumnType::decimal:
    case ColumnType::float_:
    case ColumnType::double_:
      return true;
    default:
      return false;
  }
}

bool TableMapColumn::is_character() const noexcept {
  switch (type) {
    case ColumnType::string:
    case ColumnType::var_string:
    case ColumnType::varchar:
    case ColumnType::blob:
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
      return true;
    default:
      return false;
  }
}

Result<TableMapHead> parse_table_map_head(const Event& event) {
  TableMapHead head;
  ByteReader in(event.body);
  if (!read_head(in, head)) {
    return broken_event(event.header.type, "it is cut short");
  }
  return head;
}

Result<TableMap> parse_table_map(const Event& event, bool from_mariadb) {
  TableMapHead head;
  TableMap map;
  ByteReader in(event.body);
  if (!read_head(in, head)) {
    return broken_event(event.header.type, "it is cut short");
  }
  map.table_id = head.table_id;
  map.flags = head.flags;
  map.database = head.database;
  map.table = head.table;
  if (!read_columns(in, map) || !read_optional_metadata(in.rest(), map, from_mariadb)) {
    return broken_event(event.header.type, fmt::format("of {}.{}", map.database, map.table));
  }
  return map;
}

Result<std::shared_ptr<const TableMap>> TableMapCache::take(const Event& event, bool from_mariadb) {
  BOOST_OUTCOME_TRY(const TableMapHead head, parse_table_map_head(event));
  if (const auto it = maps_.find(head.table_id); it != maps_.end() && it->second.bytes == event.body) {
    return it->second.map;
  }
  BOOST_OUTCOME_TRY(TableMap map, parse_table_map(event, from_mariadb));
  if (maps_.size() >= kMostMaps) {
    maps_.clear();
  }
  auto shared = std::make_shared<const TableMap>(std::move(map));
  maps_[head.table_id] = Entry{std::string(event.body), shared};
  return std::shared_ptr<const TableMap>(std::move(shared));
}

std::shared_ptr<const TableMap> TableMapCache::find(std::uint64_t table_id) const noexcept {
  const auto it = maps_.find(table_id);
  return it == maps_.end() ? nullptr : it->second.map;
}

}  // namespace tandem::binlog
