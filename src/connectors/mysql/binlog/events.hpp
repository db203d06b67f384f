#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "connectors/mysql/binlog/gtid.hpp"
#include "tandem/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The small events as structs. Views point into the event's bytes.
namespace tandem::binlog {

enum class ChecksumAlgorithm : std::uint8_t { none = 0, crc32 = 1 };

struct FormatDescription {
  std::uint16_t binlog_version = 4;
  std::string_view server_version;
  std::uint32_t created = 0;  ///< seconds; not 0 when the server had just started
  ChecksumAlgorithm checksum = ChecksumAlgorithm::none;
  std::string_view post_header_lengths;  ///< one byte a type, from type 1 on
};

struct Rotate {
  std::uint64_t position = 4;
  std::string_view file;
};

struct Query {
  std::uint32_t thread_id = 0;
  std::uint32_t seconds = 0;  ///< execution time
  std::uint16_t error_code = 0;
  std::string_view database;  ///< the default database
  std::string_view sql;
  std::optional<std::uint64_t> sql_mode;
  std::optional<std::uint16_t> client_charset, collation, server_collation;  ///< collation ids
  std::optional<std::uint64_t> ddl_xid;                                      ///< of an atomic DDL
  std::optional<std::uint32_t> microseconds;
  std::string_view time_zone;
};

/// GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT and GTID_TAGGED_LOG_EVENT.
struct GtidEvent {
  bool anonymous = false;
  bool may_have_sbr = false;  ///< flag 1: statements may be in statement format
  Uuid uuid{};
  std::string_view tag;
  std::int64_t number = 0;
  std::int64_t last_committed = 0, sequence_number = 0;
  /// Microseconds since the epoch; 0 when the server is older than 8.0.1.
  std::uint64_t immediate_commit_us = 0, original_commit_us = 0;
  std::optional<std::uint64_t> transaction_length;  ///< bytes of the whole transaction, this event included
  std::uint32_t immediate_server_version = 0, original_server_version = 0;  ///< 80015; 0 unknown

  std::string text() const;  ///< "uuid:5", "uuid:tag:5"; empty when anonymous
};

struct MariaDbGtidEvent {
  MariaDbGtid gtid;  ///< its server id comes from the event's header
  std::uint8_t flags = 0;
};

Result<FormatDescription> parse_format_description(const Event& event);
Result<Rotate> parse_rotate(const Event& event);
/// `plain` receives the statement of a MariaDB QUERY_COMPRESSED event; the views of such a result point into
/// it.
Result<Query> parse_query(const Event& event, std::string& plain);
Result<GtidEvent> parse_gtid(const Event& event);
Result<MariaDbGtidEvent> parse_mariadb_gtid(const Event& event);
/// ROWS_QUERY and MariaDB's ANNOTATE_ROWS: the statement that made the rows.
Result<std::string_view> parse_rows_query(const Event& event);

}  // namespace tandem::binlog
