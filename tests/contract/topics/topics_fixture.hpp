#pragma once
#include "tandem/topics/topics.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

/// What the topics contract needs of a transport, and small readers and writers for its tests.
namespace tandem::topics::test {

using namespace std::chrono_literals;

/// One implementation under test. `reopen` gives a fresh Topics over the same log.
struct Transport {
  virtual ~Transport() = default;
  virtual Topics& topics() = 0;
  virtual void reopen() = 0;
  virtual bool has_admin() const { return true; }
};

using MakeTransport = std::function<std::unique_ptr<Transport>()>;  // nullptr: no server for it here
struct Param {
  std::string name;
  MakeTransport make;
};

struct Acks : DeliveryListener {
  std::set<std::uint64_t> done;
  std::vector<DeliveryFailure> failures;
  std::thread::id thread;
  void on_batch_done(std::uint64_t batch) override {
    thread = std::this_thread::get_id();
    done.insert(batch);
  }
  void on_failure(const DeliveryFailure& f) override { failures.push_back(f); }
};

struct Rebalances : RebalanceListener {
  std::function<void(const std::vector<TopicPartition>&)> assigned, revoked;
  void on_assigned(const std::vector<TopicPartition>& p) override {
    if (assigned) {
      assigned(p);
    }
  }
  void on_revoked(const std::vector<TopicPartition>& p) override {
    if (revoked) {
      revoked(p);
    }
  }
};

struct Read {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0, timestamp_ms = 0;
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

inline std::optional<std::string> owned(const std::optional<BytesView>& v) {
  return v ? std::optional<std::string>(*v) : std::nullopt;
}

inline void append(std::vector<Read>& out, const Batch& batch) {
  for (const InRecord& r : batch.records) {
    Read& read = out.emplace_back();
    read.topic = *batch.topics.at(static_cast<std::size_t>(r.topic));
    read.partition = r.partition;
    read.offset = r.offset;
    read.timestamp_ms = r.timestamp_ms;
    read.key = owned(r.key);
    read.value = owned(r.value);
    for (const RecordHeader& h : batch.headers_of(r)) {
      read.headers.emplace_back(std::string(h.key), owned(h.value));
    }
  }
}

/// Polls until `count` records came or `limit` passed.
inline std::vector<Read> read_some(Consumer& consumer, std::size_t count,
                                   std::chrono::milliseconds limit = 20s) {
  std::vector<Read> out;
  const auto until = std::chrono::steady_clock::now() + limit;
  while (out.size() < count && std::chrono::steady_clock::now() < until) {
    if (const auto batch = consumer.poll(50ms, 1000, 1 << 20)) {
      append(out, *batch);
    }
  }
  return out;
}

inline bool wait_done(Producer& producer, Acks& acks, std::uint64_t batch,
                      std::chrono::milliseconds limit = 20s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!acks.done.contains(batch) && std::chrono::steady_clock::now() < until) {
    producer.poll(50ms);
  }
  return acks.done.contains(batch);
}

class TopicsContract : public ::testing::TestWithParam<Param> {
 protected:
  void SetUp() override {
    transport_ = GetParam().make();
    if (!transport_) {
      GTEST_SKIP() << "set TANDEM_TEST_KAFKA=host:port to run this against " << GetParam().name;
    }
    static std::atomic<int> number{0};
    prefix_ = "topics-contract-" +
              std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + "-" +
              std::to_string(++number);
  }
  void TearDown() override {
    if (transport_ && transport_->has_admin()) {
      for (const std::string& name : made_) {
        admin().delete_topic(name);
      }
    }
  }
  Topics& topics() { return transport_->topics(); }
  Admin& admin() { return topics().admin(); }
  std::string name(const std::string& what) const { return prefix_ + "." + what; }
  std::string make_topic(const std::string& what, std::int32_t partitions = 1,
                         std::map<std::string, std::string> config = {}) {
    const std::string full = name(what);
    EXPECT_TRUE(admin().create_topic({full, partitions, 1, std::move(config)}));
    made_.push_back(full);
    return full;
  }
  std::unique_ptr<Producer> producer(Acks& acks, std::map<std::string, std::string> overrides = {}) {
    return topics().producer({"contract-producer", "", {}, std::move(overrides)}, acks);
  }
  std::unique_ptr<Consumer> consumer(const std::string& group,
                                     std::map<std::string, std::string> properties = {}) {
    return topics().consumer({"contract-consumer", group, std::move(properties), {}});
  }
  /// One acknowledged batch of values v0, v1 … with one key.
  void write(const std::string& topic, const std::vector<std::string>& values, std::int32_t partition = 0) {
    Acks acks;
    auto p = producer(acks);
    std::vector<OutRecord> records;
    for (const std::string& v : values) {
      OutRecord& r = records.emplace_back();
      r.topic = topic;
      r.partition = partition;
      r.value = v;
    }
    p->send(1, records, {});
    ASSERT_TRUE(wait_done(*p, acks, 1));
    ASSERT_TRUE(acks.failures.empty()) << acks.failures[0].error.text();
  }

  std::unique_ptr<Transport> transport_;
  std::string prefix_;
  std::vector<std::string> made_;
};

}  // namespace tandem::topics::test
