#pragma once
#include "tests/contract/topics/topics_fixture.hpp"
#include "topics/embedded/embedded_topics.hpp"
#include "topics/kafka/kafka_topics.hpp"

#include <cstdlib>
#include <filesystem>

namespace tandem::topics::test {

class KafkaTransport final : public Transport {
 public:
  explicit KafkaTransport(std::string servers) : servers_(std::move(servers)) { reopen(); }
  Topics& topics() override { return *topics_; }
  void reopen() override {
    topics_.reset();
    topics_ = kafka::open_kafka(servers_, {"contract-admin", "", {}, {}});
  }

 private:
  std::string servers_;
  std::unique_ptr<Topics> topics_;
};

class EmbeddedTransport final : public Transport {
 public:
  EmbeddedTransport() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-topics-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    reopen();
  }
  ~EmbeddedTransport() override {
    topics_.reset();
    std::filesystem::remove_all(folder_);
  }
  Topics& topics() override { return *topics_; }
  void reopen() override {
    topics_.reset();
    topics_ = embedded::open_embedded(folder_);
  }

 private:
  std::string folder_;
  std::unique_ptr<Topics> topics_;
};

inline std::vector<Param> transports() {
  return {{"Embedded", [] { return std::make_unique<EmbeddedTransport>(); }},
          {"Kafka", []() -> std::unique_ptr<Transport> {
             const char* servers = std::getenv("TANDEM_TEST_KAFKA");
             return servers == nullptr ? nullptr : std::make_unique<KafkaTransport>(servers);
           }}};
}

}  // namespace tandem::topics::test
