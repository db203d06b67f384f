#include "tests/support/binlog_writer.hpp"

#include "tests/support/binlog_bytes.hpp"

#include <zlib.h>
#include <zstd.h>

namespace tandem::test::binlog_writer {

std::string format_description(std::string_view version, ChecksumAlgorithm checksum, std::uint32_t created) {
  std::string out;
  put(out, 4, 2);
  out += version;
  out.resize(52, '\0');
  put(out, created, 4);
  out += static_cast<char>(kEventHeaderBytes);
  out += std::string(40, '\x08');  // post-header lengths; the decoder goes by the event types' own shapes
  out += static_cast<char>(checksum);
  return out;
}

std::string rotate(std::string_view file, std::uint64_t position) {
  std::string out;
  put(out, position, 8);
  return out + std::string(file);
}

std::string query(std::string_view database, std::string_view sql, std::uint32_t thread,
                  std::string_view status) {
  std::string out;
  put(out, thread, 4);
  put(out, 0, 4);
  put(out, database.size(), 1);
  put(out, 0, 2);
  put(out, status.size(), 2);
  out += status;
  out += database;
  out += '\0';
  return out + std::string(sql);
}

std::string xid(std::uint64_t id) {
  std::string out;
  put(out, id, 8);
  return out;
}

std::string gtid(const GtidEvent& g) {
  std::string out;
  put(out, g.may_have_sbr ? 1 : 0, 1);
  out.append(reinterpret_cast<const char*>(g.uuid.data()), 16);
  put(out, static_cast<std::uint64_t>(g.number), 8);
  out += '\2';
  put(out, static_cast<std::uint64_t>(g.last_committed), 8);
  put(out, static_cast<std::uint64_t>(g.sequence_number), 8);
  const bool two_times = g.original_commit_us != g.immediate_commit_us;
  put(out, g.immediate_commit_us | (two_times ? 1ULL << 55 : 0), 7);
  if (two_times) {
    put(out, g.original_commit_us, 7);
  }
  put_lenenc(out, g.transaction_length.value_or(0));
  const bool two_versions = g.original_server_version != g.immediate_server_version;
  put(out, g.immediate_server_version | (two_versions ? 1U << 31 : 0), 4);
  if (two_versions) {
    put(out, g.original_server_version, 4);
  }
  return out;
}

std::string gtid_tagged(const GtidEvent& g) {
  std::string fields;
  const auto field = [&](std::uint64_t id, std::uint64_t value) {
    put_varlen(fields, id);
    put_varlen(fields, value);
  };
  field(0, g.may_have_sbr ? 1 : 0);
  put_varlen(fields, 1);
  for (auto byte : g.uuid) {
    put_varlen(fields, byte);
  }
  put_varlen(fields, 2);
  put_varlen_signed(fields, g.number);
  put_varlen(fields, 3);
  put_varlen(fields, g.tag.size());
  fields += g.tag;
  put_varlen(fields, 4);
  put_varlen_signed(fields, g.last_committed);
  put_varlen(fields, 5);
  put_varlen_signed(fields, g.sequence_number);
  field(6, g.immediate_commit_us);
  if (g.original_commit_us != g.immediate_commit_us) {
    field(7, g.original_commit_us);
  }
  field(8, g.transaction_length.value_or(0));
  field(9, g.immediate_server_version);
  if (g.original_server_version != g.immediate_server_version) {
    field(10, g.original_server_version);
  }
  std::string out;
  put_varlen(out, 1);
  put_varlen(out, fields.size() + 3);
  put_varlen(out, 0);
  return out + fields;
}

std::string rows_query(std::string_view sql) {
  std::string out;
  put(out, sql.size(), 1);
  return out + std::string(sql);
}

std::string mariadb_gtid(const MariaDbGtid& g, std::uint8_t flags) {
  std::string out;
  put(out, g.sequence, 8);
  put(out, g.domain, 4);
  put(out, flags, 1);
  return out + std::string(6, '\0');
}

std::string mariadb_compressed(std::string_view body, std::size_t head) {
  std::string out(body.substr(0, head));
  const auto plain = body.substr(head);
  out += '\x84';
  put_be(out, plain.size(), 4);
  std::string packed(compressBound(plain.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
           plain.size());
  return out + packed.substr(0, size);
}

std::string payload(const std::vector<std::string>& events, bool compress) {
  std::string plain;
  for (const auto& e : events) {
    plain += e;
  }
  std::string packed = plain;
  if (compress) {
    packed.resize(ZSTD_compressBound(plain.size()));
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  }
  std::string out;
  const auto field = [&](std::uint64_t type, std::uint64_t value) {
    std::string number;
    put_lenenc(number, value);
    put_lenenc(out, type);
    put_lenenc(out, number);
  };
  field(2, compress ? 0 : 255);
  field(3, plain.size());
  field(1, packed.size());
  put_lenenc(out, 0);
  return out + packed;
}

std::string Log::inner(EventType type, std::string_view body) const {
  std::string out;
  put(out, timestamp, 4);
  put(out, static_cast<std::uint8_t>(type), 1);
  put(out, server_id, 4);
  put(out, kEventHeaderBytes + body.size(), 4);
  put(out, 0, 4);
  put(out, 0, 2);
  return out + std::string(body);
}

std::string Log::event(EventType type, std::string_view body, std::uint16_t flags) {
  const bool sum = checksum_ == ChecksumAlgorithm::crc32 || type == EventType::format_description;
  const std::size_t size = kEventHeaderBytes + body.size() + (sum ? 4 : 0);
  const bool artificial = (flags & kFlagArtificial) != 0;
  position += artificial ? 0 : static_cast<std::uint32_t>(size);
  std::string out;
  put(out, timestamp, 4);
  put(out, static_cast<std::uint8_t>(type), 1);
  put(out, server_id, 4);
  put(out, size, 4);
  put(out, artificial || !positions ? 0 : position, 4);
  put(out, flags, 2);
  out += body;
  if (sum) {
    put(out, crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size()), 4);
  }
  return out;
}

std::string Log::format(std::string_view version) {
  return event(EventType::format_description, format_description(version, checksum_));
}

}  // namespace tandem::test::binlog_writer
