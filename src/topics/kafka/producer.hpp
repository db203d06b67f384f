#pragma once
#include "tandem/topics/topics.hpp"
#include "topics/kafka/client_config.hpp"
#include "topics/kafka/handles.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::topics::kafka {

/// librdkafka producer. Delivery reports come as events on the caller's thread; each carries a pointer into
/// its batch's slots as opaque, so that nothing is allocated per record here.
///
/// A broker refuses a whole request for one bad record, or because the request passes the topic's
/// max.message.bytes. The client is gapless: after a refusal it sends nothing more. What was not written is
/// then collected, sent again in the order of send() by a fresh client, each record in a request of its own,
/// and only a record refused alone fails.
class KafkaProducer final : public Producer {
 public:
  static constexpr std::size_t kRecordOverhead =
      256;  ///< what a queued message costs beside its bytes, about
  /// Throws TandemError(config).
  KafkaProducer(const ClientSettings& settings, DeliveryListener& listener);
  ~KafkaProducer() override;

  bool atomic_batches() const noexcept override { return false; }
  void send(std::uint64_t batch, std::span<const OutRecord> records, std::stop_token stop) override;
  void send_owned(std::uint64_t batch, std::span<const OutRecord> records, std::shared_ptr<const void> owner,
                  std::stop_token stop) override;
  void poll(std::chrono::milliseconds wait) override;
  bool flush(std::chrono::milliseconds limit) override;
  std::size_t bytes_in_flight() const noexcept override { return in_flight_; }
  void wake() noexcept override;

 private:
  struct SendBatch;
  struct Slot {
    SendBatch* batch;
    std::size_t bytes = 0;           ///< counted in in_flight_
    std::int64_t timestamp_ms = -1;  ///< the library does not tell that of a refused record
  };
  struct SendBatch {
    std::uint64_t id = 0;
    std::uint64_t number = 0;  ///< of the send(): order when sent again
    std::size_t open = 0;      ///< records without a report yet; one more while send() runs
    std::vector<Slot> slots;
    std::shared_ptr<const void> owner;  ///< of the values; nullptr: the client has copies
  };
  struct Early {
    Slot* slot;
    Error error;
  };

  /// A record on its way to be sent again.
  struct Kept {
    Slot* slot;
    std::string topic;
    std::int32_t partition;
    std::optional<std::string> key, value;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  };
  enum class Mode {
    normal,
    collecting,  ///< a request was refused: waits until all in flight is told, keeps what was not written
    alone        ///< sends what was kept, a record a request; new records wait
  };

  void open_client();
  void produce(const OutRecord& record, Slot* slot, const std::stop_token& stop);
  KafkaError hand_over(const OutRecord& record, Slot* slot, bool copied);
  void report(const rd_kafka_message_t& message);
  bool is_alone(const rd_kafka_message_t& message) const;
  bool stopped_for_gap() const;
  void collect();
  void keep(const rd_kafka_message_t& message);
  void step();
  void send_kept();
  rd_kafka_topic_t* topic(std::string_view name);
  SendBatch* open_batch(std::uint64_t id, std::size_t records);
  void settle(Slot* slot, const Error* error);
  void close_one(SendBatch* batch);
  void serve(int wait_ms);
  void serve_early();
  void on_error(rd_kafka_event_t* event);

  DeliveryListener& listener_;
  ClientSettings settings_;
  const std::size_t limit_;
  const bool prompt_;
  std::size_t in_flight_ = 0;    ///< bytes, kept records among them
  std::size_t outstanding_ = 0;  ///< records that the client holds
  std::size_t batch_size_;       ///< lowered when a topic's max.message.bytes is below it
  std::uint64_t sends_ = 0;
  Mode mode_ = Mode::normal;
  bool split_ = false;  ///< some of `kept_` may fit alone
  std::vector<Kept> kept_;
  std::vector<std::unique_ptr<SendBatch>> batches_;
  std::vector<SendBatch*> free_;
  std::deque<Early> early_;      ///< refused before they left; reported by the next poll
  std::deque<SendBatch*> done_;  ///< nothing left open when send() ended
  // Destroyed before what its messages point to.
  Client client_;
  std::mutex queue_mutex_;  ///< wake() comes from other threads while a fresh client takes over
  Queue queue_;
  std::map<std::string, TopicHandle, std::less<>> topics_;
  std::string last_name_;
  rd_kafka_topic_t* last_ = nullptr;
};

}  // namespace tandem::topics::kafka
