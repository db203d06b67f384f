#include "topics/embedded/log.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <random>

#include "tandem/base/clock.hpp"
#include "tandem/base/log.hpp"
#include "topics/embedded/engine.hpp"

namespace tandem::topics::embedded {
namespace {

constexpr const char* kLogger = "tandem.topics.embedded";
constexpr std::int64_t kRetentionEveryBytes = 64 << 20;
constexpr auto kRetentionEvery = std::chrono::minutes(5);  // Kafka's log.retention.check.interval.ms
constexpr std::int64_t kDefaultRetentionMs = 7LL * 24 * 3600 * 1000;

std::string make_uuid() {
  std::random_device random;
  std::string bytes;
  for (int i = 0; i < 16; ++i) {
    bytes += static_cast<char>(random());
  }
  return to_hex(bytes);
}

std::int64_t setting(const TopicRow& row, const char* key, std::int64_t fallback) {
  const auto it = row.config.find(key);
  std::int64_t v = fallback;
  if (it != row.config.end()) {
    std::from_chars(it->second.data(), it->second.data() + it->second.size(), v);
  }
  return v;
}

bool has_policy(const TopicRow& row, std::string_view policy) {
  const auto it = row.config.find("cleanup.policy");
  return it == row.config.end() ? policy == "delete" : it->second.find(policy) != std::string::npos;
}

}  // namespace

Log::Log(const std::string& folder, rocksdb::Env* env) : folder_(folder) {
  if (env == nullptr) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      raise(ErrorKind::config, "bootstrap.servers=embedded:" + folder + ": the folder cannot be made: " + failed.message(),
            "name a folder that the worker's user may write to");
    }
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(engine_options(env), folder, &db);
  if (!status.ok()) {
    const bool locked = status.ToString().find("lock") != std::string::npos;
    raise(locked ? ErrorKind::conflict : ErrorKind::fatal,
          "bootstrap.servers=embedded:" + folder + " cannot be opened: " + status.ToString(),
          locked ? "stop the other worker that uses this folder, or name another folder"
                 : "check the folder's disk and rights");
  }
  db_.reset(db);
  load();
  writer_ = std::jthread([this] { run(); });
}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  writer_.join();
  db_->Close();
}

void Log::load() {
  std::string value;
  if (db_->Get({}, log_key(), &value).IsNotFound()) {
    value = make_uuid();
    rocksdb::WriteBatch batch;
    batch.Put(log_key(), value);
    put_now(batch, "making the log");
  }
  id_ = value;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
  for (it->Seek(std::string(1, kTopic)); it->Valid() && it->key()[0] == kTopic; it->Next()) {
    Topic topic;
    topic.row = decode_topic(it->value().ToStringView());
    topic.compacted = has_policy(topic.row, "compact");
    next_number_ = std::max(next_number_, topic.row.number + 1);
    for (std::int32_t p = 0; p < topic.row.partitions; ++p) {
      Partition& part = topic.partitions.emplace_back();
      if (db_->Get({}, partition_key(kHigh, topic.row.number, p), &value).ok()) {
        part.high = decode_mark(value);
      }
      if (db_->Get({}, partition_key(kLow, topic.row.number, p), &value).ok()) {
        part.low = decode_mark(value);
      }
    }
    topics_.emplace(it->key().ToString().substr(1), std::move(topic));
  }
  for (it->Seek(std::string(1, kGroup)); it->Valid() && it->key()[0] == kGroup; it->Next()) {
    std::string group;
    TopicPartition partition;
    if (parse_group_key(it->key().ToStringView(), group, partition)) {
      groups_[group][partition] = decode_mark(it->value().ToStringView()).offset;
    }
  }
}

void Log::put_now(rocksdb::WriteBatch& batch, const char* doing) {
  rocksdb::WriteOptions sync;
  sync.sync = true;
  const rocksdb::Status status = db_->Write(sync, &batch);
  if (!status.ok()) {
    raise(ErrorKind::transient, std::string(doing) + " in embedded:" + folder_ + " failed: " + status.ToString(),
          "make room on the disk of " + folder_);
  }
}

Log::Topic* Log::find(const std::string& name) {
  const auto it = topics_.find(name);
  return it == topics_.end() ? nullptr : &it->second;
}
const Log::Topic* Log::find(const std::string& name) const {
  const auto it = topics_.find(name);
  return it == topics_.end() ? nullptr : &it->second;
}

std::optional<TopicRow> Log::topic(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const Topic* found = find(name);
  return found == nullptr ? std::nullopt : std::optional<TopicRow>(found->row);
}

TopicRow Log::topic_for_write(const std::string& name) {
  if (auto found = topic(name)) {
    return *found;
  }
  create({name, 1, 1, {}});
  return *topic(name);
}

std::vector<std::string> Log::topic_names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [name, topic] : topics_) {
    out.push_back(name);
  }
  return out;
}

