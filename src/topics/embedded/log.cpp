#include "topics/embedded/log.hpp"

#include "topics/embedded/chunks.hpp"
#include "topics/embedded/engine.hpp"

#include <algorithm>
#include <filesystem>
#include <random>

#include <rocksdb/write_batch.h>

namespace tandem::topics::embedded {
namespace {

std::string make_uuid() {
  std::random_device random;
  std::string bytes;
  for (int i = 0; i < 16; ++i) {
    bytes += static_cast<char>(random());
  }
  return to_hex(bytes);
}

}  // namespace

Log::Log(const std::string& folder, rocksdb::Env* env) : folder_(folder) {
  if (env == nullptr) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      raise(ErrorKind::config,
            "bootstrap.servers=embedded:" + folder + ": the folder cannot be made: " + failed.message(),
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
    raise(ErrorKind::transient,
          std::string(doing) + " in embedded:" + folder_ + " failed: " + status.ToString(),
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
  const std::scoped_lock lock(layout_, mutex_);
  const Topic* topic = find(name);
  if (topic == nullptr) {
    raise(ErrorKind::not_found, "topic '" + name + "' does not exist in embedded:" + folder_,
          "see GET of the topics' list");
  }
  rocksdb::WriteBatch batch;
  batch.Delete(topic_key(name));
  const std::uint32_t number = topic->row.number;
  delete_all_of(number, batch);
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

std::size_t Log::walk(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                      const std::function<bool(rocksdb::Iterator&)>& take) const {
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
  std::size_t records = 0;
  it->Seek(record_key(number, partition.partition, next));
  bool more = true;
  while (more && it->Valid() && records < max_records) {
    more = take(*it);
    ++records;
  }
  if (!it->status().ok()) {
    raise(ErrorKind::fatal,
          "reading " + partition.topic + " in embedded:" + folder_ + ": " + it->status().ToString(),
          "check the disk; restore the folder from a copy, or remove it and seed again");
  }
  if (!it->Valid()) {
    next = high;  // what lies between was compacted away
  }
  return records;
}

std::size_t Log::read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                      std::size_t max_bytes, const EachRecord& each) const {
  std::string room;
  std::size_t bytes = 0;
  return walk(partition, next, max_records, [&](rocksdb::Iterator& it) {
    take_record(it, room, [&](std::int64_t offset, BytesView record) {
      next = offset + 1;
      bytes += record.size();
      each(offset, record, room);
    });
    return bytes < max_bytes;
  });
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
