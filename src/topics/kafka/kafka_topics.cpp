#include "topics/kafka/kafka_topics.hpp"

#include "topics/kafka/admin.hpp"
#include "topics/kafka/client_config.hpp"
#include "topics/kafka/consumer.hpp"
#include "topics/kafka/producer.hpp"

namespace tandem::topics::kafka {
namespace {

class KafkaTopics final : public Topics {
 public:
  KafkaTopics(std::string servers, const ClientConfig& admin)
      : servers_(std::move(servers)), admin_(translate(Role::admin, servers_, admin)) {}

  std::unique_ptr<Producer> producer(const ClientConfig& config, DeliveryListener& listener) override {
    return std::make_unique<KafkaProducer>(translate(Role::producer, servers_, config), listener);
  }
  std::unique_ptr<Consumer> consumer(const ClientConfig& config) override {
    return std::make_unique<KafkaConsumer>(translate(Role::consumer, servers_, config));
  }
  Admin& admin() override { return admin_; }
  std::string_view kind() const noexcept override { return "kafka"; }
  std::string cluster_id() override { return admin_.cluster_id(5'000); }

 private:
  const std::string servers_;
  KafkaAdmin admin_;
};

}  // namespace

std::unique_ptr<Topics> open_kafka(const std::string& bootstrap_servers, const ClientConfig& admin) {
  return std::make_unique<KafkaTopics>(bootstrap_servers, admin);
}

}  // namespace tandem::topics::kafka
