#include "connectors/mysql/binlog/events.hpp"

#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

std::string_view up_to_nul(BytesView field) noexcept { return field.substr(0, field.find('\0')); }

Error cut(const Event& event) { return broken_event(event.header.type, "it is cut short"); }

/// X'…' in hex, as XA RECOVER CONVERT XID shows it.
void append_xid_part(std::string& out, BytesView bytes) {
  out += "X'";
  out += to_hex(bytes);
  out += '\'';
}

}  // namespace

Result<FormatDescription> parse_format_description(const Event& event) {
  FormatDescription f;
  ByteReader in(event.body);
  BytesView version;
  std::uint8_t header_bytes = 0;
  if (!in.read(f.binlog_version) || !in.read_bytes(version, 50) || !in.read(f.created) ||
      !in.read(header_bytes)) {
    return cut(event);
  }
  if (f.binlog_version != 4 || header_bytes != kEventHeaderBytes) {
    return Error(ErrorKind::fatal,
                 fmt::format("binlog format version {} with headers of {} bytes is not supported",
                             f.binlog_version, header_bytes),
                 "use a server of version 5.6 or newer");
  }
  f.server_version = up_to_nul(version);
  f.post_header_lengths = in.rest();
  return f;
}

Result<Rotate> parse_rotate(const Event& event) {
  Rotate r;
  ByteReader in(event.body);
  if (!in.read(r.position)) {
    return cut(event);
  }
  r.file = in.rest();
  return r;
}

Result<std::uint64_t> parse_xid(const Event& event) {
  std::uint64_t xid = 0;
  ByteReader in(event.body);
  if (!in.read(xid)) {
    return cut(event);
  }
  return xid;
}

Result<MariaDbGtidEvent> parse_mariadb_gtid(const Event& event) {
  MariaDbGtidEvent g;
  ByteReader in(event.body);
  if (!in.read(g.gtid.sequence) || !in.read(g.gtid.domain) || !in.read(g.flags)) {
    return cut(event);
  }
  g.gtid.server_id = event.header.server_id;
  return g;
}

Result<MariaDbGtidList> parse_mariadb_gtid_list(const Event& event) {
  ByteReader in(event.body);
  std::uint32_t count = 0;
  if (!in.read(count)) {
    return cut(event);
  }
  MariaDbGtidList list;
  for (count &= 0x0FFFFFFF; count > 0; --count) {  // the upper four bits are flags
    MariaDbGtid one;
    if (!in.read(one.domain) || !in.read(one.server_id) || !in.read(one.sequence)) {
      return cut(event);
    }
    list.add(one);
  }
  return list;
}

Result<Heartbeat> parse_heartbeat(const Event& event) {
  Heartbeat h;
  if (event.header.type == EventType::heartbeat) {
    h.file = event.body;
    h.position = event.header.end_position;
    return h;
  }
  // V2: fields of type, length and value; 0 ends, 1 is the file name, 2 the position (as length-encoded
  // integer).
  ByteReader in(event.body);
  std::uint8_t type = 0;
  while (in.read(type) && type != 0) {
    BytesView value;
    if (!read_lenenc_string(in, value)) {
      return cut(event);
    }
    ByteReader field(value);
    if (type == 1) {
      h.file = value;
    } else if (type == 2 && !read_lenenc(field, h.position)) {
      return cut(event);
    }
  }
  return h;
}

Result<Incident> parse_incident(const Event& event) {
  Incident i;
  ByteReader in(event.body);
  std::uint8_t size = 0;
  if (!in.read(i.number) || !in.read(size) || !in.read_bytes(i.message, size)) {
    return cut(event);
  }
  return i;
}

Result<std::string_view> parse_rows_query(const Event& event) {
  if (event.header.type == EventType::mariadb_annotate_rows) {
    return event.body;
  }
  if (event.body.empty()) {
    return cut(event);
  }
  return event.body.substr(1);  // its length byte is 8 bits of a longer number: the event's end counts
}

Result<std::string> parse_xa_prepare(const Event& event, bool& one_phase) {
  ByteReader in(event.body);
  std::uint8_t one = 0;
  std::uint32_t format = 0, gtrid_size = 0, bqual_size = 0;
  BytesView gtrid, bqual;
  if (!in.read(one) || !in.read(format) || !in.read(gtrid_size) || !in.read(bqual_size) ||
      !in.read_bytes(gtrid, gtrid_size) || !in.read_bytes(bqual, bqual_size)) {
    return cut(event);
  }
  one_phase = one != 0;
  std::string out;
  append_xid_part(out, gtrid);
  out += ',';
  append_xid_part(out, bqual);
  out += fmt::format(",{}", format);
  return out;
}

}  // namespace tandem::binlog
