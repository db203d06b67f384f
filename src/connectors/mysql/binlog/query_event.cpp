#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/binlog/wire.hpp"

namespace tandem::binlog {
namespace {

/// Q_* codes of libbinlogevents/include/statement_events.h; each has its own shape, so an unknown one ends
/// the reading (they are written in rising order of age, those we need come first).
bool read_status_variables(BytesView bytes, Query& q) noexcept {
  ByteReader in(bytes);
  std::uint8_t code = 0, size = 0;
  BytesView skipped;
  while (in.read(code)) {
    switch (code) {
      case 0:  // Q_FLAGS2_CODE
        if (!in.skip(4)) {
          return false;
        }
        break;
      case 1: {  // Q_SQL_MODE_CODE
        std::uint64_t mode = 0;
        if (!in.read(mode)) {
          return false;
        }
        q.sql_mode = mode;
        break;
      }
      case 2:  // Q_CATALOG: length, text, NUL
        if (!in.read(size) || !in.skip(size + 1U)) {
          return false;
        }
        break;
      case 3:  // Q_AUTO_INCREMENT
        if (!in.skip(4)) {
          return false;
        }
        break;
      case 4: {  // Q_CHARSET_CODE
        std::uint16_t client = 0, connection = 0, server = 0;
        if (!in.read(client) || !in.read(connection) || !in.read(server)) {
          return false;
        }
        q.client_charset = client;
        q.collation = connection;
        q.server_collation = server;
        break;
      }
      case 5:  // Q_TIME_ZONE_CODE
        if (!in.read(size) || !in.read_bytes(q.time_zone, size)) {
          return false;
        }
        break;
      case 6:  // Q_CATALOG_NZ_CODE
        if (!in.read(size) || !in.skip(size)) {
          return false;
        }
        break;
      case 7:  // Q_LC_TIME_NAMES_CODE
      case 8:  // Q_CHARSET_DATABASE_CODE
        if (!in.skip(2)) {
          return false;
        }
        break;
      case 9:  // Q_TABLE_MAP_FOR_UPDATE_CODE
        if (!in.skip(8)) {
          return false;
        }
        break;
      case 10:  // Q_MASTER_DATA_WRITTEN_CODE
        if (!in.skip(4)) {
          return false;
        }
        break;
      case 11:  // Q_INVOKER: user and host
        if (!in.read(size) || !in.skip(size) || !in.read(size) || !in.skip(size)) {
          return false;
        }
        break;
      case 12: {  // Q_UPDATED_DB_NAMES: 254 means too many to list
        if (!in.read(size)) {
          return false;
        }
        for (std::uint8_t i = 0; size != 254 && i < size; ++i) {
          if (!in.read_cstring(skipped)) {
            return false;
          }
        }
        break;
      }
      case 13: {  // Q_MICROSECONDS
        std::uint64_t us = 0;
        if (!in.read_uint(us, 3)) {
          return false;
        }
        q.microseconds = static_cast<std::uint32_t>(us);
        break;
      }
      case 16:  // Q_EXPLICIT_DEFAULTS_FOR_TIMESTAMP
      case 19:  // Q_SQL_REQUIRE_PRIMARY_KEY
      case 20:  // Q_DEFAULT_TABLE_ENCRYPTION
        if (!in.skip(1)) {
          return false;
        }
        break;
      case 17: {  // Q_DDL_LOGGED_WITH_XID
        std::uint64_t xid = 0;
        if (!in.read(xid)) {
          return false;
        }
        q.ddl_xid = xid;
        break;
      }
      case 18:  // Q_DEFAULT_COLLATION_FOR_UTF8MB4
        if (!in.skip(2)) {
          return false;
        }
        break;
      default:
        return true;
    }
  }
  return true;
}

}  // namespace

Result<Query> parse_query(const Event& event, std::string& plain) {
  Query q;
  ByteReader in(event.body);
  std::uint8_t database_size = 0;
  std::uint16_t status_size = 0;
  BytesView status;
  if (!in.read(q.thread_id) || !in.read(q.seconds) || !in.read(database_size) || !in.read(q.error_code) ||
      !in.read(status_size) || !in.read_bytes(status, status_size) ||
      !in.read_bytes(q.database, database_size) || !in.skip(1) || !read_status_variables(status, q)) {
    return broken_event(event.header.type, "it is cut short");
  }
  q.sql = in.rest();
  if (event.header.type == EventType::mariadb_query_compressed) {
    BOOST_OUTCOME_TRY(uncompress_mariadb(q.sql, plain));
    q.sql = plain;
  }
  return q;
}

}  // namespace tandem::binlog
