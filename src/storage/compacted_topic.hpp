#pragma once
#include "tandem/topics/topics.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tandem::storage {

/// One of the worker's three topics: what to create, and the words for its errors.
struct StorageTopicSpec {
  topics::TopicSpec topic;
  std::string property;  ///< "config.storage.topic"
  std::string purpose;   ///< "connector configurations", as Java says it
  bool single_partition = false;
  topics::ClientConfig client;
};

/// Shared state on a compacted topic (Java's KafkaBasedLog): read to its end at start, tailed after, appended
/// to. One thread of its own uses the producer and the consumer; `apply` and all completions are called on
/// it, one at a time, except during start(), when they come on the caller's thread. append() and
/// read_to_end() may be called from any thread.
class CompactedTopic {
 public:
  struct Record {
    std::optional<BytesView> key, value;
  };
  using Apply = std::function<void(const Record&)>;
  /// nullopt: done.
  using Done = std::function<void(std::optional<Error>)>;

  CompactedTopic(topics::Topics& topics, StorageTopicSpec spec, Apply apply);
  ~CompactedTopic();
  CompactedTopic(const CompactedTopic&) = delete;
  CompactedTopic& operator=(const CompactedTopic&) = delete;

  /// Creates the topic when absent, checks its cleanup policy (Java's sentence, TandemError(config)), reads
  /// to the end, starts the thread. Gives up with TandemError(transient) after `limit`.
  void start(std::chrono::milliseconds limit, std::stop_token stop);
  /// Completes what is pending with Error(cancelled).
  void stop() noexcept;

  struct Entry {
    std::string key;
    std::optional<std::string> value;
  };
  /// Written in order; done when all are durable (or one failed).
  void append(std::vector<Entry> entries, Done done);
  /// Done when everything that stood in the topic at the call has been applied.
  void read_to_end(Done done);
  /// As above, waiting. Throws TandemError(transient) after `limit`.
  void read_to_end(std::chrono::milliseconds limit);

  const std::string& name() const noexcept { return spec_.topic.name; }

 private:
  class Deliveries;
  struct Barrier {
    std::map<std::int32_t, std::int64_t> targets;
    Done done;
  };
  struct Request {
    std::vector<Entry> entries;  ///< empty: a barrier
    Done done;
  };

  void ensure_topic();
  void check_cleanup(const topics::TopicDescription& description) const;
  std::map<std::int32_t, std::int64_t> end_offsets();
  bool reached(const std::map<std::int32_t, std::int64_t>& targets) const;
  void apply_batch(const topics::Batch& batch);
  std::size_t consume(std::chrono::milliseconds wait);
  void run(std::stop_token stop);
  void serve(Request request, std::stop_token stop);
  void settle_barriers(bool idle);
  void fail_pending(const Error& error);

  topics::Topics& topics_;
  StorageTopicSpec spec_;
  Apply apply_;
  std::int32_t partitions_ = 1;

  std::unique_ptr<Deliveries> deliveries_;
  std::unique_ptr<topics::Producer> producer_;
  std::unique_ptr<topics::Consumer> consumer_;
  std::map<std::int32_t, std::int64_t> positions_;  ///< next offset by partition
  std::vector<Barrier> barriers_;
  std::chrono::steady_clock::time_point last_record_{};

  std::mutex mutex_;
  std::deque<Request> requests_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace tandem::storage
