#pragma once
#include "tandem/base/error.hpp"
#include "tandem/plugin/task_context.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/// A worker for one source task, in memory: offsets in a map, topics in vectors. For tests of sources alone.
namespace tandem::testing_support {

class MemoryTopics final : public topics::Topics, private topics::Admin {
 public:
  std::map<std::string, std::vector<std::string>> values;  ///< of partition 0
  bool refuse_writes = false;                              ///< the log takes nothing: transient errors

  std::unique_ptr<topics::Producer> producer(const topics::ClientConfig&,
                                             topics::DeliveryListener& listener) override {
    return std::make_unique<MemoryProducer>(*this, listener);
  }
  std::unique_ptr<topics::Consumer> consumer(const topics::ClientConfig&) override {
    return std::make_unique<MemoryConsumer>(*this);
  }
  topics::Admin& admin() override { return *this; }
  std::string_view kind() const noexcept override { return "memory"; }
  std::string cluster_id() override { return "memory"; }

 private:
  struct MemoryProducer final : topics::Producer {
    MemoryProducer(MemoryTopics& t, topics::DeliveryListener& l) : topics(t), listener(l) {}
    bool atomic_batches() const noexcept override { return true; }
    void send(std::uint64_t batch, std::span<const topics::OutRecord> records, std::stop_token) override {
      if (topics.refuse_writes) {
        raise(ErrorKind::transient, "the log takes nothing");
      }
      for (const auto& r : records) {
        topics.values[std::string(r.topic)].emplace_back(r.value.value_or(""));
      }
      listener.on_batch_done(batch);
    }
    void poll(std::chrono::milliseconds) override {}
    bool flush(std::chrono::milliseconds) override { return true; }
    std::size_t bytes_in_flight() const noexcept override { return 0; }
    void wake() noexcept override {}
    MemoryTopics& topics;
    topics::DeliveryListener& listener;
  };
  struct MemoryBatch final : topics::Batch {};
  struct MemoryConsumer final : topics::Consumer {
    explicit MemoryConsumer(MemoryTopics& t) : topics(t) {}
    void subscribe(const std::vector<std::string>&, topics::RebalanceListener&) override {}
    void subscribe_pattern(const std::string&, topics::RebalanceListener&) override {}
    void assign(const topics::Offsets& from) override {
      topic = from.begin()->first.topic;
      next = from.begin()->second;
    }
    std::unique_ptr<topics::Batch> poll(std::chrono::milliseconds, std::size_t, std::size_t) override {
      auto batch = std::make_unique<MemoryBatch>();
      const auto& all = topics.values[topic];
      for (; next < static_cast<std::int64_t>(all.size()); ++next) {
        topics::InRecord r;
        r.offset = next;
        r.value = all[static_cast<std::size_t>(next)];
        batch->records.push_back(r);
      }
      return batch;
    }
    void seek(const topics::TopicPartition&, std::int64_t) override {}
    void pause(const std::vector<topics::TopicPartition>&) override {}
    void resume(const std::vector<topics::TopicPartition>&) override {}
    std::vector<topics::TopicPartition> assignment() const override { return {}; }
    void commit(const topics::Offsets&) override {}
    void commit_async(const topics::Offsets&) override {}
    topics::Offsets committed(const std::vector<topics::TopicPartition>&) override { return {}; }
    void close() override {}
    void wake() noexcept override {}
    MemoryTopics& topics;
    std::string topic;
    std::int64_t next = 0;
  };

  std::string log_id() override { return "memory:1"; }
  std::vector<std::string> list_topics() override { return {}; }
  std::optional<topics::TopicDescription> describe(const std::string& topic) override {
    if (!values.contains(topic)) {
      return std::nullopt;
    }
    return topics::TopicDescription{topic, 1, {{"cleanup.policy", "delete"}}, ""};
  }
  bool create_topic(const topics::TopicSpec& spec) override { return values.try_emplace(spec.name).second; }
  void delete_topic(const std::string& topic) override { values.erase(topic); }
  topics::Watermarks watermarks(const topics::TopicPartition& p) override {
    return {0, static_cast<std::int64_t>(values[p.topic].size())};
  }
  topics::Offsets group_offsets(const std::string&) override { return {}; }
  void alter_group_offsets(const std::string&, const topics::Offsets&) override {}
  void delete_group(const std::string&) override {}
};

class NoMetrics final : public MetricScope {
 public:
  struct Count final : Counter {
    double n = 0;
    void add(double by) override { n += by; }
  };
  struct Nothing final : Gauge, Histogram {
    void set(double) override {}
    void observe(double) override {}
  };
  std::map<std::string, std::shared_ptr<Count>> counters;
  std::shared_ptr<Counter> counter(const std::string& name, Labels) override {
    auto& c = counters[name];
    if (!c) {
      c = std::make_shared<Count>();
    }
    return c;
  }
  std::shared_ptr<Gauge> gauge(const std::string&, Labels) override { return std::make_shared<Nothing>(); }
  std::shared_ptr<Histogram> histogram(const std::string&, Labels) override {
    return std::make_shared<Nothing>();
  }
};

class MemoryContext final : public SourceTaskContext {
 public:
  MemoryTopics log;
  NoMetrics figures;
  std::optional<OffsetMap> stored;
  std::string condition;

  const std::string& connector_name() const override { return name_; }
  int task_id() const override { return 0; }
  const std::string& worker_group() const override { return name_; }
  const Clock& clock() const override { return Clock::system(); }
  MetricScope& metrics() override { return figures; }
  topics::Topics& topics() override { return log; }
  void report_condition(const std::string& text) override { condition = text; }
  void report_progress(const std::string&, std::int64_t, std::int64_t) override {}
  std::optional<OffsetMap> offset(const OffsetMap&) override { return stored; }

 private:
  std::string name_ = "test";
};

}  // namespace tandem::testing_support
