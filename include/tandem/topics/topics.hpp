#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// Partitioned topics of bytes, behind one interface: Apache Kafka (librdkafka) or the embedded log. Nothing
/// here knows Connect's data. One contract suite (tests/contract) runs against both.
namespace tandem::topics {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// Offsets by partition: the next record to read, as Kafka commits them.
using Offsets = std::map<TopicPartition, std::int64_t>;

struct RecordHeader {
  std::string_view key;
  std::optional<BytesView> value;
};

/// A record to be written. Views: valid until send() returns.
struct OutRecord {
  std::string_view topic;
  std::int32_t partition =
      -1;  ///< -1: by key (murmur2, as Java's default partitioner), random for a null key
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  std::span<const RecordHeader> headers;
  std::int64_t timestamp_ms = -1;  ///< -1: now
};

/// One record that could not be written.
struct DeliveryFailure {
  std::uint64_t batch = 0;
  std::size_t index = 0;  ///< in the batch
  Error error;  ///< kind data: this record will never fit (too large); transient and fatal otherwise
};

/// Results of sends, handed out inside poll() and flush() on the caller's thread.
class DeliveryListener {
 public:
  virtual ~DeliveryListener() = default;
  /// Every record of the batch is durable or was reported as failed. `topic_partitions` are those written to,
  /// when known.
  virtual void on_batch_done(std::uint64_t batch) = 0;
  virtual void on_failure(const DeliveryFailure& failure) = 0;
};

/// One thread uses it. Batches complete in any order; records of one partition keep the order of send.
class Producer {
 public:
  virtual ~Producer() = default;
  /// True when all records of one send() become durable together or not at all (the embedded log).
  virtual bool atomic_batches() const noexcept = 0;
  /// Hands over records; `batch` comes back to the listener, perhaps already here. Blocks while the
  /// producer's byte bound is full, some milliseconds at most besides; throws what poll() throws, and
  /// TandemError(cancelled) when `stop` is requested. Acknowledged means durable: acks=all on Kafka, fsync
  /// (group commit) on the embedded log.
  virtual void send(std::uint64_t batch, std::span<const OutRecord> records, std::stop_token stop) = 0;
  /// The same for records whose bytes `owner` keeps: a producer that can do without a copy of its own holds
  /// `owner` until the batch is done instead, and lets go of it on the caller's thread. nullptr: nobody keeps
  /// them, as in send().
  virtual void send_owned(std::uint64_t batch, std::span<const OutRecord> records,
                          std::shared_ptr<const void> owner, std::stop_token stop) {
    (void)owner;
    send(batch, records, std::move(stop));
  }
  /// Calls the listener for what has completed; waits up to `wait` for the first.
  virtual void poll(std::chrono::milliseconds wait) = 0;
  /// True when nothing is in flight any more within `limit`.
  virtual bool flush(std::chrono::milliseconds limit) = 0;
  /// Bytes handed over and not yet acknowledged.
  virtual std::size_t bytes_in_flight() const noexcept = 0;
  /// Makes a poll() in progress return; any thread.
  virtual void wake() noexcept = 0;
};

/// A record read. Views into the batch that holds it.
struct InRecord {
  std::int32_t topic = 0;  ///< index into Batch::topics
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;
  bool log_append_time = false;
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  std::uint32_t first_header = 0, header_count = 0;  ///< into Batch::headers
};

/// Records of one poll(); owns their memory.
class Batch {
 public:
  virtual ~Batch() = default;
  std::vector<InRecord> records;
  std::vector<std::shared_ptr<const std::string>> topics;
  std::vector<RecordHeader> headers;

  std::span<const RecordHeader> headers_of(const InRecord& r) const {
    return {headers.data() + r.first_header, r.header_count};
  }
};

/// Called inside poll() and close() on the consumer's thread.
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  virtual void on_assigned(const std::vector<TopicPartition>& partitions) = 0;
  virtual void on_revoked(const std::vector<TopicPartition>& partitions) = 0;
};

