#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include <librdkafka/rdkafka.h>

namespace tandem::topics::kafka {

/// Makes a consumer's fetcher look at its queue now. librdkafka before 2.2 stops to fetch when the queue is
/// full and looks again after a second at the latest (rd_kafka_max_block_ms), however soon the queue is
/// drained; a request to the same broker makes it look. The library offers none that need not be waited for,
/// so a thread waits: made with the first call, ended before the client is destroyed.
class FetchWaker {
 public:
  /// One thread calls it; returns at once. A call while the one before it is under way counts after it.
  void wake(rd_kafka_t* client, const char* topic, std::int32_t partition);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any asked_;
  rd_kafka_t* client_ = nullptr;  ///< nullptr: nothing is asked
  std::string topic_;
  std::int32_t partition_ = 0;
  std::jthread thread_;
};

}  // namespace tandem::topics::kafka
