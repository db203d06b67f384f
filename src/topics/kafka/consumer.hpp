#pragma once
#include "tandem/topics/topics.hpp"
#include "topics/kafka/client_config.hpp"
#include "topics/kafka/fetch_waker.hpp"
#include "topics/kafka/handles.hpp"

#include <exception>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tandem::topics::kafka {

/// A Java regex as librdkafka takes it (POSIX extended, anchored both ends); throws TandemError(config) for
/// what POSIX cannot say (look-around, possessive quantifiers, back references).
std::string posix_pattern(const std::string& java);

/// librdkafka consumer. Rebalances are served inside poll() and close() on the caller's thread.
class KafkaConsumer final : public Consumer {
 public:
  explicit KafkaConsumer(const ClientSettings& settings);
  ~KafkaConsumer() override;

  void subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) override;
  void subscribe_pattern(const std::string& pattern, RebalanceListener& listener) override;
  void assign(const Offsets& from) override;
  std::unique_ptr<Batch> poll(std::chrono::milliseconds wait, std::size_t max_records,
                              std::size_t max_bytes) override;
  void seek(const TopicPartition& partition, std::int64_t offset) override;
  void pause(const std::vector<TopicPartition>& partitions) override;
  void resume(const std::vector<TopicPartition>& partitions) override;
  std::vector<TopicPartition> assignment() const override { return {assigned_.begin(), assigned_.end()}; }
  void commit(const Offsets& next) override;
  void commit_async(const Offsets& next) override;
  Offsets committed(const std::vector<TopicPartition>& partitions) override;
  void close() override;
  void wake() noexcept override;

 private:
  static void rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                        void* self) noexcept;
  void on_assign(rd_kafka_topic_partition_list_t* list);
  void on_revoke(rd_kafka_topic_partition_list_t* list);
  void drop_lost(std::vector<Message>& messages) const;
  bool usable(const rd_kafka_message_t& message);
  std::unique_ptr<Batch> to_batch(std::vector<Message> messages);
  std::shared_ptr<const std::string> topic_name(const rd_kafka_topic_t* topic);
  void subscribe_to(const std::vector<std::string>& names, RebalanceListener& listener);

  std::string group_;
  std::shared_ptr<rd_kafka_t> client_;  ///< shared with batches: messages must go before their client
  Queue queue_;
  RebalanceListener* listener_ = nullptr;
  std::set<TopicPartition> assigned_;
  rd_kafka_topic_partition_list_t* assigning_ = nullptr;  ///< inside on_assigned: seek() writes here
  std::set<TopicPartition> pause_after_assign_;
  std::uint64_t revocations_ = 0;
  std::size_t drained_bytes_ = 0, drained_records_ = 0;  // since the fetcher was last woken
  std::set<TopicPartition> revoked_;                     ///< since poll() began
  std::exception_ptr failure_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> names_;
  bool closed_ = false;
  FetchWaker waker_;  ///< last: it uses the client
};

}  // namespace tandem::topics::kafka
