#include "connectors/mysql/packet_pump.hpp"

namespace tandem::mysql {

PacketPump::PacketPump(std::unique_ptr<PacketSource> source, std::size_t max_bytes)
    : source_(std::move(source)),
      max_bytes_(max_bytes),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

PacketPump::~PacketPump() = default;

void PacketPump::run(std::stop_token stop) {
  std::optional<Error> error;
  try {
    while (!stop.stop_requested()) {
      auto packet = source_->next(stop);
      if (!packet.has_value()) {
        error = std::move(packet.error());
        break;
      }
      if (!packet.value()) {
        error = Error(ErrorKind::transient, "the server ended the binlog dump");
        break;
      }
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return chunk_.bytes.size() < max_bytes_; });
      const bool first = chunk_.empty();
      chunk_.bytes.append(*packet.value());
      chunk_.sizes.push_back(static_cast<std::uint32_t>(packet.value()->size()));
      if (first) {
        changed_.notify_all();
      }
    }
  } catch (const std::exception&) {
    error = current_error();
  }
  const std::lock_guard lock(mutex_);
  error_ = error ? std::move(error) : Error(ErrorKind::cancelled, "stopped");
  changed_.notify_all();
}

std::size_t PacketPump::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return chunk_.bytes.size();
}

bool PacketPump::take(Chunk& out, std::chrono::milliseconds wait) {
  out.clear(2 * max_bytes_);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [&] { return !chunk_.empty() || error_; });
  if (!chunk_.empty()) {
    std::swap(out, chunk_);
    changed_.notify_all();
    return true;
  }
  if (error_) {
    throw TandemError(*error_);
  }
  return false;
}

}  // namespace tandem::mysql
