#include "tandem/base/log.hpp"
#include "topics/kafka/errors.hpp"
#include "topics/kafka/producer.hpp"

#include <algorithm>

/// What the producer does when a broker refuses a request of several records.
namespace tandem::topics::kafka {
namespace {

constexpr const char* kLogger = "tandem.topics.kafka";

/// Codes that a broker gives to all records of a request though only one, or their sum, is at fault.
bool may_fit_alone(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE ||
         code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

std::optional<std::string> owned(const void* data, std::size_t size) {
  return data == nullptr ? std::nullopt
                         : std::optional<std::string>(std::in_place, static_cast<const char*>(data), size);
}

}  // namespace

void KafkaProducer::open_client() {
  ClientSettings now = settings_;
  now.native["batch.size"] = std::to_string(mode_ == Mode::alone ? 1 : batch_size_);
  if (now.native["enable.idempotence"] == "true" && mode_ != Mode::alone) {
    now.native["enable.gapless.guarantee"] =
        "true";  // alone, a refusal is final and nothing has to wait for it
  }
  Conf conf = make_conf(now);
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  last_ = nullptr;
  topics_.clear();
  const std::lock_guard lock(queue_mutex_);
  queue_.reset();
  client_ = make_client(RD_KAFKA_PRODUCER, std::move(conf));
  queue_.reset(rd_kafka_queue_get_main(client_.get()));
}

bool KafkaProducer::stopped_for_gap() const {
  return rd_kafka_fatal_error(client_.get(), nullptr, 0) == RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE;
}

/// librdkafka closes a batch before the record that would pass batch.size.
bool KafkaProducer::is_alone(const rd_kafka_message_t& message) const {
  return mode_ == Mode::alone || message.len + message.key_len > batch_size_;
}

void KafkaProducer::report(const rd_kafka_message_t& message) {
  --outstanding_;
  auto* slot = static_cast<Slot*>(message._private);
  const rd_kafka_resp_err_t code = message.err;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    in_flight_ -= slot->bytes;
    settle(slot, nullptr);
    return;
  }
  const Error error =
      to_error(code, std::string("writing to topic '") + rd_kafka_topic_name(message.rkt) + "'");
  if (stopped_for_gap()) {
    collect();
  }
  if (may_fit_alone(code) && !is_alone(message)) {
    if (!split_) {
      log::warn(kLogger, "{}; its records are sent again one by one", error.text());
      if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE) {
        batch_size_ = std::max<std::size_t>(batch_size_ / 4, 1);
      }
    }
    split_ = true;
    collect();
    keep(message);
  } else if (mode_ == Mode::collecting &&
             (error.kind == ErrorKind::transient || error.kind == ErrorKind::fatal)) {
    keep(message);  // it only stood beside what was refused
  } else {
    in_flight_ -= slot->bytes;
    settle(slot, &error);
  }
}

void KafkaProducer::collect() {
  if (mode_ == Mode::normal) {
    mode_ = Mode::collecting;
  }
}

void KafkaProducer::keep(const rd_kafka_message_t& message) {
  Kept kept;
  kept.slot = static_cast<Slot*>(message._private);
  kept.topic = rd_kafka_topic_name(message.rkt);
  kept.partition = message.partition;
  kept.key = owned(message.key, message.key_len);
  kept.value = owned(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      kept.headers.emplace_back(name, owned(value, size));
    }
  }
  kept_.push_back(std::move(kept));
}

void KafkaProducer::step() {
  if (outstanding_ != 0) {
    if (mode_ == Mode::collecting) {
      // Again and again: a request that was under way may come back to the queue.
      rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
    return;
  }
  mode_ = mode_ == Mode::collecting && split_ ? Mode::alone : Mode::normal;
  split_ = false;
  open_client();
  send_kept();
}

void KafkaProducer::send_kept() {
  std::vector<Kept> records = std::move(kept_);
  kept_.clear();
  std::sort(records.begin(), records.end(), [](const Kept& a, const Kept& b) {
    return std::pair(a.slot->batch->number, a.slot) < std::pair(b.slot->batch->number, b.slot);
  });
  std::vector<RecordHeader> headers;
  for (auto it = records.begin(); it != records.end(); ++it) {
    headers.clear();
    for (const auto& [name, value] : it->headers) {
      headers.push_back({name, value});
    }
    OutRecord record;
    record.topic = it->topic;
    record.partition = it->partition;
    record.key = it->key;
    record.value = it->value;
    record.headers = headers;
    record.timestamp_ms = it->slot->timestamp_ms;
    const KafkaError failed = hand_over(record, it->slot, true);
    if (failed && stopped_for_gap()) {  // refused again while the rest was still being handed over
      collect();
      kept_.assign(std::make_move_iterator(it), std::make_move_iterator(records.end()));
      return;
    }
    if (failed) {
      in_flight_ -= it->slot->bytes;
      early_.push_back(
          {it->slot, to_error(rd_kafka_error_code(failed.get()), "writing to topic '" + it->topic + "'",
                              rd_kafka_error_string(failed.get()))});
    }
  }
}

}  // namespace tandem::topics::kafka
