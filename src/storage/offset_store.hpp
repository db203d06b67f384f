#pragma once
#include "storage/compacted_topic.hpp"
#include "tandem/data/record.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::storage {

/// Source offsets by connector and source partition, on the offset topic. Keys are looked up by their exact
/// bytes first, as Java does, then by meaning: a key that Java wrote with its members in another order is
/// found, and rewritten under its old bytes. Thread-safe.
class OffsetStore {
 public:
  using Change = std::pair<OffsetMap, std::optional<OffsetMap>>;  ///< nullopt deletes

  OffsetStore(topics::Topics& topics, StorageTopicSpec spec);
  void start(std::chrono::milliseconds limit, std::stop_token stop) { log_.start(limit, stop); }
  void stop() noexcept { log_.stop(); }

  std::optional<OffsetMap> get(const std::string& connector, const OffsetMap& partition) const;
  /// All partitions of the connector that have an offset, by key bytes.
  std::vector<std::pair<OffsetMap, OffsetMap>> list(const std::string& connector) const;
  /// `done` comes on the store's thread once all are durable.
  void set(const std::string& connector, const std::vector<Change>& changes, CompactedTopic::Done done);
  void read_to_end(std::chrono::milliseconds limit) { log_.read_to_end(limit); }
  void read_to_end(CompactedTopic::Done done) { log_.read_to_end(std::move(done)); }

  /// For producers that write records and offset as one atomic batch: the bytes to write to topic().
  const std::string& topic() const noexcept { return log_.name(); }
  std::string key_bytes(const std::string& connector, const OffsetMap& partition) const;
  static void append_value(std::string& out, const OffsetMap& offset);

 private:
  struct Entry {
    OffsetMap partition;
    std::string value;  ///< JSON as read
  };
  void apply(const CompactedTopic::Record& record);

  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, Entry>> by_connector_;  ///< connector, then key bytes
  CompactedTopic log_;
};

}  // namespace tandem::storage
