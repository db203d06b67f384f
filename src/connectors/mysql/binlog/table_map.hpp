#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "tandem/base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tandem::binlog {

/// enum_field_types of MySQL include/field_types.h, those that rows can hold.
enum class ColumnType : std::uint8_t {
  decimal_old = 0,
  tiny = 1,
  short_ = 2,
  long_ = 3,
  float_ = 4,
  double_ = 5,
  null = 6,
  timestamp_old = 7,
  longlong = 8,
  int24 = 9,
  date = 10,
  time_old = 11,
  datetime_old = 12,
  year = 13,
  newdate = 14,
  varchar = 15,
  bit = 16,
  timestamp = 17,
  datetime = 18,
  time = 19,
  mariadb_blob_compressed = 140,
  mariadb_varchar_compressed = 141,
  vector = 242,
  json = 245,
  decimal = 246,
  enum_ = 247,
  set = 248,
  tiny_blob = 249,
  medium_blob = 250,
  long_blob = 251,
  blob = 252,
  var_string = 253,
  string = 254,
  geometry = 255,
};

/// One column as TABLE_MAP describes it. What optional metadata did not say stays empty.
struct TableMapColumn {
  ColumnType type = ColumnType::null;  ///< the real one: STRING is resolved to enum_ or set
  /// By type: float/double bytes; varchar, string: longest value in bytes; bit: bits; decimal: precision;
  /// blob, json, geometry, vector: bytes of the length; enum, set: bytes of the value; time, datetime,
  /// timestamp: fraction digits.
  std::uint16_t size = 0;
  std::uint8_t scale = 0;  ///< decimal
  bool nullable = true;
  std::optional<bool> is_unsigned;         ///< numeric columns
  std::optional<std::uint16_t> collation;  ///< character, enum and set columns; 63 is binary
  std::string name;                        ///< binlog_row_metadata=FULL
  std::vector<std::string> members;        ///< of ENUM and SET, in the column's character set; FULL
  std::optional<std::uint32_t> geometry_type;
  std::optional<std::uint32_t> vector_dimensions;
  bool visible = true;

  bool is_numeric() const noexcept;
  bool is_character() const noexcept;  ///< also BINARY, VARBINARY and BLOB (collation 63)
};

struct KeyPart {
  std::uint32_t column = 0;
  std::uint32_t prefix = 0;  ///< characters; 0: the whole column
};

struct TableMap {
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  std::string database, table;
  std::vector<TableMapColumn> columns;
  std::vector<KeyPart> primary_key;  ///< FULL
  bool has_names = false;            ///< the server writes binlog_row_metadata=FULL
  bool has_signedness = false;       ///< there are no numeric columns, or the server said which are unsigned
};

/// Only what decides whether to go on with a table: no allocation.
struct TableMapHead {
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  std::string_view database, table;
};

Result<TableMapHead> parse_table_map_head(const Event& event);
/// `from_mariadb`: its metadata counts geometry columns among those with a character set.
Result<TableMap> parse_table_map(const Event& event, bool from_mariadb = false);

/// Table maps by id. A server repeats a table's map in each transaction; equal bytes are not parsed again, so
/// the pointer (and what a caller hangs on it) stays the same until the table changes. One thread.
class TableMapCache {
 public:
  Result<std::shared_ptr<const TableMap>> take(const Event& table_map_event, bool from_mariadb = false);
  /// nullptr: unknown id.
  std::shared_ptr<const TableMap> find(std::uint64_t table_id) const noexcept;
  /// After a ROTATE to another file and after FORMAT_DESCRIPTION: a restarted server counts ids anew.
  void clear() noexcept { maps_.clear(); }

 private:
  struct Entry {
    std::string bytes;
    std::shared_ptr<const TableMap> map;
  };
  std::unordered_map<std::uint64_t, Entry> maps_;
};

}  // namespace tandem::binlog
