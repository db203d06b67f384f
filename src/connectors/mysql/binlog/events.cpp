#include "connectors/mysql/binlog/events.hpp"

#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

std::string_view up_to_nul(BytesView field) noexcept { return field.substr(0, field.find('\0')); }

Error cut(const Event& event) { return broken_event(event.header.type, "it is cut short"); }

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

Result<MariaDbGtidEvent> parse_mariadb_gtid(const Event& event) {
  MariaDbGtidEvent g;
  ByteReader in(event.body);
  if (!in.read(g.gtid.sequence) || !in.read(g.gtid.domain) || !in.read(g.flags)) {
    return cut(event);
  }
  g.gtid.server_id = event.header.server_id;
  return g;
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

}  // namespace tandem::binlog
