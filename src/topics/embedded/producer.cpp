#include "topics/embedded/producer.hpp"

#include "tandem/base/clock.hpp"

#include <algorithm>
#include <set>

namespace tandem::topics::embedded {

LogProducer::LogProducer(Log& log, std::size_t limit, std::size_t largest, DeliveryListener& listener)
    : log_(log), limit_(std::min(limit, 2 * kGroupBytes)), largest_(largest), listener_(listener) {}

LogProducer::~LogProducer() = default;

void LogProducer::send(std::uint64_t id, std::span<const OutRecord> records, std::stop_token stop) {
  auto append = std::make_shared<Append>();
  append->items.reserve(records.size());
  std::size_t bytes = 0;
  TopicRow row;
  bool compacted = false;
  std::deque<DeliveryFailure> failures;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const OutRecord& record = records[i];
    if (i == 0 || record.topic != append->topics.back()) {
      append->topics.emplace_back(record.topic);
      row = log_.topic_for_write(append->topics.back());
      compacted = has_policy(row, "compact");
    }
    Append::Item& item = append->items.emplace_back();
    item.topic = static_cast<std::uint32_t>(append->topics.size() - 1);
    item.partition = record.partition;
    if (record.partition < 0) {
      const std::uint32_t hash = record.key ? murmur2(*record.key) & 0x7fffffffU : random_() & 0x7fffffffU;
      item.partition = static_cast<std::int32_t>(hash % static_cast<std::uint32_t>(row.partitions));
    }
    const std::size_t size =
        (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
    if (size > largest_) {
      failures.push_back(
          {id, i,
           Error(ErrorKind::data,
                 "writing to topic '" + append->topics.back() + "': the record has " + std::to_string(size) +
                     " bytes, max.request.size is " + std::to_string(largest_),
                 "raise producer.override.max.request.size")});
    } else if (item.partition >= row.partitions) {
      failures.push_back(
          {id, i,
           Error(ErrorKind::not_found,
                 "topic '" + append->topics.back() + "' has no partition " + std::to_string(item.partition),
                 "create the topic with more partitions")});
    }
    item.has_key = compacted && record.key.has_value();
    item.key_size = item.has_key ? static_cast<std::uint32_t>(record.key->size()) : 0;
    bytes += encoded_size(record) + item.key_size;
  }
  if (!failures.empty()) {
    // All of a batch or nothing: the good records (a position among them, maybe) must not pass the bad one
    // silently.
    std::set<std::size_t> bad;
    for (const DeliveryFailure& f : failures) {
      bad.insert(f.index);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (!bad.contains(i)) {
        failures.push_back(
            {id, i,
             Error(ErrorKind::transient, "not written: another record of its batch was refused",
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
  // Only now: a record of many megabytes is not to lie here while another one is written.
  append->bytes.reserve(bytes);
  const std::int64_t now = Clock::system().now_ms();
  for (std::size_t i = 0; i < append->items.size(); ++i) {
    Append::Item& item = append->items[i];
    item.at = append->bytes.size();
    encode(append->bytes, records[i], records[i].timestamp_ms < 0 ? now : records[i].timestamp_ms);
    item.size = append->bytes.size() - item.at;
    if (item.key_size != 0) {
      append->bytes += *records[i].key;
    }
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
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
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