/// One thread uses it, except wake(). Either subscribe() (a group) or assign().
class Consumer {
 public:
  virtual ~Consumer() = default;
  virtual void subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) = 0;
  /// Java regex, matched against whole topic names; new topics join as they appear.
  virtual void subscribe_pattern(const std::string& pattern, RebalanceListener& listener) = 0;
  /// Without a group: read from these offsets (-2: beginning, -1: end).
  virtual void assign(const Offsets& from) = 0;
  /// Up to `max_records` and about `max_bytes`; nullptr when nothing came within `wait` or on wake().
  virtual std::unique_ptr<Batch> poll(std::chrono::milliseconds wait, std::size_t max_records,
                                      std::size_t max_bytes) = 0;
  virtual void seek(const TopicPartition& partition, std::int64_t offset) = 0;
  virtual void pause(const std::vector<TopicPartition>& partitions) = 0;
  virtual void resume(const std::vector<TopicPartition>& partitions) = 0;
  virtual std::vector<TopicPartition> assignment() const = 0;
  /// Synchronous; throws TandemError(transient) when refused (rebalance in progress).
  virtual void commit(const Offsets& next) = 0;
  virtual void commit_async(const Offsets& next) = 0;
  /// Committed offsets of the group for these partitions; absent where there is none.
  virtual Offsets committed(const std::vector<TopicPartition>& partitions) = 0;
  /// Leaves the group (calls on_revoked). The destructor does it too.
  virtual void close() = 0;
  virtual void wake() noexcept = 0;
};

struct TopicSpec {
  std::string name;
  std::int32_t partitions = 1;          ///< -1: the broker's default
  std::int16_t replication_factor = 1;  ///< -1: the broker's default
  std::map<std::string, std::string> config;
};

struct TopicDescription {
  std::string name;
  std::int32_t partitions = 0;
  std::map<std::string, std::string> config;  ///< "cleanup.policy", "retention.ms", "max.message.bytes" …
  /// Tells a topic from a later one of the same name, where the log can say so (embedded; Kafka from
  /// librdkafka 2.3): else "".
  std::string id;
};

/// First retained offset and the next one to be written.
struct Watermarks {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Thread-safe. Calls block up to a deadline of their own and throw TandemError (transient: not reachable;
/// not_found; auth; conflict: exists already).
class Admin {
 public:
  virtual ~Admin() = default;
  /// "kafka:<cluster id>" or "embedded:<log id>": the name by which a position row knows the log.
  virtual std::string log_id() = 0;
  virtual std::vector<std::string> list_topics() = 0;
  virtual std::optional<TopicDescription> describe(const std::string& topic) = 0;
  /// True when made, false when it existed.
  virtual bool create_topic(const TopicSpec& spec) = 0;
  virtual void delete_topic(const std::string& topic) = 0;
  virtual Watermarks watermarks(const TopicPartition& partition) = 0;
  virtual Offsets group_offsets(const std::string& group) = 0;
  /// Absent entries stay; throws TandemError(conflict) when the group has members.
  virtual void alter_group_offsets(const std::string& group, const Offsets& next) = 0;
  virtual void delete_group(const std::string& group) = 0;
};

/// Settings of one client, in Java's names (`linger.ms`, `batch.size`, `max.poll.records`,
/// `compression.type`, `security.protocol`, `sasl.*`, `ssl.*`). The transport maps them, by an allow-list
/// where they come from a connector.
struct ClientConfig {
  std::string client_id;
  std::string group_id;                           ///< consumers; empty: none
  std::map<std::string, std::string> properties;  ///< worker level: trusted
  std::map<std::string, std::string>
      overrides;  ///< connector level: allow-list; a refused key throws TandemError(config)
};

/// The transport: makes clients. Thread-safe; outlives all it made.
class Topics {
 public:
  virtual ~Topics() = default;
  virtual std::unique_ptr<Producer> producer(const ClientConfig& config, DeliveryListener& listener) = 0;
  virtual std::unique_ptr<Consumer> consumer(const ClientConfig& config) = 0;
  virtual Admin& admin() = 0;
  /// "kafka" or "embedded".
  virtual std::string_view kind() const noexcept = 0;
  /// What Connect's GET / shows; "" when unknown yet.
  virtual std::string cluster_id() = 0;
};

}  // namespace tandem::topics
