#pragma once
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "metrics/catalogue.hpp"
#include "tandem/plugin/task_context.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

/// A worker as a sink task sees it, in memory: what the log is, what was sought, what was given up.
namespace tandem::test {

struct Sum final : Counter, Gauge, Histogram {
  double total = 0;
  void add(double n) override { total += n; }
  void set(double v) override { total = v; }
  void observe(double v) override { total += v; }
};

class FakeMetrics final : public MetricScope {
 public:
  std::shared_ptr<Counter> counter(const std::string& name, Labels labels) override {
    return at(name, labels);
  }
  std::shared_ptr<Gauge> gauge(const std::string& name, Labels labels) override { return at(name, labels); }
  std::shared_ptr<Histogram> histogram(const std::string& name, Labels labels) override {
    return at(name, labels);
  }
  double sum(const std::string& name) const {
    double total = 0;
    for (const auto& [key, value] : values_) {
      total += key.starts_with(name) ? value->total : 0;
    }
    return total;
  }

 private:
  std::shared_ptr<Sum> at(const std::string& name, const Labels& labels) {
    const auto* known = metrics::find(name);
    if (known == nullptr) {
      throw std::logic_error("the catalogue has no metric " + name);
    }
    std::string key = name;
    for (const auto& [k, v] : labels) {
      if (std::find(known->labels.begin(), known->labels.end(), k) == known->labels.end()) {
        throw std::logic_error(name + " has no label " + k);
      }
      key += "," + k + "=" + v;
    }
    auto& value = values_[key];
    if (!value) {
      value = std::make_shared<Sum>();
    }
    return value;
  }
  std::map<std::string, std::shared_ptr<Sum>> values_;
};

class FakeAdmin final : public topics::Admin {
 public:
  std::string id = "fake:1";
  topics::Watermarks marks{0, 1'000'000};
  std::string log_id() override { return id; }
  std::vector<std::string> list_topics() override { return {}; }
  std::optional<topics::TopicDescription> describe(const std::string& topic) override {
    topics::TopicDescription d;
    d.name = topic;
    d.partitions = 1;
    return d;
  }
  bool create_topic(const topics::TopicSpec&) override { return false; }
  void delete_topic(const std::string&) override {}
  topics::Watermarks watermarks(const topics::TopicPartition&) override { return marks; }
  topics::Offsets group_offsets(const std::string&) override { return {}; }
  void alter_group_offsets(const std::string&, const topics::Offsets&) override {}
  void delete_group(const std::string&) override {}
};

class FakeTopics final : public topics::Topics {
 public:
  FakeAdmin fake_admin;
  std::unique_ptr<topics::Producer> producer(const topics::ClientConfig&,
                                             topics::DeliveryListener&) override {
    return nullptr;
  }
  std::unique_ptr<topics::Consumer> consumer(const topics::ClientConfig&) override { return nullptr; }
  topics::Admin& admin() override { return fake_admin; }
  std::string_view kind() const noexcept override { return "fake"; }
  std::string cluster_id() override { return "fake"; }
};

class FakeSinkContext final : public SinkTaskContext {
 public:
  std::string name = "sink";
  std::string group = "workers";
  FakeTopics fake_topics;
  FakeMetrics fake_metrics;
  topics::Offsets sought;
  bool tolerate = true;
  std::vector<std::pair<std::int64_t, Error>> errant;  ///< offset and why
  std::vector<std::string> conditions;

  const std::string& connector_name() const override { return name; }
  int task_id() const override { return 0; }
  const std::string& worker_group() const override { return group; }
  const Clock& clock() const override { return Clock::system(); }
  MetricScope& metrics() override { return fake_metrics; }
  topics::Topics& topics() override { return fake_topics; }
  void report_condition(const std::string& text) override { conditions.push_back(text); }
  void report_progress(const std::string&, std::int64_t, std::int64_t) override {}
  void seek(const topics::Offsets& next) override { sought = next; }
  void pause(const std::vector<topics::TopicPartition>&) override {}
  void resume(const std::vector<topics::TopicPartition>&) override {}
  void request_commit() override {}
  bool report_errant(const SinkRecord& record, const Error& error) override {
    errant.emplace_back(record.kafka_offset, error);
    return tolerate;
  }
};

/// Records of one topic, as a Debezium source would send them.
class RecordMaker {
 public:
  /// `row`: fields of a row; the first `keys` of them are its key.
  RecordMaker(std::string topic, std::string table, SchemaPtr row, std::size_t keys = 1)
      : topic_(std::make_shared<const std::string>(std::move(topic))),
        table_(std::move(table)),
        row_(std::move(row)) {
    auto key = SchemaBuilder::structure();
    for (std::size_t i = 0; i < keys; ++i) {
      key.field(row_->fields()[i].name, row_->fields()[i].schema);
    }
    key_ = key.build();
    auto source = SchemaBuilder::structure();
    for (const char* f : {"db", "schema", "table"}) {
      source.field(f, primitive(SchemaType::string));
    }
    source.field("ts_us", primitive(SchemaType::int64, true));
    source_ = source.build();
    auto envelope = SchemaBuilder::structure();
    envelope.name("x.Envelope")
        .field("before", optional(row_))
        .field("after", optional(row_))
        .field("source", source_);
    envelope.field("op", primitive(SchemaType::string));
    envelope_ = envelope.build();
  }

  SinkRecord change(const char* op, std::vector<Value> row) {
    SinkRecord r = base();
    auto value = std::make_shared<Struct>(envelope_);
    auto source = std::make_shared<Struct>(source_);
    source->fields = {Value("db"), Value("public"), Value(table_),
                      Value(std::int64_t{1'700'000'000'000'000})};
    value->put("op", Value(op));
    value->put("source", Value(source));
    if (op[0] != 't') {
      auto image = std::make_shared<Struct>(row_);
      image->fields = std::move(row);
      r.key_schema = key_;
      auto key = std::make_shared<Struct>(key_);
      for (std::size_t i = 0; i < key->fields.size(); ++i) {
        key->fields[i] = image->fields[i];
      }
      r.key = Value(key);
      value->put(op[0] == 'd' ? "before" : "after", Value(image));
    }
    r.value_schema = envelope_;
    r.value = Value(value);
    return r;
  }
  SinkRecord flat(std::vector<Value> row) {
    SinkRecord r = change("c", std::move(row));
    r.value_schema = row_;
    r.value = Value(r.value.structure()->at("after").structure_ptr());
    return r;
  }
  SinkRecord tombstone(std::vector<Value> row) {
    SinkRecord r = change("d", std::move(row));
    r.value_schema = nullptr;
    r.value = Value();
    return r;
  }
  SinkRecord at(SinkRecord r, std::string_view position) {
    r.headers.push_back({std::string(sync::kHeaderPosition), primitive(SchemaType::string), Value(position)});
    return r;
  }
  std::int64_t next_offset = 0;
  topics::TopicPartition partition() const { return {*topic_, 0}; }

 private:
  static SchemaPtr optional(const SchemaPtr& schema) {
    return SchemaBuilder::like(*schema).optional().build();
  }
  SinkRecord base() {
    SinkRecord r;
    r.topic = *topic_;
    r.original_topic = topic_;
    r.partition = 0;
    r.kafka_offset = next_offset++;
    r.timestamp_ms = 1'700'000'000'000 + r.kafka_offset;
    return r;
  }
  std::shared_ptr<const std::string> topic_;
  std::string table_;
  SchemaPtr row_, key_, source_, envelope_;
};

}  // namespace tandem::test
