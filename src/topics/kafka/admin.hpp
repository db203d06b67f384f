#pragma once
#include "tandem/topics/topics.hpp"
#include "topics/kafka/client_config.hpp"
#include "topics/kafka/handles.hpp"

#include <mutex>
#include <string>

namespace tandem::topics::kafka {

/// Admin calls over one librdkafka client, made at the first call. Each call waits up to 30 s.
class KafkaAdmin final : public Admin {
 public:
  explicit KafkaAdmin(ClientSettings settings) : settings_(std::move(settings)) {}

  std::string log_id() override;
  std::vector<std::string> list_topics() override;
  std::optional<TopicDescription> describe(const std::string& topic) override;
  bool create_topic(const TopicSpec& spec) override;
  void delete_topic(const std::string& topic) override;
  Watermarks watermarks(const TopicPartition& partition) override;
  Offsets group_offsets(const std::string& group) override;
  void alter_group_offsets(const std::string& group, const Offsets& next) override;
  void delete_group(const std::string& group) override;

  /// "" when no broker has answered yet; does not wait longer than `limit_ms`.
  std::string cluster_id(int limit_ms);

 private:
  rd_kafka_t* client();
  Metadata metadata();
  void wait_for_leaders(const std::string& topic);

  const ClientSettings settings_;
  std::mutex mutex_;
  Client client_;
};

}  // namespace tandem::topics::kafka
