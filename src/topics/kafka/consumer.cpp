#include "topics/kafka/consumer.hpp"

#include "tandem/base/log.hpp"
#include "topics/kafka/errors.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

namespace tandem::topics::kafka {
namespace {

// A quarter of queued.max.messages.kbytes and of queued.min.messages: the queue is below its bounds by then.
constexpr std::size_t kWakeFetcherAfter = 512 << 10;
constexpr std::size_t kWakeFetcherAfterRecords = 25'000;

constexpr const char* kLogger = "tandem.topics.kafka";
constexpr int kCallLimitMs = 30'000;

PartitionList to_list(const std::vector<TopicPartition>& partitions) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& p : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), p.topic.c_str(), p.partition);
  }
  return list;
}

PartitionList to_list(const Offsets& offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [p, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), p.topic.c_str(), p.partition)->offset = offset;
  }
  return list;
}

std::vector<TopicPartition> from_list(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> out;
  for (int i = 0; i < list.cnt; ++i) {
    out.push_back({list.elems[i].topic, list.elems[i].partition});
  }
  return out;
}

void check(rd_kafka_resp_err_t code, const char* doing) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    raise_error(code, doing);
  }
}

void check(rd_kafka_error_t* failed, const char* doing) {
  if (const KafkaError error{failed}) {
    raise_error(rd_kafka_error_code(error.get()), doing, rd_kafka_error_string(error.get()));
  }
}

class KafkaBatch final : public Batch {
 public:
  KafkaBatch(std::shared_ptr<rd_kafka_t> client, std::vector<Message> messages)
      : client_(std::move(client)), messages_(std::move(messages)) {}
  const std::vector<Message>& messages() const { return messages_; }

 private:
  std::shared_ptr<rd_kafka_t> client_;
  std::vector<Message> messages_;
};

BytesView view(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

}  // namespace

KafkaConsumer::KafkaConsumer(const ClientSettings& settings) : group_(settings.group_id) {
  Conf conf = make_conf(settings);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_rebalance_cb(conf.get(), &KafkaConsumer::rebalance);
  Client client = make_client(RD_KAFKA_CONSUMER, std::move(conf));
  rd_kafka_poll_set_consumer(client.get());
  client_ = std::shared_ptr<rd_kafka_t>(client.release(), [](rd_kafka_t* p) { rd_kafka_destroy(p); });
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
}

KafkaConsumer::~KafkaConsumer() {
  try {
    close();
  } catch (const std::exception& e) {
    log::warn(kLogger, "closing a consumer: {}", e.what());
  }
}

void KafkaConsumer::subscribe_to(const std::vector<std::string>& names, RebalanceListener& listener) {
  if (group_.empty()) {
    raise(ErrorKind::config, "a consumer without group.id cannot subscribe", "set group.id");
  }
  listener_ = &listener;
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(names.size())));
  for (const std::string& name : names) {
    rd_kafka_topic_partition_list_add(list.get(), name.c_str(), RD_KAFKA_PARTITION_UA);
  }
  check(rd_kafka_subscribe(client_.get(), list.get()), "subscribing to topics");
}

void KafkaConsumer::subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) {
  subscribe_to(topics, listener);
}

void KafkaConsumer::subscribe_pattern(const std::string& pattern, RebalanceListener& listener) {
  subscribe_to({posix_pattern(pattern)}, listener);
}

void KafkaConsumer::assign(const Offsets& from) {
  const PartitionList list = to_list(from);
  check(rd_kafka_assign(client_.get(), list.get()), "assigning partitions");
  assigned_.clear();
  for (const auto& [p, offset] : from) {
    assigned_.insert(p);
  }
}

void KafkaConsumer::rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                              void* opaque) noexcept {
  auto* self = static_cast<KafkaConsumer*>(opaque);
  try {
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      self->on_assign(list);
    } else {
      self->on_revoke(list);
    }
  } catch (...) {
    self->failure_ = std::current_exception();
  }
}

void KafkaConsumer::on_assign(rd_kafka_topic_partition_list_t* list) {
  const std::vector<TopicPartition> partitions = from_list(*list);
  assigned_.insert(partitions.begin(), partitions.end());
  // The listener runs before fetching begins, so that a seek in it is where the partition starts.
  assigning_ = list;
  pause_after_assign_.clear();
  std::exception_ptr failed;
  try {
    if (listener_ != nullptr) {
      listener_->on_assigned(partitions);
    }
  } catch (...) {
    failed = std::current_exception();
  }
  assigning_ = nullptr;
  const bool cooperative = std::strcmp(rd_kafka_rebalance_protocol(client_.get()), "COOPERATIVE") == 0;
  if (cooperative) {
    check(rd_kafka_incremental_assign(client_.get(), list), "taking over partitions");
  } else {
    check(rd_kafka_assign(client_.get(), list), "taking over partitions");
  }
  if (!pause_after_assign_.empty()) {
    pause({pause_after_assign_.begin(), pause_after_assign_.end()});
  }
  if (failed) {
    std::rethrow_exception(failed);
  }
}

