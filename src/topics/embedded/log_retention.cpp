#include "tandem/base/log.hpp"
#include "topics/embedded/chunks.hpp"
#include "topics/embedded/log.hpp"

#include <charconv>
#include <limits>

#include <rocksdb/convenience.h>
#include <rocksdb/write_batch.h>

/// What retention lets go, and whom it waits for.
namespace tandem::topics::embedded {
namespace {

constexpr const char* kLogger = "tandem.topics.embedded";
constexpr std::int64_t kDefaultRetentionMs = 7LL * 24 * 3600 * 1000;

std::int64_t setting(const TopicRow& row, const char* key, std::int64_t fallback) {
  const auto it = row.config.find(key);
  std::int64_t v = fallback;
  if (it != row.config.end()) {
    std::from_chars(it->second.data(), it->second.data() + it->second.size(), v);
  }
  return v;
}

}  // namespace

std::int64_t Log::first_needed(const TopicPartition& partition) const {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  auto look = [&](const Offsets& offsets) {
    if (const auto it = offsets.find(partition); it != offsets.end()) {
      first = std::min(first, it->second);
    }
  };
  for (const auto& [group, offsets] : groups_) {
    look(offsets);
  }
  for (const auto& [owner, offsets] : held_) {
    look(offsets);
  }
  return first;
}

void Log::apply_retention(std::int64_t now_ms) {
  struct Job {
    TopicPartition partition;
    std::uint32_t number;
    Mark low;
    std::int64_t stop, surplus, oldest;
  };
  const std::lock_guard alone(retention_);
  std::vector<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, topic] : topics_) {
      if (!has_policy(topic.row, "delete")) {
        continue;
      }
      const std::int64_t ms = setting(topic.row, "retention.ms", kDefaultRetentionMs);
      const std::int64_t most = setting(topic.row, "retention.bytes", -1);
      for (std::int32_t p = 0; p < topic.row.partitions; ++p) {
        const Partition& part = topic.partitions[static_cast<std::size_t>(p)];
        const std::int64_t surplus = most < 0 ? 0 : part.high.bytes - part.low.bytes - most;
        jobs.push_back({{name, p},
                        topic.row.number,
                        part.low,
                        std::min(part.high.offset, first_needed({name, p})),
                        surplus,
                        ms < 0 ? std::numeric_limits<std::int64_t>::min() : now_ms - ms});
      }
    }
  }
  for (Job& job : jobs) {
    const std::int64_t from = job.low.offset;
    std::int64_t next = from;
    bool stop = false;
    while (!stop && next < job.stop) {
      const std::size_t seen = walk(job.partition, next, 1000, [&](rocksdb::Iterator& it) {
        pass_record(it, [&](std::int64_t offset, BytesView first, std::size_t bytes) {
          next = offset + 1;
          const auto timestamp = timestamp_of(first);
          if (offset >= job.stop || !timestamp || (*timestamp >= job.oldest && job.surplus <= 0)) {
            stop = true;
            return;
          }
          job.low.offset = offset + 1;
          job.low.bytes += static_cast<std::int64_t>(bytes);
          job.surplus -= static_cast<std::int64_t>(bytes);
        });
        return !stop;
      });
      stop = stop || seen == 0;
    }
    if (job.low.offset == from) {
      continue;
    }
    const std::string first = record_key(job.number, job.partition.partition, 0),
                      end = record_key(job.number, job.partition.partition, job.low.offset);
    rocksdb::WriteBatch batch;
    batch.DeleteRange(first, end);
    batch.Put(partition_key(kLow, job.number, job.partition.partition), encode_mark(job.low));
    put_now(batch, "removing old records");
    // Tables that hold nothing else go at once; else their space comes back when later writes compact them,
    // if any come.
    const rocksdb::Slice from_key(first), end_key(end);
    if (const auto status =
            rocksdb::DeleteFilesInRange(db_.get(), db_->DefaultColumnFamily(), &from_key, &end_key, false);
        !status.ok()) {
      log::warn(kLogger, "embedded:{}: the space of removed records is not free yet: {}", folder_,
                status.ToString());
    }
    const std::lock_guard lock(mutex_);
    if (Topic* topic = find(job.partition.topic); topic != nullptr && topic->row.number == job.number) {
      topic->partitions[static_cast<std::size_t>(job.partition.partition)].low = job.low;
    }
  }
}

void Log::hold(const void* owner, const Offsets& positions) {
  const std::lock_guard lock(mutex_);
  held_[owner] = positions;
}
void Log::release(const void* owner) {
  const std::lock_guard lock(mutex_);
  held_.erase(owner);
}

}  // namespace tandem::topics::embedded
