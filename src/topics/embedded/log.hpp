#pragma once
#include <rocksdb/db.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tandem/topics/topics.hpp"
#include "topics/embedded/record_codec.hpp"

namespace tandem::topics::embedded {

/// One batch on its way into the log. The producer keeps it alive until `done` was called.
struct Append {
  struct Item {
    std::string topic;
    std::int32_t partition = 0;
    std::string key;  ///< only where the topic is compacted
    bool has_key = false;
    std::string value;  ///< encoded
  };
  std::vector<Item> items;
  std::function<void()> done;  ///< on the writer's thread, after the sync
};

/// The log in one folder: topics, records, committed offsets. One writer thread puts all waiting batches into one
/// synced write of the engine (group commit) and then wakes the readers. Thread-safe.
class Log {
 public:
  /// Opens or makes the log; throws TandemError (conflict: another process owns it). `env` nullptr: the file system.
  Log(const std::string& folder, rocksdb::Env* env);
  ~Log();

  const std::string& id() const noexcept { return id_; }

  /// The topic, made with one partition when it is not there.
  TopicRow topic_for_write(const std::string& name);
  std::optional<TopicRow> topic(const std::string& name) const;
  std::vector<std::string> topic_names() const;
  bool create(const TopicSpec& spec);
  void remove(const std::string& name);
  Watermarks watermarks(const TopicPartition& partition) const;

  /// Throws TandemError(transient) while writes fail (a full disk).
  void check_writable() const;
  /// check_writable(), then the batch is written, sooner or later.
  void append(std::shared_ptr<Append> batch);

  /// Records from `next` on, up to the bounds; moves `next` past what was looked at. Copies into `out`'s memory by `store`.
  std::size_t read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records, std::size_t max_bytes,
                   const std::function<void(std::int64_t offset, BytesView bytes)>& each) const;

  Offsets committed(const std::string& group) const;
  void commit(const std::string& group, const Offsets& next);  ///< negative: removed
  void delete_group(const std::string& group);

  /// Removes what retention.ms and retention.bytes let go, never past a group's committed offset or a `held` position.
  void apply_retention(std::int64_t now_ms);
  void hold(const void* owner, const Offsets& positions);
  void release(const void* owner);

  /// Waits until something was appended, made or signalled since `seen` (updated), or until `until`.
  bool wait(std::uint64_t& seen, std::chrono::steady_clock::time_point until) const;
  std::uint64_t version() const;
  void signal();

 private:
  struct Partition {
    Mark high, low;
  };
  struct Topic {
    TopicRow row;
    bool compacted = false;
    std::vector<Partition> partitions;
  };
  void load();
  void run();
  void write_group(const std::deque<std::shared_ptr<Append>>& group);
  void put_now(rocksdb::WriteBatch& batch, const char* doing);
  void refuse_while_failing() const;
  Topic* find(const std::string& name);
  const Topic* find(const std::string& name) const;
  std::int64_t first_needed(const TopicPartition& partition) const;

  std::string folder_;
  std::string id_;
  std::unique_ptr<rocksdb::DB> db_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;  ///< readers
  std::condition_variable work_;             ///< the writer
  std::uint64_t version_ = 1;
  std::map<std::string, Topic> topics_;
  std::uint32_t next_number_ = 1;
  std::map<std::string, Offsets> groups_;
  std::map<const void*, Offsets> held_;
  std::deque<std::shared_ptr<Append>> waiting_;
  std::string failing_;  ///< why the last write failed; "" when all is well
  std::int64_t since_retention_ = 0;
  bool stopping_ = false;
  std::jthread writer_;
};

}  // namespace tandem::topics::embedded
