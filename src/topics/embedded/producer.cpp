#include "topics/embedded/producer.hpp"

#include <set>

#include "tandem/base/clock.hpp"

namespace tandem::topics::embedded {

LogProducer::LogProducer(Log& log, std::size_t limit, std::size_t largest, DeliveryListener& listener)
    : log_(log), limit_(limit), largest_(largest), listener_(listener) {}

LogProducer::~LogProducer() = default;

void LogProducer::send(std::uint64_t id, std::span<const OutRecord> records, std::stop_token stop) {
  auto append = std::make_shared<Append>();
  append->items.reserve(records.size());
  std::size_t bytes = 0;
  const std::int64_t now = Clock::system().now_ms();
  std::string_view last;
  TopicRow row;
  bool compacted = false;
  std::deque<DeliveryFailure> failures;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const OutRecord& record = records[i];
    if (i == 0 || record.topic != last) {
      last = record.topic;
      row = log_.topic_for_write(std::string(last));
      const auto policy = row.config.find("cleanup.policy");
      compacted = policy != row.config.end() && policy->second.find("compact") != std::string::npos;
    }
    Append::Item item;
    item.topic = last;
    item.partition = record.partition;
    if (record.partition < 0) {
      const std::uint32_t hash = record.key ? murmur2(*record.key) & 0x7fffffffU : random_() & 0x7fffffffU;
      item.partition = static_cast<std::int32_t>(hash % static_cast<std::uint32_t>(row.partitions));
    }
    const std::size_t size = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
    if (size > largest_) {
      failures.push_back({id, i, Error(ErrorKind::data,
                                       "writing to topic '" + item.topic + "': the record has " + std::to_string(size) +
                                           " bytes, max.request.size is " + std::to_string(largest_),
                                       "raise producer.override.max.request.size")});
      continue;
    }
    if (item.partition >= row.partitions) {
      failures.push_back({id, i, Error(ErrorKind::not_found, "topic '" + item.topic + "' has no partition " +
                                                                 std::to_string(item.partition),
                                       "create the topic with more partitions")});
      continue;
    }
    encode(item.value, record, record.timestamp_ms < 0 ? now : record.timestamp_ms);
    item.has_key = record.key.has_value();
    if (compacted && item.has_key) {
      item.key = *record.key;
    }
    bytes += item.value.size();
    append->items.push_back(std::move(item));
  }
  if (!failures.empty()) {
    // All of a batch or nothing: the good records (a position among them, maybe) must not pass the bad one silently.
    std::set<std::size_t> bad;
    for (const DeliveryFailure& f : failures) {
      bad.insert(f.index);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (!bad.contains(i)) {
        failures.push_back({id, i, Error(ErrorKind::transient, "not written: another record of its batch was refused",
                                         "send it again without that record")});
      }
    }
    append->items.clear();
    bytes = 0;
  }
  while (bytes_in_flight() != 0 && bytes_in_flight() + bytes > limit_) {
    if (stop.stop_requested()) {
      raise(ErrorKind::cancelled, "stopped while waiting for the embedded log");
    }
    log_.check_writable();
    poll(std::chrono::milliseconds(20));
  }
  {
    const std::lock_guard lock(box_->mutex);
    if (append->items.empty()) {
      ++box_->batches;
      box_->done.push_back(id);
      failures_.insert(failures_.end(), failures.begin(), failures.end());
      return;
    }
  }
  append->done = [box = box_, id, bytes] {
    {
      const std::lock_guard lock(box->mutex);
      box->bytes -= bytes;
      box->done.push_back(id);
    }
    box->changed.notify_one();
  };
  {
    const std::lock_guard lock(box_->mutex);
    box_->bytes += bytes;
    ++box_->batches;
  }
  try {
    log_.append(std::move(append));
  } catch (...) {
    const std::lock_guard lock(box_->mutex);
    box_->bytes -= bytes;
    --box_->batches;
    throw;
  }
}

void LogProducer::poll(std::chrono::milliseconds wait) {
  std::deque<std::uint64_t> done;
  {
    std::unique_lock lock(box_->mutex);
    box_->changed.wait_for(lock, wait, [&] { return box_->woken || !box_->done.empty(); });
    box_->woken = false;
    done.swap(box_->done);
    box_->batches -= done.size();
  }
  while (!failures_.empty()) {
    const DeliveryFailure failure = std::move(failures_.front());
    failures_.pop_front();
    listener_.on_failure(failure);
  }
  for (const std::uint64_t id : done) {
    listener_.on_batch_done(id);
  }
}

bool LogProducer::flush(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    {
      const std::lock_guard lock(box_->mutex);
      if (box_->batches == 0) {
        return true;
      }
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    poll(std::max(left, std::chrono::milliseconds(0)));
    if (left.count() <= 0) {
      const std::lock_guard lock(box_->mutex);
      return box_->batches == 0;
    }
  }
}

std::size_t LogProducer::bytes_in_flight() const noexcept {
  const std::lock_guard lock(box_->mutex);
  return box_->bytes;
}

void LogProducer::wake() noexcept {
  {
    const std::lock_guard lock(box_->mutex);
    box_->woken = true;
  }
  box_->changed.notify_one();
}

}  // namespace tandem::topics::embedded
