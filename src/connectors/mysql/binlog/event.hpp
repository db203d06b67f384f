#pragma once
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace tandem::binlog {

/// Log_event_type of MySQL libbinlogevents/include/binlog_event.h; from 160 on MariaDB sql/log_event.h.
enum class EventType : std::uint8_t {
  unknown = 0,
  query = 2,
  stop = 3,
  rotate = 4,
  intvar = 5,
  append_block = 9,
  delete_file = 11,
  rand = 13,
  user_var = 14,
  format_description = 15,
  xid = 16,
  begin_load_query = 17,
  execute_load_query = 18,
  table_map = 19,
  write_rows_v1 = 23,
  update_rows_v1 = 24,
  delete_rows_v1 = 25,
  incident = 26,
  heartbeat = 27,
  ignorable = 28,
  rows_query = 29,
  write_rows = 30,
  update_rows = 31,
  delete_rows = 32,
  gtid = 33,
  anonymous_gtid = 34,
  previous_gtids = 35,
  transaction_context = 36,
  view_change = 37,
  xa_prepare = 38,
  partial_update_rows = 39,
  transaction_payload = 40,
  heartbeat_v2 = 41,
  gtid_tagged = 42,
  mariadb_annotate_rows = 160,
  mariadb_binlog_checkpoint = 161,
  mariadb_gtid = 162,
  mariadb_gtid_list = 163,
  mariadb_start_encryption = 164,
  mariadb_query_compressed = 165,
  mariadb_write_rows_compressed_v1 = 166,
  mariadb_update_rows_compressed_v1 = 167,
  mariadb_delete_rows_compressed_v1 = 168,
  mariadb_write_rows_compressed = 169,
  mariadb_update_rows_compressed = 170,
  mariadb_delete_rows_compressed = 171,
};

std::string_view to_string(EventType type) noexcept;

inline constexpr std::size_t kEventHeaderBytes = 19;
inline constexpr std::uint16_t kFlagArtificial =
    0x20;  ///< made up by the server for this dump, not in the file
inline constexpr std::uint16_t kFlagIgnorable = 0x80;  ///< whoever does not know the type may pass over it

struct EventHeader {
  std::uint32_t timestamp = 0;  ///< seconds since the epoch, of the statement's start
  EventType type = EventType::unknown;
  std::uint32_t server_id = 0;
  std::uint32_t size = 0;  ///< with header and checksum
  std::uint32_t end_position =
      0;  ///< low 32 bits; 0 in artificial events and inside of compressed transactions
  std::uint16_t flags = 0;

  bool artificial() const noexcept { return (flags & kFlagArtificial) != 0; }
};

/// An event with its envelope taken off. `body` is what stands between header and checksum.
struct Event {
  EventHeader header;
  BytesView body;
};

/// False when there are fewer than 19 bytes.
bool read_event_header(ByteReader& in, EventHeader& out) noexcept;

}  // namespace tandem::binlog
