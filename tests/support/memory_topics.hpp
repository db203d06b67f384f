#pragma once
#include "tandem/topics/topics.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::testing {

/// Topics in memory, with faults on demand: the twin of both transports for tests of what stands above them.
/// Thread-safe.
class MemoryTopics final : public topics::Topics {
 public:
  struct Stored {
    std::optional<std::string> key, value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::int64_t timestamp_ms = 0;
  };
  /// Looks at a send before it is stored; may throw (nothing is stored) or return an error for the whole
  /// batch.
  using Fault = std::function<std::optional<Error>(std::span<const topics::OutRecord>)>;

  explicit MemoryTopics(bool atomic = true);
  ~MemoryTopics() override;

  void set_fault(Fault fault);
  /// Acknowledgements are held back until released.
  void hold_acks(bool hold);
  std::size_t owners_held() const;  ///< batches whose bytes somebody keeps for their producer
  std::vector<Stored> records(const std::string& topic) const;  ///< of all partitions, partition by partition
  std::vector<std::string> values(const std::string& topic) const;
  void put(const std::string& topic, std::optional<std::string> key, std::optional<std::string> value,
           std::int32_t partition = 0);
  topics::Offsets committed(const std::string& group) const;
  /// Takes every partition from the group's member and gives it back, as a rebalance does.
  void rebalance(const std::string& group);

  std::unique_ptr<topics::Producer> producer(const topics::ClientConfig& config,
                                             topics::DeliveryListener& listener) override;
  std::unique_ptr<topics::Consumer> consumer(const topics::ClientConfig& config) override;
  topics::Admin& admin() override;
  std::string_view kind() const noexcept override { return "memory"; }
  std::string cluster_id() override { return "memory"; }

  struct State;

 private:
  class MemoryAdmin;
  class MemoryProducer;
  class MemoryConsumer;
  std::shared_ptr<State> state_;
  std::unique_ptr<MemoryAdmin> admin_;
};

}  // namespace tandem::testing