bool Log::create(const TopicSpec& spec) {
  const std::lock_guard lock(mutex_);
  if (find(spec.name) != nullptr) {
    return false;
  }
  Topic topic;
  topic.row = {next_number_, make_uuid(), std::max(spec.partitions, 1), spec.config};
  topic.compacted = has_policy(topic.row, "compact");
  topic.partitions.resize(static_cast<std::size_t>(topic.row.partitions));
  rocksdb::WriteBatch batch;
  batch.Put(topic_key(spec.name), encode_topic(topic.row));
  put_now(batch, "making a topic");
  ++next_number_;
  topics_.emplace(spec.name, std::move(topic));
  ++version_;
  changed_.notify_all();
  return true;
}

void Log::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const Topic* topic = find(name);
  if (topic == nullptr) {
    raise(ErrorKind::not_found, "topic '" + name + "' does not exist in embedded:" + folder_, "see GET of the topics' list");
  }
  rocksdb::WriteBatch batch;
  batch.Delete(topic_key(name));
  const std::uint32_t number = topic->row.number;
  for (const char kind : {kRecord, kIndex, kHigh, kLow}) {
    batch.DeleteRange(partition_key(kind, number, 0), partition_key(kind, number + 1, 0));
  }
  for (auto& [group, offsets] : groups_) {
    for (auto it = offsets.begin(); it != offsets.end();) {
      if (it->first.topic == name) {
        batch.Delete(group_key(group, it->first));
        it = offsets.erase(it);
      } else {
        ++it;
      }
    }
  }
  put_now(batch, "deleting a topic");
  topics_.erase(name);
  ++version_;
  changed_.notify_all();
}

Watermarks Log::watermarks(const TopicPartition& partition) const {
  const std::lock_guard lock(mutex_);
  const Topic* topic = find(partition.topic);
  if (topic == nullptr || partition.partition < 0 || partition.partition >= topic->row.partitions) {
    raise(ErrorKind::not_found,
          "partition " + partition.topic + "-" + std::to_string(partition.partition) + " does not exist",
          "create the topic with enough partitions");
  }
  const Partition& part = topic->partitions[static_cast<std::size_t>(partition.partition)];
  return {part.low.offset, part.high.offset};
}

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

void Log::run() {
  std::deque<std::shared_ptr<Append>> group;
  auto retention_at = std::chrono::steady_clock::now() + kRetentionEvery;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      work_.wait_until(lock, retention_at, [&] { return stopping_ || !waiting_.empty(); });
      group.swap(waiting_);
      if (stopping_ && group.empty()) {
        return;
      }
    }
    while (!group.empty()) {
      try {
        write_group(group);
        break;
      } catch (const TandemError& e) {
        std::unique_lock lock(mutex_);
        if (failing_.empty()) {
          log::error(kLogger, "{}", e.error().text());
        }
        failing_ = e.error().message;
        // The same group is tried again, at the same offsets, so order holds and nothing is lost.
        work_.wait_for(lock, std::chrono::milliseconds(500), [&] { return stopping_; });
        if (stopping_) {
          return;
        }
        lock.unlock();
        db_->Resume();
      }
    }
    for (const auto& batch : group) {
      batch->done();
    }
    group.clear();
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

void Log::write_group(const std::deque<std::shared_ptr<Append>>& group) {
  rocksdb::WriteBatch write;
  struct Touched {
    std::uint32_t number;
    bool compacted;
    Mark high;
  };
  std::map<TopicPartition, Touched> touched;
  std::map<std::string, std::int64_t> latest;  // index entries written in this group
  std::int64_t bytes = 0;
  for (const auto& batch : group) {
    for (const Append::Item& item : batch->items) {
      auto at = touched.find({item.topic, item.partition});
      if (at == touched.end()) {
        const std::lock_guard lock(mutex_);
        const Topic* topic = find(item.topic);
        if (topic == nullptr || item.partition >= topic->row.partitions) {
          continue;  // deleted after send(): as in Kafka, its records go with it
        }
        at = touched
                 .emplace(TopicPartition{item.topic, item.partition},
                          Touched{topic->row.number, topic->compacted,
                                  topic->partitions[static_cast<std::size_t>(item.partition)].high})
                 .first;
      }
      Touched& part = at->second;
      const std::int64_t offset = part.high.offset++;
      part.high.bytes += static_cast<std::int64_t>(item.value.size());
      bytes += static_cast<std::int64_t>(item.value.size());
      write.Put(record_key(part.number, item.partition, offset), item.value);
      if (part.compacted && item.has_key) {
        const std::string index = index_key(part.number, item.partition, item.key);
        std::string old;
        if (const auto known = latest.find(index); known != latest.end()) {
          write.Delete(record_key(part.number, item.partition, known->second));
        } else if (db_->Get({}, index, &old).ok()) {
          write.Delete(record_key(part.number, item.partition, decode_mark(old).offset));
        }
        latest[index] = offset;
        write.Put(index, encode_mark({offset, 0}));
      }
    }
  }
  for (const auto& [partition, part] : touched) {
    write.Put(partition_key(kHigh, part.number, partition.partition), encode_mark(part.high));
  }
  put_now(write, "appending records");
  since_retention_ += bytes;
  const std::lock_guard lock(mutex_);
  if (!failing_.empty()) {
    log::info(kLogger, "the embedded log in {} can be written again", folder_);
    failing_.clear();
  }
  for (const auto& [partition, part] : touched) {
    if (Topic* topic = find(partition.topic); topic != nullptr && topic->row.number == part.number) {
      topic->partitions[static_cast<std::size_t>(partition.partition)].high = part.high;
    }
  }
  ++version_;
  changed_.notify_all();
}

