#include "topics/kafka/producer.hpp"

#include "tandem/base/log.hpp"
#include "topics/kafka/errors.hpp"

#include <algorithm>
#include <array>

namespace tandem::topics::kafka {
namespace {

constexpr const char* kLogger = "tandem.topics.kafka";
constexpr int kFlushMs = 1;  ///< time for the broker thread to see it
constexpr int kFlushes = 5;  ///< what waits for an earlier request is flushed when that is done

void* pointer(const std::optional<BytesView>& bytes) {
  if (!bytes) {
    return nullptr;
  }
  // An empty value is not null: librdkafka tells them apart by the pointer.
  return const_cast<char*>(bytes->data() == nullptr ? "" : bytes->data());
}
std::size_t size(const std::optional<BytesView>& bytes) { return bytes ? bytes->size() : 0; }

}  // namespace

KafkaProducer::KafkaProducer(const ClientSettings& settings, DeliveryListener& listener)
    : listener_(listener),
      settings_(settings),
      limit_(settings.producer_bytes),
      prompt_(settings.prompt),
      batch_size_(std::stoul(settings.native.at("batch.size"))) {
  open_client();
}

KafkaProducer::~KafkaProducer() {
  // What is not acknowledged now is not waited for: the owner flushed if it cared.
  rd_kafka_purge(client_.get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  topics_.clear();
  queue_.reset();
  client_.reset();
}

rd_kafka_topic_t* KafkaProducer::topic(std::string_view name) {
  if (last_ != nullptr && last_name_ == name) {
    return last_;
  }
  auto it = topics_.find(name);
  if (it == topics_.end()) {
    TopicHandle made(rd_kafka_topic_new(client_.get(), std::string(name).c_str(), nullptr));
    if (!made) {
      raise_error(rd_kafka_last_error(), "writing to topic '" + std::string(name) + "'");
    }
    it = topics_.emplace(std::string(name), std::move(made)).first;
  }
  last_name_.assign(name);
  last_ = it->second.get();
  return last_;
}

KafkaProducer::SendBatch* KafkaProducer::open_batch(std::uint64_t id, std::size_t records) {
  if (free_.empty()) {
    batches_.push_back(std::make_unique<SendBatch>());
    free_.push_back(batches_.back().get());
  }
  SendBatch* batch = free_.back();
  free_.pop_back();
  batch->id = id;
  batch->number = ++sends_;
  batch->open = records + 1;
  batch->slots.assign(records, Slot{batch});
  return batch;
}

void KafkaProducer::send(std::uint64_t id, std::span<const OutRecord> records, std::stop_token stop) {
  send_owned(id, records, nullptr, std::move(stop));
}

void KafkaProducer::send_owned(std::uint64_t id, std::span<const OutRecord> records,
                               std::shared_ptr<const void> owner, std::stop_token stop) {
  SendBatch* batch = open_batch(id, records.size());
  batch->owner = std::move(owner);
  for (std::size_t i = 0; i < records.size(); ++i) {
    batch->slots[i].timestamp_ms = records[i].timestamp_ms;
    produce(records[i], &batch->slots[i], stop);
  }
  if (--batch->open == 0) {
    done_.push_back(batch);
  }
  // librdkafka's broker thread spins on a partition whose messages have lingered long enough while an earlier
  // request of theirs is under way (an idempotent producer has one at a time): with a short linger that is
  // most of a snapshot. So it lingers long, full batches leave by their size, and what is less than one is
  // flushed; a flush does not linger.
  for (int i = 0;
       i < kFlushes && prompt_ && mode_ == Mode::normal && outstanding_ != 0 && in_flight_ < batch_size_;
       ++i) {
    rd_kafka_flush(client_.get(), kFlushMs);
    serve(0);
  }
}

void KafkaProducer::produce(const OutRecord& record, Slot* slot, const std::stop_token& stop) {
  std::size_t bytes = size(record.key) + size(record.value) + kRecordOverhead;
  for (const RecordHeader& h : record.headers) {
    bytes += h.key.size() + size(h.value);
  }
  auto wait_for_room = [&] {
    if (stop.stop_requested()) {
      raise(ErrorKind::cancelled, "stopped while waiting for Kafka to acknowledge earlier records");
    }
    serve(20);
  };
  while (in_flight_ != 0 && in_flight_ + bytes > limit_) {
    wait_for_room();
  }
  for (;;) {
    while (mode_ != Mode::normal) {
      wait_for_room();
    }
    const KafkaError failed = hand_over(record, slot, slot->batch->owner == nullptr);
    if (!failed) {
      slot->bytes = bytes;
      in_flight_ += bytes;
      return;
    }
    const rd_kafka_resp_err_t code = rd_kafka_error_code(failed.get());
    if (stopped_for_gap()) {
      collect();
    } else if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      wait_for_room();
    } else {
      early_.push_back({slot, to_error(code, "writing to topic '" + std::string(record.topic) + "'",
                                       rd_kafka_error_string(failed.get()))});
      return;
    }
  }
}

/// `copied`: the client keeps a copy of the value; it does so of everything else in any case.
KafkaError KafkaProducer::hand_over(const OutRecord& record, Slot* slot, bool copied) {
  HeaderList headers;
  if (!record.headers.empty()) {
    headers.reset(rd_kafka_headers_new(record.headers.size()));
    for (const RecordHeader& h : record.headers) {
      rd_kafka_header_add(headers.get(), h.key.data(), static_cast<ssize_t>(h.key.size()), pointer(h.value),
                          static_cast<ssize_t>(size(h.value)));
    }
  }
  std::array<rd_kafka_vu_t, 8> v;
  std::size_t n = 0;
  v[n].vtype = RD_KAFKA_VTYPE_RKT;
  v[n++].u.rkt = topic(record.topic);
  v[n].vtype = RD_KAFKA_VTYPE_PARTITION;
  v[n++].u.i32 = record.partition < 0 ? RD_KAFKA_PARTITION_UA : record.partition;
  v[n].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  v[n++].u.i = copied ? RD_KAFKA_MSG_F_COPY : 0;
  v[n].vtype = RD_KAFKA_VTYPE_KEY;
  v[n].u.mem.ptr = pointer(record.key);
  v[n++].u.mem.size = size(record.key);
  v[n].vtype = RD_KAFKA_VTYPE_VALUE;
  v[n].u.mem.ptr = pointer(record.value);
  v[n++].u.mem.size = size(record.value);
  v[n].vtype = RD_KAFKA_VTYPE_OPAQUE;
  v[n++].u.ptr = slot;
  if (record.timestamp_ms >= 0) {
    v[n].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    v[n++].u.i64 = record.timestamp_ms;
  }
  if (headers) {
    v[n].vtype = RD_KAFKA_VTYPE_HEADERS;
    v[n++].u.headers = headers.get();
  }
  KafkaError failed(rd_kafka_produceva(client_.get(), v.data(), n));
  if (!failed) {
    headers.release();  // taken with the message
    ++outstanding_;
  }
  return failed;
}

void KafkaProducer::close_one(SendBatch* batch) {
  if (--batch->open == 0) {
    const std::uint64_t id = batch->id;
    batch->owner.reset();
    free_.push_back(batch);
    listener_.on_batch_done(id);
  }
}

void KafkaProducer::settle(Slot* slot, const Error* error) {
  SendBatch* batch = slot->batch;
  if (error != nullptr) {
    listener_.on_failure({batch->id, static_cast<std::size_t>(slot - batch->slots.data()), *error});
  }
  close_one(batch);
}

void KafkaProducer::serve_early() {
  while (!early_.empty()) {
    const Early first = std::move(early_.front());
    early_.pop_front();
    settle(first.slot, &first.error);
  }
  while (!done_.empty()) {
    SendBatch* batch = done_.front();
    done_.pop_front();
    batch->open = 1;
    close_one(batch);
  }
}

void KafkaProducer::on_error(rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t code = rd_kafka_event_error(event);
  const Error error = to_error(code, "the Kafka producer", rd_kafka_event_error_string(event));
  if (stopped_for_gap()) {
    collect();
    return;
  }
  if (error.kind == ErrorKind::auth || error.kind == ErrorKind::fatal) {
    throw TandemError(error);
  }
  log::warn(kLogger, "{}", error.text());
}

void KafkaProducer::serve(int wait_ms) {
  serve_early();
  for (int wait = mode_ == Mode::normal ? wait_ms : std::min(wait_ms, 20);; wait = 0) {
    const Event event(rd_kafka_queue_poll(queue_.get(), wait));
    if (!event) {
      break;
    }
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) {
      on_error(event.get());
      continue;
    }
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get())) {
      report(*message);
    }
  }
  if (mode_ != Mode::normal) {
    step();
  }
}

void KafkaProducer::poll(std::chrono::milliseconds wait) {
  const bool ready = !early_.empty() || !done_.empty();
  serve(ready ? 0 : static_cast<int>(wait.count()));
}

bool KafkaProducer::flush(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    serve(0);
    if (in_flight_ == 0) {
      return true;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return false;
    }
    serve(static_cast<int>(std::min<std::int64_t>(left.count(), 100)));
  }
}

void KafkaProducer::wake() noexcept {
  const std::lock_guard lock(queue_mutex_);
  rd_kafka_queue_yield(queue_.get());
}

}  // namespace tandem::topics::kafka
