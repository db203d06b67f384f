#include "connectors/relational/capture/schema_history.hpp"

#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

namespace tandem::relational {
namespace {

constexpr std::string_view kLog = "tandem.relational.history";
constexpr std::string_view kPrefix = "schema.history.internal.";
constexpr std::chrono::seconds kSendLimit{120};  // delivery.timeout.ms of a Kafka producer

int number(const ConfigMap& config, std::string_view key, int fallback) {
  const std::string text = get_or(config, std::string(kPrefix) + std::string(key), std::to_string(fallback));
  try {
    return std::stoi(text);
  } catch (const std::exception&) {
    raise(ErrorKind::config,
          "Invalid value " + text + " for configuration " + std::string(kPrefix) + std::string(key),
          "write a number of milliseconds or attempts");
  }
}

std::map<std::string, std::string> values(const ConfigMap& map) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : map) {
    if (value) {
      out.emplace(key, *value);
    }
  }
  return out;
}

}  // namespace

/// What was sent and what of it is durable.
struct TopicSchemaHistory::Sender final : topics::DeliveryListener {
  std::unique_ptr<topics::Producer> producer;
  std::uint64_t batch = 0, done = 0;
  std::optional<Error> failure;
  void on_batch_done(std::uint64_t b) override { done = b; }
  void on_failure(const topics::DeliveryFailure& f) override { failure = f.error; }
};

TopicSchemaHistory::TopicSchemaHistory(const ConfigMap& config, TaskContext& context) : context_(context) {
  topic_ = get_or(config, "schema.history.internal.kafka.topic", "");
  if (topic_.empty()) {
    raise(ErrorKind::config, "schema.history.internal.kafka.topic is not set",
          "add \"schema.history.internal.kafka.topic\": \"schema-changes." +
              get_or(config, "topic.prefix", "NAME") + "\"");
  }
  const std::string id = get_or(config, "topic.prefix", "tandem") + "-schemahistory";
  producer_config_.client_id = consumer_config_.client_id = id;
  producer_config_.properties["linger.ms"] = "5";  // a snapshot stores hundreds of records and flushes once
  producer_config_.overrides = values(with_prefix(config, "schema.history.internal.producer."));
  consumer_config_.overrides = values(with_prefix(config, "schema.history.internal.consumer."));
  attempt_wait_ = std::chrono::milliseconds(number(config, "kafka.recovery.poll.interval.ms", 100));
  attempts_ = number(config, "kafka.recovery.attempts", 100);
  if (const auto servers = get_or(config, "schema.history.internal.kafka.bootstrap.servers", "");
      !servers.empty()) {
    log::info(kLog, "schema history {} is kept in this worker's log ({}); the address {} is not used", topic_,
              context.topics().kind(), servers);
  }
}

TopicSchemaHistory::~TopicSchemaHistory() = default;

void TopicSchemaHistory::verify(const topics::TopicDescription& topic) const {
  const auto setting = [&](const char* key) {
    const auto it = topic.config.find(key);
    return it == topic.config.end() ? std::string() : it->second;
  };
  if (const auto policy = setting("cleanup.policy"); policy.find("compact") != std::string::npos) {
    raise(ErrorKind::config,
          "schema history topic " + topic_ + " has cleanup.policy=" + policy + ": records would be lost",
          "kafka-configs.sh --alter --topic " + topic_ +
              " --add-config cleanup.policy=delete,retention.ms=-1,retention.bytes=-1");
  }
  for (const char* key : {"retention.ms", "retention.bytes"}) {
    if (const auto value = setting(key); !value.empty() && value != "-1" && value != "9223372036854775807") {
      log::warn(
          kLog,
          "schema history topic {} has {}={}: when records expire the connector can no longer start. Remedy: "
          "kafka-configs.sh --alter --topic {} --add-config {}=-1",
          topic_, key, value, topic_, key);
    }
  }
  if (topic.partitions != 1) {
    raise(ErrorKind::config,
          "schema history topic " + topic_ + " has " + std::to_string(topic.partitions) +
              " partitions; its order would be lost",
          "use a topic with one partition");
  }
}

bool TopicSchemaHistory::exists() {
  const auto topic = context_.topics().admin().describe(topic_);
  if (!topic) {
    return false;
  }
  verify(*topic);
  const auto marks = context_.topics().admin().watermarks({topic_, 0});
  return marks.high > marks.low;
}

void TopicSchemaHistory::prepare() {
  auto& admin = context_.topics().admin();
  if (const auto topic = admin.describe(topic_)) {
    verify(*topic);
    return;
  }
  admin.create_topic(
      {topic_, 1, -1, {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}, {"retention.bytes", "-1"}}});
}

void TopicSchemaHistory::store(const HistoryRecord& record) {
  if (!sender_) {
    sender_ = std::make_unique<Sender>();
    sender_->producer = context_.topics().producer(producer_config_, *sender_);
  }
  const std::string text = record.to_json();
  topics::OutRecord out;
  out.topic = topic_;
  out.partition = 0;
  out.value = text;
  sender_->producer->send(++sender_->batch, std::span(&out, 1), {});
}

void TopicSchemaHistory::flush() {
  if (!sender_) {
    return;
  }
  const auto until = std::chrono::steady_clock::now() + kSendLimit;
  while (sender_->done < sender_->batch && !sender_->failure && std::chrono::steady_clock::now() < until) {
    sender_->producer->poll(std::chrono::milliseconds(100));
  }
  if (sender_->failure) {
    const Error failure = *sender_->failure;
    sender_.reset();  // what stands behind the refused record may still be on its way
    throw TandemError(failure).while_doing("writing to schema history topic " + topic_);
  }
  if (sender_->done < sender_->batch) {
    raise(ErrorKind::transient, "schema history topic " + topic_ + " took no records within two minutes");
  }
}

void TopicSchemaHistory::read(const std::function<void(HistoryRecord&&)>& each, std::stop_token stop) {
  const topics::TopicPartition partition{topic_, 0};
  const auto marks = context_.topics().admin().watermarks(partition);
  if (marks.high <= marks.low) {
    return;
  }
  auto consumer = context_.topics().consumer(consumer_config_);
  consumer->assign({{partition, marks.low}});
  int silent = 0;
  std::int64_t next = marks.low;
  while (next < marks.high) {
    if (stop.stop_requested()) {
      raise(ErrorKind::cancelled, "stopped while reading schema history");
    }
    const auto batch = consumer->poll(attempt_wait_, 10'000, 8U << 20);
    if (!batch || batch->records.empty()) {
      if (++silent > attempts_) {
        raise(ErrorKind::transient, "schema history topic " + topic_ +
                                        " could not be read to its end: stands at " + std::to_string(next) +
                                        " of " + std::to_string(marks.high));
      }
      continue;
    }
    silent = 0;
    for (const auto& r : batch->records) {
      next = r.offset + 1;
      if (!r.value) {
        continue;
      }
      auto record = HistoryRecord::from_json(*r.value);
      if (record.has_value()) {
        each(std::move(record.value()));
      } else {
        log::warn(kLog, "record {} of schema history topic {} is passed over: {}", r.offset, topic_,
                  record.error().text());
      }
    }
  }
}

}  // namespace tandem::relational
