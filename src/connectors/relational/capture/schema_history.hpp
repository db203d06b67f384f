#pragma once
#include "connectors/relational/capture/history_record.hpp"
#include "tandem/config/config.hpp"
#include "tandem/plugin/task_context.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace tandem::relational {

/// Where the history of table shapes is kept. Used by one task thread.
class SchemaHistory {
 public:
  virtual ~SchemaHistory() = default;
  /// True when there is at least one record.
  virtual bool exists() = 0;
  /// Makes the topic if it is missing.
  virtual void prepare() = 0;
  /// Takes the record behind those before it; durable once flush() has returned.
  virtual void store(const HistoryRecord& record) = 0;
  /// Returns once all that was stored is durable. After an error nothing may be taken as durable.
  virtual void flush() = 0;
  /// Reads all records in order; invalid ones are passed over with a warning.
  virtual void read(const std::function<void(HistoryRecord&&)>& each, std::stop_token stop) = 0;
};

/// Debezium's KafkaSchemaHistory over the worker's log: schema.history.internal.kafka.topic, one partition,
/// kept for ever.
class TopicSchemaHistory final : public SchemaHistory {
 public:
  /// Reads the settings below `schema.history.internal.`. Throws TandemError(config) when the topic is not
  /// named.
  TopicSchemaHistory(const ConfigMap& config, TaskContext& context);
  ~TopicSchemaHistory() override;
  bool exists() override;
  void prepare() override;
  void store(const HistoryRecord& record) override;
  void flush() override;
  void read(const std::function<void(HistoryRecord&&)>& each, std::stop_token stop) override;
  const std::string& topic() const noexcept { return topic_; }

 private:
  struct Sender;
  void verify(const topics::TopicDescription& topic) const;
  TaskContext& context_;
  std::string topic_;
  topics::ClientConfig producer_config_, consumer_config_;
  std::chrono::milliseconds attempt_wait_{100};
  int attempts_ = 100;
  std::unique_ptr<Sender> sender_;
};

}  // namespace tandem::relational
