#pragma once
#include "tandem/topics/topics.hpp"
#include "topics/embedded/record_codec.hpp"

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

#include <rocksdb/db.h>

namespace tandem::topics::embedded {

/// The writer puts no more than this into one write, but for a single batch that is larger.
constexpr std::size_t kGroupBytes = 4 << 20;

/// One batch on its way into the log.
struct Append {
  struct Item {
    std::uint32_t topic = 0;  ///< index into `topics`
    std::int32_t partition = 0;
    bool has_key = false;          ///< only asked where the topic is compacted
    std::uint32_t key_size = 0;    ///< of a compacted topic's key, which stands behind the record in `bytes`
    std::size_t at = 0, size = 0;  ///< the encoded record in `bytes`
  };
  std::vector<std::string> topics;
  std::vector<Item> items;
  std::string bytes;           ///< let go when the engine's write is made of them
  std::function<void()> done;  ///< on the writer's thread, after the sync
};

/// Deletes everything of the topic with this number but its row.
void delete_all_of(std::uint32_t number, rocksdb::WriteBatch& write);

/// The log in one folder: topics, records, committed offsets. One writer thread puts all waiting batches into
/// one synced write of the engine (group commit) and then wakes the readers. Thread-safe.
class Log {
 public:
  /// Opens or makes the log; throws TandemError (conflict: another process owns it). `env` nullptr: the file
  /// system.
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

  /// `bytes` is valid during the call; where it is all of `room` (a record of megabytes), the callee may take
  /// `room`.
  using EachRecord = std::function<void(std::int64_t offset, BytesView bytes, std::string& room)>;
  /// Records from `next` on, up to the bounds; moves `next` past what was looked at.
  std::size_t read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                   std::size_t max_bytes, const EachRecord& each) const;

  Offsets committed(const std::string& group) const;
  void commit(const std::string& group, const Offsets& next);  ///< negative: removed
  void delete_group(const std::string& group);

  /// Removes what retention.ms and retention.bytes let go, never past a group's committed offset or a `held`
  /// position. The writing thread calls it too: one at a time, so that no record is counted as gone twice.
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
  /// `take` uses the record that the iterator stands at, moves behind it, and says whether to go on.
  std::size_t walk(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                   const std::function<bool(rocksdb::Iterator&)>& take) const;
  struct Group;
  struct Touched;  ///< a partition that a group appends to
  std::vector<std::shared_ptr<Append>> take_waiting();
  bool put(Group& group);
  void make(Group& group);
  void write(Group& group);
  Touched* touch(Group& group, const std::string& name, std::int32_t partition);
  void replace_older(Group& group, const Touched& part, std::int32_t partition, BytesView key,
                     const Mark& newer) const;
  void put_now(rocksdb::WriteBatch& batch, const char* doing);
  void refuse_while_failing() const;
  Topic* find(const std::string& name);
  const Topic* find(const std::string& name) const;
  std::int64_t first_needed(const TopicPartition& partition) const;

  std::string folder_;
  std::string id_;
  std::unique_ptr<rocksdb::DB> db_;
  std::mutex retention_;  ///< before the others
  std::mutex layout_;     ///< before mutex_: no topic goes while a group is written, so none is written into
                          ///< what is gone
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
