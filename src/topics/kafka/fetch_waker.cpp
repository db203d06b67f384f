#include "topics/kafka/fetch_waker.hpp"

#include <utility>

namespace tandem::topics::kafka {

void FetchWaker::wake(rd_kafka_t* client, const char* topic, std::int32_t partition) {
  {
    const std::lock_guard lock(mutex_);
    client_ = client;
    topic_ = topic;
    partition_ = partition;
  }
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  asked_.notify_one();
}

void FetchWaker::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (asked_.wait(lock, stop, [this] { return client_ != nullptr; })) {
    rd_kafka_t* client = std::exchange(client_, nullptr);
    const std::string topic = topic_;
    const std::int32_t partition = partition_;
    lock.unlock();
    std::int64_t low = 0, high = 0;
    rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &low, &high, 1000);
    lock.lock();
  }
}

}  // namespace tandem::topics::kafka
