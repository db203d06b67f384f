#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

constexpr std::uint64_t kHasOriginalTime = 1ULL << 55;
constexpr std::uint32_t kHasOriginalVersion = 1U << 31;

Error cut(const Event& event) { return broken_event(event.header.type, "it is cut short"); }

/// What servers from 5.7 on append, each part only from some version on. Gtid_event of
/// libbinlogevents/src/control_events.cpp.
bool read_tail(ByteReader& in, GtidEvent& g) noexcept {
  std::uint8_t kind = 0;
  if (!in.read(kind) || kind != 2) {
    return true;  // 5.6 has no logical clock
  }
  if (!in.read(g.last_committed) || !in.read(g.sequence_number)) {
    return false;
  }
  if (!in.read_uint(g.immediate_commit_us, 7)) {
    return true;
  }
  g.original_commit_us = g.immediate_commit_us & ~kHasOriginalTime;
  if ((g.immediate_commit_us & kHasOriginalTime) != 0) {
    g.immediate_commit_us &= ~kHasOriginalTime;
    if (!in.read_uint(g.original_commit_us, 7)) {
      return false;
    }
  }
  std::uint64_t length = 0;
  if (!read_lenenc(in, length)) {
    return true;
  }
  g.transaction_length = length;
  std::uint32_t version = 0;
  if (!in.read(version)) {
    return true;
  }
  g.immediate_server_version = g.original_server_version = version & ~kHasOriginalVersion;
  return (version & kHasOriginalVersion) == 0 || in.read(g.original_server_version);
}

/// Gtid_event::define_fields of MySQL 8.3, libs/mysql/binlog/event/control_events.h.
bool read_tagged_field(ByteReader& in, std::uint64_t id, GtidEvent& g, bool& has_time,
                       bool& has_version) noexcept {
  std::uint64_t v = 0;
  switch (id) {
    case 0:
      if (!read_varlen(in, v)) {
        return false;
      }
      g.may_have_sbr = (v & 1) != 0;
      return true;
    case 1:
      for (auto& byte : g.uuid) {
        if (!read_varlen(in, v) || v > 0xFF) {
          return false;
        }
        byte = static_cast<std::uint8_t>(v);
      }
      return true;
    case 2:
      return read_varlen_signed(in, g.number);
    case 3: {
      BytesView tag;
      if (!read_varlen(in, v) || v > 32 || !in.read_bytes(tag, v)) {
        return false;
      }
      g.tag = tag;
      return true;
    }
    case 4:
      return read_varlen_signed(in, g.last_committed);
    case 5:
      return read_varlen_signed(in, g.sequence_number);
    case 6:
      return read_varlen(in, g.immediate_commit_us);
    case 7:
      has_time = true;
      return read_varlen(in, g.original_commit_us);
    case 8:
      if (!read_varlen(in, v)) {
        return false;
      }
      g.transaction_length = v;
      return true;
    case 9:
      if (!read_varlen(in, v)) {
        return false;
      }
      g.immediate_server_version = static_cast<std::uint32_t>(v);
      return true;
    case 10:
      if (!read_varlen(in, v)) {
        return false;
      }
      g.original_server_version = static_cast<std::uint32_t>(v);
      has_version = true;
      return true;
    default:
      return false;  // later fields have shapes that we cannot pass over: stop reading
  }
}

Result<GtidEvent> parse_tagged(const Event& event) {
  GtidEvent g;
  ByteReader in(event.body);
  std::uint64_t version = 0, size = 0, last_needed = 0, id = 0;
  if (!read_varlen(in, version) || !read_varlen(in, size) || !read_varlen(in, last_needed)) {
    return cut(event);
  }
  bool has_time = false, has_version = false;
  std::uint64_t last = 0;
  while (!in.empty() && read_varlen(in, id)) {
    if (id > 10) {
      break;
    }
    if (!read_tagged_field(in, id, g, has_time, has_version)) {
      return cut(event);
    }
    last = id;
  }
  if (last < 5 || g.number < 1) {
    return cut(event);
  }
  if (last_needed > 11) {
    return Error(ErrorKind::fatal,
                 fmt::format("the server writes GTID events with field {}, which this version does not know",
                             last_needed),
                 "use a newer version of this program");
  }
  if (!has_time) {
    g.original_commit_us = g.immediate_commit_us;
  }
  if (!has_version) {
    g.original_server_version = g.immediate_server_version;
  }
  return g;
}

}  // namespace

std::string GtidEvent::text() const {
  if (anonymous) {
    return {};
  }
  std::string out;
  append_uuid(out, uuid);
  if (!tag.empty()) {
    out += ':';
    out += tag;
  }
  fmt::format_to(std::back_inserter(out), ":{}", number);
  return out;
}

Result<GtidEvent> parse_gtid(const Event& event) {
  if (event.header.type == EventType::gtid_tagged) {
    return parse_tagged(event);
  }
  GtidEvent g;
  g.anonymous = event.header.type == EventType::anonymous_gtid;
  ByteReader in(event.body);
  std::uint8_t flags = 0;
  BytesView uuid;
  if (!in.read(flags) || !in.read_bytes(uuid, 16) || !in.read(g.number) || !read_tail(in, g)) {
    return cut(event);
  }
  g.may_have_sbr = (flags & 1) != 0;
  std::memcpy(g.uuid.data(), uuid.data(), 16);
  return g;
}

}  // namespace tandem::binlog