std::size_t Log::read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                      std::size_t max_bytes,
                      const std::function<void(std::int64_t, BytesView)>& each) const {
  std::uint32_t number = 0;
  std::int64_t high = 0;
  {
    const std::lock_guard lock(mutex_);
    const Topic* topic = find(partition.topic);
    if (topic == nullptr || partition.partition >= topic->row.partitions) {
      return 0;
    }
    const Partition& part = topic->partitions[static_cast<std::size_t>(partition.partition)];
    number = topic->row.number;
    high = part.high.offset;
    next = std::max(next, part.low.offset);
  }
  if (next >= high || max_records == 0) {
    return 0;
  }
  const std::string last = record_key(number, partition.partition, high);
  const rocksdb::Slice bound(last);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
  std::size_t records = 0, bytes = 0;
  it->Seek(record_key(number, partition.partition, next));
  for (; it->Valid() && records < max_records && bytes < max_bytes; it->Next()) {
    next = offset_of(it->key().ToStringView()) + 1;
    each(next - 1, it->value().ToStringView());
    bytes += it->value().size();
    ++records;
  }
  if (!it->status().ok()) {
    raise(ErrorKind::fatal, "reading " + partition.topic + " in embedded:" + folder_ + ": " + it->status().ToString(),
          "check the disk; restore the folder from a copy, or remove it and seed again");
  }
  if (!it->Valid()) {
    next = high;  // what lies between was compacted away
  }
  return records;
}

Offsets Log::committed(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  const auto it = groups_.find(group);
  return it == groups_.end() ? Offsets{} : it->second;
}

void Log::commit(const std::string& group, const Offsets& next) {
  rocksdb::WriteBatch batch;
  for (const auto& [partition, offset] : next) {
    if (offset < 0) {
      batch.Delete(group_key(group, partition));
    } else {
      batch.Put(group_key(group, partition), encode_mark({offset, 0}));
    }
  }
  put_now(batch, "committing offsets");
  const std::lock_guard lock(mutex_);
  for (const auto& [partition, offset] : next) {
    if (offset < 0) {
      groups_[group].erase(partition);
    } else {
      groups_[group][partition] = offset;
    }
  }
}

void Log::delete_group(const std::string& group) {
  Offsets gone = committed(group);
  for (auto& [partition, offset] : gone) {
    offset = -1;
  }
  commit(group, gone);
  const std::lock_guard lock(mutex_);
  groups_.erase(group);
}

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
        jobs.push_back({{name, p}, topic.row.number, part.low, std::min(part.high.offset, first_needed({name, p})),
                        surplus, ms < 0 ? std::numeric_limits<std::int64_t>::min() : now_ms - ms});
      }
    }
  }
  for (Job& job : jobs) {
    const std::int64_t from = job.low.offset;
    std::int64_t next = from;
    bool stop = false;
    while (!stop && next < job.stop) {
      const std::size_t seen = read(job.partition, next, 1000, 1 << 20, [&](std::int64_t offset, BytesView bytes) {
        InRecord record;
        std::vector<RecordHeader> headers;
        if (stop || offset >= job.stop || !decode(bytes, record, headers) ||
            (record.timestamp_ms >= job.oldest && job.surplus <= 0)) {
          stop = true;
          return;
        }
        job.low.offset = offset + 1;
        job.low.bytes += static_cast<std::int64_t>(bytes.size());
        job.surplus -= static_cast<std::int64_t>(bytes.size());
      });
      stop = stop || seen == 0;
    }
    if (job.low.offset == from) {
      continue;
    }
    rocksdb::WriteBatch batch;
    batch.DeleteRange(record_key(job.number, job.partition.partition, 0),
                      record_key(job.number, job.partition.partition, job.low.offset));
    batch.Put(partition_key(kLow, job.number, job.partition.partition), encode_mark(job.low));
    put_now(batch, "removing old records");
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

bool Log::wait(std::uint64_t& seen, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  const bool changed = changed_.wait_until(lock, until, [&] { return version_ != seen; });
  seen = version_;
  return changed;
}
std::uint64_t Log::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}
void Log::signal() {
  {
    const std::lock_guard lock(mutex_);
    ++version_;
  }
  changed_.notify_all();
}

}  // namespace tandem::topics::embedded
