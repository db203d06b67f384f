#include "connectors/mysql/binlog/event.hpp"

namespace tandem::binlog {

std::string_view to_string(EventType type) noexcept {
  switch (type) {
    case EventType::unknown:
      return "UNKNOWN";
    case EventType::query:
      return "QUERY";
    case EventType::stop:
      return "STOP";
    case EventType::rotate:
      return "ROTATE";
    case EventType::intvar:
      return "INTVAR";
    case EventType::append_block:
      return "APPEND_BLOCK";
    case EventType::delete_file:
      return "DELETE_FILE";
    case EventType::rand:
      return "RAND";
    case EventType::user_var:
      return "USER_VAR";
    case EventType::format_description:
      return "FORMAT_DESCRIPTION";
    case EventType::xid:
      return "XID";
    case EventType::begin_load_query:
      return "BEGIN_LOAD_QUERY";
    case EventType::execute_load_query:
      return "EXECUTE_LOAD_QUERY";
    case EventType::table_map:
      return "TABLE_MAP";
    case EventType::write_rows_v1:
      return "WRITE_ROWS_V1";
    case EventType::update_rows_v1:
      return "UPDATE_ROWS_V1";
    case EventType::delete_rows_v1:
      return "DELETE_ROWS_V1";
    case EventType::incident:
      return "INCIDENT";
    case EventType::heartbeat:
      return "HEARTBEAT";
    case EventType::ignorable:
      return "IGNORABLE";
    case EventType::rows_query:
      return "ROWS_QUERY";
    case EventType::write_rows:
      return "WRITE_ROWS";
    case EventType::update_rows:
      return "UPDATE_ROWS";
    case EventType::delete_rows:
      return "DELETE_ROWS";
    case EventType::gtid:
      return "GTID";
    case EventType::anonymous_gtid:
      return "ANONYMOUS_GTID";
    case EventType::previous_gtids:
      return "PREVIOUS_GTIDS";
    case EventType::transaction_context:
      return "TRANSACTION_CONTEXT";
    case EventType::view_change:
      return "VIEW_CHANGE";
    case EventType::xa_prepare:
      return "XA_PREPARE";
    case EventType::partial_update_rows:
      return "PARTIAL_UPDATE_ROWS";
    case EventType::transaction_payload:
      return "TRANSACTION_PAYLOAD";
    case EventType::heartbeat_v2:
      return "HEARTBEAT_V2";
    case EventType::gtid_tagged:
      return "GTID_TAGGED";
    case EventType::mariadb_annotate_rows:
      return "ANNOTATE_ROWS";
    case EventType::mariadb_binlog_checkpoint:
      return "BINLOG_CHECKPOINT";
    case EventType::mariadb_gtid:
      return "MARIADB_GTID";
    case EventType::mariadb_gtid_list:
      return "MARIADB_GTID_LIST";
    case EventType::mariadb_start_encryption:
      return "START_ENCRYPTION";
    case EventType::mariadb_query_compressed:
      return "QUERY_COMPRESSED";
    case EventType::mariadb_write_rows_compressed_v1:
      return "WRITE_ROWS_COMPRESSED_V1";
    case EventType::mariadb_update_rows_compressed_v1:
      return "UPDATE_ROWS_COMPRESSED_V1";
    case EventType::mariadb_delete_rows_compressed_v1:
      return "DELETE_ROWS_COMPRESSED_V1";
    case EventType::mariadb_write_rows_compressed:
      return "WRITE_ROWS_COMPRESSED";
    case EventType::mariadb_update_rows_compressed:
      return "UPDATE_ROWS_COMPRESSED";
    case EventType::mariadb_delete_rows_compressed:
      return "DELETE_ROWS_COMPRESSED";
  }
  return "of a type this version does not know";
}

bool read_event_header(ByteReader& in, EventHeader& out) noexcept {
  if (in.remaining() < kEventHeaderBytes) {
    return false;
  }
  std::uint8_t type = 0;
  in.read(out.timestamp);
  in.read(type);
  in.read(out.server_id);
  in.read(out.size);
  in.read(out.end_position);
  in.read(out.flags);
  out.type = static_cast<EventType>(type);
  return true;
}

}  // namespace tandem::binlog