void KafkaConsumer::on_revoke(rd_kafka_topic_partition_list_t* list) {
  const std::vector<TopicPartition> partitions = from_list(*list);
  ++revocations_;
  revoked_.insert(partitions.begin(), partitions.end());
  std::exception_ptr failed;
  try {
    if (listener_ != nullptr) {
      listener_->on_revoked(partitions);
    }
  } catch (...) {
    failed = std::current_exception();
  }
  for (const TopicPartition& p : partitions) {
    assigned_.erase(p);
  }
  const bool cooperative = std::strcmp(rd_kafka_rebalance_protocol(client_.get()), "COOPERATIVE") == 0;
  if (cooperative) {
    check(rd_kafka_incremental_unassign(client_.get(), list), "giving partitions back");
  } else {
    check(rd_kafka_assign(client_.get(), nullptr), "giving partitions back");
  }
  if (failed) {
    std::rethrow_exception(failed);
  }
}

bool KafkaConsumer::usable(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return true;
  }
  std::string doing = "reading";
  if (message.rkt != nullptr) {
    doing += std::string(" topic '") + rd_kafka_topic_name(message.rkt) + "'";
  }
  const char* detail = static_cast<const char*>(message.payload);
  const Error error = to_error(message.err, doing, detail == nullptr ? "" : std::string(detail, message.len));
  switch (error.kind) {
    case ErrorKind::auth:
    case ErrorKind::fatal:
    case ErrorKind::config:
      throw TandemError(error);
    default:  // the library goes on by itself: a topic not there yet, a broker away
      log::debug(kLogger, "{}", error.text());
      return false;
  }
}

/// Records taken before a rebalance inside the same poll(): their partition is another member's now.
void KafkaConsumer::drop_lost(std::vector<Message>& messages) const {
  std::erase_if(messages, [&](const Message& m) {
    return revoked_.contains({rd_kafka_topic_name(m->rkt), m->partition});
  });
}

