#pragma once
#include "topics/embedded/log.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>

namespace tandem::topics::embedded {

/// Hands batches to the log's writer thread; acknowledgements wait in a box until the caller polls.
class LogProducer final : public Producer {
 public:
  /// `limit` is buffer.memory; more than the group in the writer and the one behind it is not used, it only
  /// costs memory.
  LogProducer(Log& log, std::size_t limit, std::size_t largest, DeliveryListener& listener);
  ~LogProducer() override;

  bool atomic_batches() const noexcept override { return true; }
  void send(std::uint64_t batch, std::span<const OutRecord> records, std::stop_token stop) override;
  void poll(std::chrono::milliseconds wait) override;
  bool flush(std::chrono::milliseconds limit) override;
  std::size_t bytes_in_flight() const noexcept override;
  void wake() noexcept override;

 private:
  struct Box {
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::uint64_t> done;
    std::size_t bytes = 0, batches = 0;
    bool woken = false;
  };
  Log& log_;
  const std::size_t limit_, largest_;
  DeliveryListener& listener_;
  std::shared_ptr<Box> box_ = std::make_shared<Box>();
  std::deque<DeliveryFailure> failures_;
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace tandem::topics::embedded
