#include "connectors/mysql/binlog/event_decoder.hpp"

#include "connectors/mysql/binlog/wire.hpp"

#include <charconv>

#include <fmt/format.h>
#include <zlib.h>

namespace tandem::binlog {
namespace {

constexpr std::size_t kChecksumBytes = 4;

/// Servers before 5.6.1 have no algorithm byte at the end of FORMAT_DESCRIPTION.
bool knows_checksums(std::string_view version) noexcept {
  int part[3] = {};
  const char* p = version.data();
  const char* const end = p + version.size();
  for (int& n : part) {
    const auto [next, ec] = std::from_chars(p, end, n);
    if (ec != std::errc{}) {
      break;
    }
    p = next;
    if (p == end || *p != '.') {
      break;
    }
    ++p;
  }
  const bool mariadb = version.find("MariaDB") != std::string_view::npos;
  const int number = part[0] * 10000 + part[1] * 100 + part[2];
  return number >= (mariadb ? 50300 : 50601);
}

}  // namespace

Result<void> EventDecoder::verify(BytesView packet, EventType type) const {
  const BytesView covered = packet.substr(0, packet.size() - kChecksumBytes);
  std::uint32_t stored = 0;
  ByteReader(packet.substr(covered.size())).read(stored);
  const auto computed =
      static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(covered.data()), covered.size()));
  if (stored != computed) {
    return broken_event(type, fmt::format("checksum {:08x}, computed {:08x}", stored, computed));
  }
  return boost::outcome_v2::success();
}

Result<void> EventDecoder::take_format(Event& event, BytesView packet) {
  BOOST_OUTCOME_TRY(const FormatDescription f, parse_format_description(event));
  server_version_ = f.server_version;
  checksum_ = ChecksumAlgorithm::none;
  if (knows_checksums(server_version_)) {
    // Algorithm byte and checksum are there even when the algorithm is "none".
    if (f.post_header_lengths.size() < 1 + kChecksumBytes) {
      return broken_event(event.header.type, "no checksum algorithm");
    }
    const auto algorithm = static_cast<std::uint8_t>(event.body[event.body.size() - kChecksumBytes - 1]);
    if (algorithm > 1) {
      return Error(ErrorKind::fatal, fmt::format("binlog checksum algorithm {} is not supported", algorithm),
                   "on the server: SET GLOBAL binlog_checksum = CRC32");
    }
    checksum_ = static_cast<ChecksumAlgorithm>(algorithm);
    event.body.remove_suffix(kChecksumBytes);
    if (verify_ && checksum_ == ChecksumAlgorithm::crc32) {
      BOOST_OUTCOME_TRY(verify(packet, event.header.type));
    }
  }
  format_known_ = true;
  encrypted_ = false;
  return boost::outcome_v2::success();
}

Result<Event> EventDecoder::decode(BytesView packet) {
  Event event;
  ByteReader in(packet);
  if (!read_event_header(in, event.header)) {
    return Error(ErrorKind::data,
                 fmt::format("a binlog packet of {} bytes holds no event header", packet.size()));
  }
  if (event.header.size != packet.size()) {
    if (encrypted_) {
      return Error(ErrorKind::fatal, "the events after START_ENCRYPTION are still encrypted",
                   "read from the server over the network, which decrypts, not from its files");
    }
    return broken_event(event.header.type,
                        fmt::format("{} bytes announced, {} received", event.header.size, packet.size()));
  }
  event.body = in.rest();
  if (event.header.type == EventType::format_description) {
    BOOST_OUTCOME_TRY(take_format(event, packet));
    return event;
  }
  if (event.header.type == EventType::mariadb_start_encryption) {
    encrypted_ = true;
  }
  // The made-up ROTATE that names the file comes before FORMAT_DESCRIPTION, with a checksum or without: its
  // CRC tells.
  if (!format_known_) {
    if (event.body.size() > kChecksumBytes && verify(packet, event.header.type).has_value()) {
      event.body.remove_suffix(kChecksumBytes);
    }
    return event;
  }
  if (checksum_ == ChecksumAlgorithm::crc32) {
    if (event.body.size() < kChecksumBytes) {
      return broken_event(event.header.type, "no room for its checksum");
    }
    if (verify_) {
      BOOST_OUTCOME_TRY(verify(packet, event.header.type));
    }
    event.body.remove_suffix(kChecksumBytes);
  }
  return event;
}

}  // namespace tandem::binlog
