#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "tandem/base/bytes.hpp"
#include "tandem/base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Small encodings that several events share.
namespace tandem::binlog {

/// Length-encoded integer of the MySQL protocol: 1, 3, 4 or 9 bytes. False when cut, or 0xFB (NULL) or 0xFF.
inline bool read_lenenc(ByteReader& in, std::uint64_t& out) noexcept {
  ByteReader at = in;
  std::uint8_t first = 0;
  if (!at.read(first)) {
    return false;
  }
  if (first < 0xFB) {
    out = first;
  } else if (first == 0xFB || first == 0xFF ||
             !at.read_uint(out, first == 0xFC   ? 2
                                : first == 0xFD ? 3
                                                : 8)) {
    return false;
  }
  in = at;
  return true;
}

inline bool read_lenenc_string(ByteReader& in, BytesView& out) noexcept {
  ByteReader at = in;
  std::uint64_t size = 0;
  if (!read_lenenc(at, size) || !at.read_bytes(out, size)) {
    return false;
  }
  in = at;
  return true;
}

/// Variable-length integer of MySQL 8.3's serialization library (libs/mysql/serialization): the number of
/// trailing one bits of the first byte is the number of further bytes. Used by tagged GTIDs.
inline bool read_varlen(ByteReader& in, std::uint64_t& out) noexcept {
  if (in.empty()) {
    return false;
  }
  const auto first = static_cast<unsigned char>(*in.position());
  unsigned more = 0;
  while (more < 8 && (first >> more & 1U) != 0) {
    ++more;
  }
  if (more == 8) {
    ByteReader at = in;
    if (!at.skip(1) || !at.read_uint(out, 8)) {
      return false;
    }
    in = at;
    return true;
  }
  if (!in.read_uint(out, more + 1)) {
    return false;
  }
  out >>= more + 1;
  return true;
}

inline bool read_varlen_signed(ByteReader& in, std::int64_t& out) noexcept {
  std::uint64_t v = 0;
  if (!read_varlen(in, v)) {
    return false;
  }
  out = static_cast<std::int64_t>(v >> 1 ^ (~(v & 1) + 1));
  return true;
}

/// "the … event is cut short or broken: what".
Error broken_event(EventType type, std::string what);

}  // namespace tandem::binlog
