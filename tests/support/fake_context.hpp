#pragma once
#include "tandem/base/error.hpp"
#include "tandem/json/writer.hpp"
#include "tandem/plugin/task_context.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Twins of the worker for tests of connectors: they remember what a task did. One thread.
namespace tandem::test {

/// Takes any figure and keeps counters and gauges by "name{label=value,…}".
class FakeMetrics final : public MetricScope {
 public:
  std::shared_ptr<Counter> counter(const std::string& name, Labels labels) override {
    return std::make_shared<Kept>(values_[key(name, labels)]);
  }
  std::shared_ptr<Gauge> gauge(const std::string& name, Labels labels) override {
    return std::make_shared<Kept>(values_[key(name, labels)]);
  }
  std::shared_ptr<Histogram> histogram(const std::string& name, Labels labels) override {
    return std::make_shared<Kept>(values_[key(name, labels)]);
  }
  double value(const std::string& key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? 0 : *it->second;
  }

 private:
  struct Kept final : Counter, Gauge, Histogram {
    explicit Kept(std::shared_ptr<double>& v) {
      if (!v) {
        v = std::make_shared<double>(0);
      }
      value = v;
    }
    void add(double n) override { *value += n; }
    void set(double v) override { *value = v; }
    void observe(double v) override { *value += v; }
    std::shared_ptr<double> value;
  };
  static std::string key(const std::string& name, const Labels& labels) {
    std::string out = name;
    for (const auto& [label, text] : labels) {
      out += (out.size() == name.size() ? "{" : ",") + label + "=" + text;
    }
    return labels.empty() ? out : out + "}";
  }
  std::map<std::string, std::shared_ptr<double>> values_;
};

/// What both kinds share. Set the members before start().
template <class Base>
class FakeContext : public Base {
 public:
  const std::string& connector_name() const override { return name; }
  int task_id() const override { return task; }
  const std::string& worker_group() const override { return group; }
  const Clock& clock() const override { return *time; }
  MetricScope& metrics() override { return figures; }
  topics::Topics& topics() override {
    if (log == nullptr) {
      raise(ErrorKind::bug, "this test gives the task no topics");
    }
    return *log;
  }
  void report_condition(const std::string& text) override { condition = text; }
  void report_progress(const std::string& what, std::int64_t done, std::int64_t) override {
    progress[what] = done;
  }

  std::string name = "test", group = "test-group";
  int task = 0;
  const Clock* time = &Clock::system();
  topics::Topics* log = nullptr;
  FakeMetrics figures;
  std::string condition;
  std::map<std::string, std::int64_t> progress;
};

class FakeSourceContext final : public FakeContext<SourceTaskContext> {
 public:
  std::optional<OffsetMap> offset(const OffsetMap& partition) override {
    const auto it = offsets.find(json::object_text(partition));
    return it == offsets.end() ? std::nullopt : std::optional(it->second);
  }
  /// Keeps the offsets of a batch as the worker does once it is durable; a null offset is left alone.
  void commit(const SourceBatch& batch) {
    for (const auto& record : batch.records) {
      if (record.source_partition && record.source_offset) {
        offsets[json::object_text(*record.source_partition)] = record.source_offset->to_map();
      }
    }
    if (batch.position) {
      offsets[json::object_text(*batch.position->partition)] = batch.position->offset->to_map();
    }
  }

  std::map<std::string, OffsetMap> offsets;  ///< by the partition's JSON
};

class FakeSinkContext final : public FakeContext<SinkTaskContext> {
 public:
  void seek(const topics::Offsets& next) override { seeks.insert(seeks.end(), next.begin(), next.end()); }
  void pause(const std::vector<topics::TopicPartition>& partitions) override {
    paused.insert(partitions.begin(), partitions.end());
  }
  void resume(const std::vector<topics::TopicPartition>& partitions) override {
    for (const auto& p : partitions) {
      paused.erase(p);
    }
  }
  void request_commit() override { ++commits_requested; }
  bool report_errant(const SinkRecord& record, const Error& error) override {
    errant.emplace_back(record, error);
    return tolerate;
  }

  bool tolerate = false;  ///< errors.tolerance=all
  std::vector<std::pair<SinkRecord, Error>> errant;
  std::vector<std::pair<topics::TopicPartition, std::int64_t>> seeks;
  std::set<topics::TopicPartition> paused;
  int commits_requested = 0;
};

}  // namespace tandem::test