std::unique_ptr<Batch> KafkaConsumer::poll(std::chrono::milliseconds wait, std::size_t max_records,
                                           std::size_t max_bytes) {
  std::vector<Message> messages;
  std::size_t bytes = 0;
  int wait_ms = 0;  // first what is there
  bool waited = wait.count() == 0;
  while (messages.size() < max_records && bytes < max_bytes) {
    revoked_.clear();
    const std::uint64_t before = revocations_;
    Message message(rd_kafka_consumer_poll(client_.get(), wait_ms));
    if (!message && !failure_ && !waited && messages.empty()) {
      // An empty queue was drained below its bounds before: the fetcher waits for the broker, not for us, and
      // a request behind its long poll would be answered with the next record only.
      drained_bytes_ = drained_records_ = 0;
      waited = true;
      wait_ms = static_cast<int>(wait.count());
      message.reset(rd_kafka_consumer_poll(client_.get(), wait_ms));
    }
    if (revocations_ != before) {
      drop_lost(messages);
    }
    if (failure_) {
      std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    if (!message) {
      break;
    }
    if (usable(*message)) {
      bytes += message->len + message->key_len;
      messages.push_back(std::move(message));
      wait_ms = 0;
    } else if (wait_ms > 0) {
      break;  // an event, no record: the caller's loop comes again
    }
  }
  if (messages.empty()) {
    return nullptr;
  }
  drained_bytes_ += bytes;
  drained_records_ += messages.size();
  if (drained_bytes_ >= kWakeFetcherAfter || drained_records_ >= kWakeFetcherAfterRecords) {
    drained_bytes_ = drained_records_ = 0;
    waker_.wake(client_.get(), rd_kafka_topic_name(messages.back()->rkt), messages.back()->partition);
  }
  return to_batch(std::move(messages));
}

std::shared_ptr<const std::string> KafkaConsumer::topic_name(const rd_kafka_topic_t* topic) {
  const std::string_view name = rd_kafka_topic_name(topic);
  auto it = names_.find(name);
  if (it == names_.end()) {
    it = names_.emplace(std::string(name), std::make_shared<const std::string>(name)).first;
  }
  return it->second;
}

std::unique_ptr<Batch> KafkaConsumer::to_batch(std::vector<Message> messages) {
  auto batch = std::make_unique<KafkaBatch>(client_, std::move(messages));
  batch->records.reserve(batch->messages().size());
  std::map<const rd_kafka_topic_t*, std::int32_t> indexes;
  const rd_kafka_topic_t* last = nullptr;
  std::int32_t index = 0;
  for (const Message& m : batch->messages()) {
    if (m->rkt != last) {
      const auto [it, added] = indexes.emplace(m->rkt, static_cast<std::int32_t>(batch->topics.size()));
      if (added) {
        batch->topics.push_back(topic_name(m->rkt));
      }
      last = m->rkt;
      index = it->second;
    }
    InRecord& r = batch->records.emplace_back();
    r.topic = index;
    r.partition = m->partition;
    r.offset = m->offset;
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    r.timestamp_ms = rd_kafka_message_timestamp(m.get(), &kind);
    r.log_append_time = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    if (m->key != nullptr) {
      r.key = view(m->key, m->key_len);
    }
    if (m->payload != nullptr) {
      r.value = view(m->payload, m->len);
    }
    rd_kafka_headers_t* headers = nullptr;
    r.first_header = static_cast<std::uint32_t>(batch->headers.size());
    if (rd_kafka_message_headers(m.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* name = nullptr;
      const void* value = nullptr;
      std::size_t size = 0;
      while (rd_kafka_header_get_all(headers, r.header_count, &name, &value, &size) ==
             RD_KAFKA_RESP_ERR_NO_ERROR) {
        batch->headers.push_back(
            {name, value == nullptr ? std::nullopt : std::optional<BytesView>(view(value, size))});
        ++r.header_count;
      }
    }
  }
  return batch;
}

void KafkaConsumer::seek(const TopicPartition& partition, std::int64_t offset) {
  if (assigning_ != nullptr) {
    if (auto* at =
            rd_kafka_topic_partition_list_find(assigning_, partition.topic.c_str(), partition.partition)) {
      at->offset = offset;
      return;
    }
  }
  const PartitionList list = to_list(Offsets{{partition, offset}});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (;;) {
    check(rd_kafka_seek_partitions(client_.get(), list.get(), kCallLimitMs), "seeking");
    const rd_kafka_resp_err_t code = list->elems[0].err;
    // Just after an assignment the fetcher may not have started.
    if (code != RD_KAFKA_RESP_ERR__STATE || std::chrono::steady_clock::now() > until) {
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        raise_error(code, "seeking in " + partition.topic + "-" + std::to_string(partition.partition));
      }
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void KafkaConsumer::pause(const std::vector<TopicPartition>& partitions) {
  if (assigning_ != nullptr) {
    pause_after_assign_.insert(partitions.begin(), partitions.end());
    return;
  }
  check(rd_kafka_pause_partitions(client_.get(), to_list(partitions).get()), "pausing partitions");
}

void KafkaConsumer::resume(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& p : partitions) {
    pause_after_assign_.erase(p);
  }
  if (assigning_ == nullptr) {
    check(rd_kafka_resume_partitions(client_.get(), to_list(partitions).get()), "resuming partitions");
  }
}

void KafkaConsumer::commit(const Offsets& next) {
  if (next.empty()) {
    return;
  }
  const PartitionList list = to_list(next);
  const rd_kafka_resp_err_t code = rd_kafka_commit(client_.get(), list.get(), 0);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__NO_OFFSET) {
    raise_error(code, "committing offsets of group '" + group_ + "'");
  }
}

void KafkaConsumer::commit_async(const Offsets& next) {
  if (!next.empty()) {
    rd_kafka_commit(client_.get(), to_list(next).get(), 1);
  }
}

Offsets KafkaConsumer::committed(const std::vector<TopicPartition>& partitions) {
  Offsets out;
  if (partitions.empty() || group_.empty()) {
    return out;
  }
  const PartitionList list = to_list(partitions);
  const std::string doing = "reading the committed offsets of group '" + group_ + "'";
  check(rd_kafka_committed(client_.get(), list.get(), kCallLimitMs), doing.c_str());
  for (int i = 0; i < list->cnt; ++i) {
    const auto& e = list->elems[i];
    check(e.err, doing.c_str());
    if (e.offset >= 0) {
      out[{e.topic, e.partition}] = e.offset;
    }
  }
  return out;
}

void KafkaConsumer::close() {
  if (closed_) {
    return;
  }
  closed_ = true;
  rd_kafka_consumer_close(client_.get());
  assigned_.clear();
  if (failure_) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
}

void KafkaConsumer::wake() noexcept { rd_kafka_queue_yield(queue_.get()); }

}  // namespace tandem::topics::kafka
