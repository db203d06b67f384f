#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tandem/topics/topics.hpp"
#include "topics/kafka/client_config.hpp"
#include "topics/kafka/handles.hpp"

namespace tandem::topics::kafka {

/// librdkafka producer. Delivery reports come as events on the caller's thread; each carries a pointer into its
/// batch's slots as opaque, so that nothing is allocated per record here.
class KafkaProducer final : public Producer {
 public:
  /// Throws TandemError(config).
  KafkaProducer(const ClientSettings& settings, DeliveryListener& listener);
  ~KafkaProducer() override;

  bool atomic_batches() const noexcept override { return false; }
  void send(std::uint64_t batch, std::span<const OutRecord> records, std::stop_token stop) override;
  void poll(std::chrono::milliseconds wait) override;
  bool flush(std::chrono::milliseconds limit) override;
  std::size_t bytes_in_flight() const noexcept override { return in_flight_; }
  void wake() noexcept override;

 private:
  struct SendBatch;
  struct Slot {
    SendBatch* batch;
  };
  struct SendBatch {
    std::uint64_t id = 0;
    std::size_t open = 0;  ///< records without a report yet; one more while send() runs
    std::vector<Slot> slots;
  };
  struct Early {
    Slot* slot;
    Error error;
  };

  void produce(const OutRecord& record, Slot* slot, const std::stop_token& stop);
  rd_kafka_topic_t* topic(std::string_view name);
  SendBatch* open_batch(std::uint64_t id, std::size_t records);
  void settle(Slot* slot, const Error* error);
  void close_one(SendBatch* batch);
  void serve(int wait_ms);
  void serve_early();
  void on_error(rd_kafka_event_t* event);

  DeliveryListener& listener_;
  const std::size_t limit_;
  std::size_t in_flight_ = 0;
  std::vector<std::unique_ptr<SendBatch>> batches_;
  std::vector<SendBatch*> free_;
  std::deque<Early> early_;      ///< refused before they left; reported by the next poll
  std::deque<SendBatch*> done_;  ///< nothing left open when send() ended
  // Destroyed before what its messages point to.
  Client client_;
  Queue queue_;
  std::map<std::string, TopicHandle, std::less<>> topics_;
  std::string last_name_;
  rd_kafka_topic_t* last_ = nullptr;
};

}  // namespace tandem::topics::kafka
