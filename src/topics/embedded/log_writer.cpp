#include "tandem/base/clock.hpp"
#include "tandem/base/log.hpp"
#include "topics/embedded/chunks.hpp"
#include "topics/embedded/log.hpp"

#include <algorithm>

#include <rocksdb/write_batch.h>

/// The writer thread: waiting batches become one synced write of the engine.
namespace tandem::topics::embedded {
namespace {

constexpr const char* kLogger = "tandem.topics.embedded";
constexpr std::int64_t kRetentionEveryBytes = 64 << 20;
constexpr auto kRetentionEvery = std::chrono::minutes(5);  // Kafka's log.retention.check.interval.ms
constexpr auto kTryAgain = std::chrono::milliseconds(500);
constexpr std::size_t kGroupSlack = 4096;   // marks: a write that outgrows its reservation doubles it
constexpr std::size_t kEntryOverhead = 32;  // key, lengths and tag of one record in a write

}  // namespace

void delete_all_of(std::uint32_t number, rocksdb::WriteBatch& write) {
  for (const char kind : {kRecord, kIndex, kHigh, kLow}) {
    write.DeleteRange(partition_key(kind, number, 0), partition_key(kind, number + 1, 0));
  }
}

struct Log::Touched {
  std::uint32_t number;
  bool compacted;
  Mark high;
  std::string key;  ///< of its last record
  bool gone = false;
};

/// A write on its way. What it was made of is let go when it is made: the same write is tried until it
/// succeeds.
struct Log::Group {
  std::vector<std::shared_ptr<Append>> batches;
  rocksdb::WriteBatch write;
  std::map<TopicPartition, Touched> touched;
  std::map<std::string, Mark> latest;  ///< index entries written in this group
  std::size_t bytes = 0;
};

void Log::refuse_while_failing() const {
  if (!failing_.empty()) {
    raise(ErrorKind::transient, "the embedded log in " + folder_ + " cannot be written: " + failing_,
          "make room on its disk; writing goes on by itself");
  }
}

void Log::check_writable() const {
  const std::lock_guard lock(mutex_);
  refuse_while_failing();
}

void Log::append(std::shared_ptr<Append> batch) {
  {
    const std::lock_guard lock(mutex_);
    refuse_while_failing();
    waiting_.push_back(std::move(batch));
  }
  work_.notify_one();
}

/// Whole batches up to kGroupBytes, at least one. The caller holds the lock.
std::vector<std::shared_ptr<Append>> Log::take_waiting() {
  std::vector<std::shared_ptr<Append>> out;
  for (std::size_t bytes = 0; !waiting_.empty(); waiting_.pop_front()) {
    bytes += waiting_.front()->bytes.size();
    if (!out.empty() && bytes > kGroupBytes) {
      break;
    }
    out.push_back(std::move(waiting_.front()));
  }
  return out;
}

void Log::run() {
  auto retention_at = std::chrono::steady_clock::now() + kRetentionEvery;
  for (;;) {
    Group group;
    {
      std::unique_lock lock(mutex_);
      work_.wait_until(lock, retention_at, [&] { return stopping_ || !waiting_.empty(); });
      group.batches = take_waiting();
      if (stopping_ && group.batches.empty()) {
        return;
      }
    }
    if (!group.batches.empty() && !put(group)) {
      return;
    }
    if (since_retention_ > kRetentionEveryBytes || std::chrono::steady_clock::now() >= retention_at) {
      retention_at = std::chrono::steady_clock::now() + kRetentionEvery;
      since_retention_ = 0;
      try {
        apply_retention(Clock::system().now_ms());
      } catch (const TandemError& e) {
        log::warn(kLogger, "{}", e.error().text());
      }
    }
  }
}

/// Until it is on the disk; false when the log is closed before.
bool Log::put(Group& group) {
  bool made = false;
  for (;;) {
    try {
      if (!made) {
        make(group);
        made = true;
      }
      write(group);
      break;
    } catch (const TandemError& e) {
      std::unique_lock lock(mutex_);
      if (failing_.empty()) {
        log::error(kLogger, "{}", e.error().text());
      }
      failing_ = e.error().message;
      // The same write is tried again, at the same offsets, so order holds and nothing is lost.
      work_.wait_for(lock, kTryAgain, [&] { return stopping_; });
      if (stopping_) {
        return false;
      }
      lock.unlock();
      db_->Resume();
    }
  }
  if (group.bytes > 2 * kGroupBytes) {
    // A record of many megabytes lies in the engine's buffer now: into its file with it before the next one
    // comes.
    group.write = rocksdb::WriteBatch();
    db_->Flush({});
  }
  for (const auto& batch : group.batches) {
    batch->done();
  }
  return true;
}

Log::Touched* Log::touch(Group& group, const std::string& name, std::int32_t partition) {
  auto at = group.touched.find({name, partition});
  if (at == group.touched.end()) {
    const std::lock_guard lock(mutex_);
    const Topic* topic = find(name);
    if (topic == nullptr || partition >= topic->row.partitions) {
      return nullptr;  // deleted after send(): as in Kafka, its records go with it
    }
    const Mark high = topic->partitions[static_cast<std::size_t>(partition)].high;
    at = group.touched
             .emplace(TopicPartition{name, partition},
                      Touched{topic->row.number, topic->compacted, high,
                              record_key(topic->row.number, partition, high.offset)})
             .first;
  }
  return &at->second;
}

void Log::make(Group& group) {
  std::size_t size = 0;
  for (const auto& batch : group.batches) {
    size += batch->bytes.size() + batch->items.size() * kEntryOverhead;
  }
  group.write = rocksdb::WriteBatch(size + size / 4096 + kGroupSlack);
  for (const auto& batch : group.batches) {
    const Append::Item* last = nullptr;
    Touched* part = nullptr;
    for (const Append::Item& item : batch->items) {
      if (last == nullptr || last->topic != item.topic || last->partition != item.partition) {
        part = touch(group, batch->topics[item.topic], item.partition);
        last = &item;
      }
      if (part == nullptr) {
        continue;
      }
      const std::int64_t offset = part->high.offset++;
      part->high.bytes += static_cast<std::int64_t>(item.size);
      group.bytes += item.size;
      set_offset(part->key, offset);
      put_record(group.write, part->key, BytesView(batch->bytes).substr(item.at, item.size));
      if (part->compacted && item.has_key) {
        replace_older(group, *part, item.partition,
                      BytesView(batch->bytes).substr(item.at + item.size, item.key_size),
                      {offset, static_cast<std::int64_t>(item.size)});
      }
    }
    std::string().swap(batch->bytes);  // an assignment would keep the room
    batch->items = {};
  }
  for (const auto& [partition, part] : group.touched) {
    group.write.Put(partition_key(kHigh, part.number, partition.partition), encode_mark(part.high));
  }
}

void Log::replace_older(Group& group, const Touched& part, std::int32_t partition, BytesView key,
                        const Mark& newer) const {
  const std::string index = index_key(part.number, partition, key);
  const auto [known, first] = group.latest.try_emplace(index, newer);
  std::string stored;
  if (!first || db_->Get({}, index, &stored).ok()) {
    const Mark old = first ? decode_mark(stored) : known->second;
    delete_record(group.write, part.number, partition, old.offset, static_cast<std::size_t>(old.bytes));
    known->second = newer;
  }
  group.write.Put(index, encode_mark(newer));
}

void Log::write(Group& group) {
  const std::lock_guard no_removal(layout_);
  for (auto& [partition, part] : group.touched) {
    const auto row = topic(partition.topic);
    if (!part.gone && (!row || row->number != part.number)) {
      part.gone = true;
      delete_all_of(part.number, group.write);
    }
  }
  put_now(group.write, "appending records");
  since_retention_ += static_cast<std::int64_t>(group.bytes);
  const std::lock_guard lock(mutex_);
  if (!failing_.empty()) {
    log::info(kLogger, "the embedded log in {} can be written again", folder_);
    failing_.clear();
  }
  for (const auto& [partition, part] : group.touched) {
    if (!part.gone) {
      find(partition.topic)->partitions[static_cast<std::size_t>(partition.partition)].high = part.high;
    }
  }
  ++version_;
  changed_.notify_all();
}

}  // namespace tandem::topics::embedded
