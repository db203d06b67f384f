#pragma once
#include "connectors/clients/mysql/packet_source.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tandem::mysql {

/// Reads a PacketSource on a thread of its own into a buffer bounded in bytes, so that the task's thread
/// never blocks on the socket and the server never waits for us while a batch is being worked on. take() is
/// the task's.
class PacketPump {
 public:
  /// Packets one after the other.
  struct Chunk {
    std::string bytes;
    std::vector<std::uint32_t> sizes;
    bool empty() const noexcept { return sizes.empty(); }
    /// Room that only one large packet needed is given back.
    void clear(std::size_t keep = SIZE_MAX) noexcept {
      if (bytes.capacity() > keep) {
        std::string().swap(bytes);  // an assignment would keep the room
      }
      bytes.clear();
      sizes.clear();
    }
  };
  PacketPump(std::unique_ptr<PacketSource> source, std::size_t max_bytes);
  ~PacketPump();

  /// Swaps what has come into `out` (which is cleared); waits up to `wait` for the first packet. False:
  /// nothing came. Throws the source's error once everything before it has been taken.
  bool take(Chunk& out, std::chrono::milliseconds wait);
  /// Bytes read and not yet taken; any thread.
  std::size_t waiting_bytes() const;

 private:
  void run(std::stop_token stop);
  std::unique_ptr<PacketSource> source_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Chunk chunk_;
  std::optional<Error> error_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tandem::mysql
