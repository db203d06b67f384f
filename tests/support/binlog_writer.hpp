#pragma once
#include "connectors/mysql/binlog/cell.hpp"
#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/binlog/rows_event.hpp"
#include "connectors/mysql/binlog/table_map.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The other direction of mysql/binlog: whatever a server could write, and more. For tests only; nothing is
/// checked, so that broken streams can be made, too.
namespace tandem::test::binlog_writer {

using namespace tandem::binlog;

/// One cell to write. The union of CellView with owned bytes.
struct Cell {
  CellKind kind = CellKind::null;
  std::int64_t i64 = 0;    ///< integers of both signs, year, enum, set
  double real = 0;         ///< float32, float64
  std::string bytes;       ///< string, json, geometry, vector, bit (big-endian); decimal as text
  TimeParts time{};        ///< date, time, datetime
  InstantParts instant{};  ///< timestamp
};
Cell absent();
Cell null();
Cell integer(std::int64_t v);
Cell real(double v, CellKind kind = CellKind::float64);
Cell text(std::string v, CellKind kind = CellKind::string);
Cell temporal(CellKind kind, TimeParts parts);
Cell instant(std::int64_t seconds, std::uint32_t micros);
using Cells = std::vector<Cell>;

struct Change {
  Cells before, after;  ///< one of them empty for inserts and deletes
};

// Event bodies.
std::string format_description(std::string_view version, ChecksumAlgorithm checksum,
                               std::uint32_t created = 0);
std::string rotate(std::string_view file, std::uint64_t position = 4);
std::string query(std::string_view database, std::string_view sql, std::uint32_t thread = 1,
                  std::string_view status = {});
std::string xid(std::uint64_t id);
std::string gtid(const GtidEvent& g);  ///< GTID and ANONYMOUS_GTID
std::string gtid_tagged(const GtidEvent& g);
std::string table_map(const TableMap& map, bool full_metadata = true);
/// Which columns an image holds follows from the first change: absent cells are not in it.
std::string rows(RowsKind kind, const TableMap& map, const std::vector<Change>& changes, bool v2 = true);
std::string rows_query(std::string_view sql);
std::string mariadb_gtid(const MariaDbGtid& g, std::uint8_t flags);
/// Rewrites the part of a body after `head` bytes as MariaDB's log_bin_compress does.
std::string mariadb_compressed(std::string_view body, std::size_t head);
/// Whole events (without checksums) in a TRANSACTION_PAYLOAD.
std::string payload(const std::vector<std::string>& events, bool compress = true);

/// Bytes of one cell of such a column.
std::string cell(const TableMapColumn& column, const Cell& value);
std::string packed_decimal(std::string_view text, unsigned precision, unsigned scale);

/// Puts headers, positions and checksums around bodies.
class Log {
 public:
  explicit Log(ChecksumAlgorithm checksum = ChecksumAlgorithm::crc32) : checksum_(checksum) {}
  std::string event(EventType type, std::string_view body, std::uint16_t flags = 0);
  /// No checksum and no position: as inside of a payload.
  std::string inner(EventType type, std::string_view body) const;
  std::string format(std::string_view version = "8.0.15");
  std::uint32_t position = 4;
  bool positions =
      true;  ///< false: headers without one, as MariaDB 11.7 on writes them inside of a transaction
  std::uint32_t timestamp = 1'700'000'000, server_id = 1;

 private:
  ChecksumAlgorithm checksum_;
};

/// Binary JSON. Keys are written in the order given.
class Json {
 public:
  static Json null();
  static Json boolean(bool v);
  static Json integer(std::int64_t v);  ///< in the smallest signed form
  static Json u64(std::uint64_t v);
  static Json real(double v);
  static Json string(std::string_view v);
  static Json opaque(ColumnType type, std::string_view data);
  static Json array(const std::vector<Json>& items, bool large = false);
  static Json object(const std::vector<std::pair<std::string, Json>>& members, bool large = false);
  std::string document() const { return std::string(1, static_cast<char>(type_)) + data_; }

 private:
  Json(std::uint8_t type, std::string data) : type_(type), data_(std::move(data)) {}
  static Json container(std::uint8_t type, const std::vector<std::string>* keys,
                        const std::vector<Json>& items, bool large);
  bool inlined(bool large) const noexcept;
  std::uint8_t type_;
  std::string data_;
};

}  // namespace tandem::test::binlog_writer
