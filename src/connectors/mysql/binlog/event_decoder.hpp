#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "connectors/mysql/binlog/events.hpp"

#include <string>

namespace tandem::binlog {

/// Takes the envelope off packets: header, length, checksum. It reads FORMAT_DESCRIPTION events itself, for
/// the checksum's sake. One thread.
class EventDecoder {
 public:
  /// `verify_checksums` costs about 0.1 ns a byte; TCP and TLS have their own, so it is off unless asked for.
  explicit EventDecoder(bool verify_checksums = false) : verify_(verify_checksums) {}

  /// Errors: data (cut short, wrong checksum), fatal (encrypted logs, unknown checksum algorithms).
  Result<Event> decode(BytesView packet);

  ChecksumAlgorithm checksum() const noexcept { return checksum_; }
  const std::string& server_version() const noexcept { return server_version_; }
  bool from_mariadb() const noexcept { return server_version_.find("MariaDB") != std::string::npos; }

 private:
  Result<void> take_format(Event& event, BytesView packet);
  Result<void> verify(BytesView packet, EventType type) const;

  bool verify_;
  bool format_known_ = false;
  bool encrypted_ = false;  // MariaDB announces it to replicas, too, but sends them plain events
  ChecksumAlgorithm checksum_ = ChecksumAlgorithm::none;
  std::string server_version_;
};

}  // namespace tandem::binlog
