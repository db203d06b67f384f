#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/result.hpp"

#include <optional>
#include <stop_token>

namespace tandem::mysql {

/// Where binlog events come from: a live connection, a recorded file, a script. One thread calls it.
class PacketSource {
 public:
  virtual ~PacketSource() = default;

  /// The next event, header first, without the protocol's status byte. Blocks until there is one. The bytes
  /// hold until the next call. nullopt: the source has ended in good order (a server does so only for a dump
  /// that does not wait). Errors: transient (connection lost), cancelled (`stop` requested), fatal and auth
  /// with a remedy.
  virtual Result<std::optional<BytesView>> next(std::stop_token stop) = 0;
};

}  // namespace tandem::mysql
