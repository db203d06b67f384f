#pragma once
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem {

/// A record header: a name and a Connect value with its schema (nullptr: schemaless).
struct Header {
  std::string key;
  SchemaPtr schema;
  Value value;
};

/// The headers of a record, in order: first those that many records have in common (what a source tells of
/// itself), kept once, then its own.
class Headers {
 public:
  using List = std::vector<Header>;
  using Shared = std::shared_ptr<const List>;

  Headers() = default;
  explicit Headers(Shared shared) : shared_(std::move(shared)) {}

  /// nullptr: none.
  const Shared& shared() const noexcept { return shared_; }
  const List& own() const noexcept { return own_; }
  void push_back(Header header) { own_.push_back(std::move(header)); }
  template <class Iterator>
  void append(Iterator first, Iterator last) {
    own_.insert(own_.end(), first, last);
  }

  std::size_t size() const noexcept { return shared_size() + own_.size(); }
  bool empty() const noexcept { return size() == 0; }
  const Header& operator[](std::size_t i) const noexcept {
    return i < shared_size() ? (*shared_)[i] : own_[i - shared_size()];
  }
  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Headers& headers, std::size_t at) : headers_(&headers), at_(at) {}
    const Header& operator*() const noexcept { return (*headers_)[at_]; }
    const Header* operator->() const noexcept { return &**this; }
    Iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    Iterator operator++(int) noexcept { return {*headers_, at_++}; }
    bool operator==(const Iterator& other) const noexcept { return at_ == other.at_; }

   private:
    const Headers* headers_ = nullptr;
    std::size_t at_ = 0;
  };
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, size()}; }
  /// The last of that name.
  const Header* find(std::string_view name) const noexcept;

 private:
  std::size_t shared_size() const noexcept { return shared_ ? shared_->size() : 0; }

  Shared shared_;
  List own_;
};

/// What source and sink records share. A record has one owner at a time; transforms change it in place.
struct ConnectRecord {
  std::string topic;
  std::optional<std::int32_t> partition;  ///< source: wanted partition; sink: where it came from
  SchemaPtr key_schema;                   ///< nullptr: schemaless or null key
  Value key;
  SchemaPtr value_schema;
  Value value;
  std::optional<std::int64_t> timestamp_ms;
  Headers headers;

  const Header* header(std::string_view name) const noexcept { return headers.find(name); }
};

/// A partition or offset map as Connect stores it: string keys, values null, boolean, integer, floating or
/// string, in the order a Java LinkedHashMap would have. Small; kept as entries.
using OffsetMap = std::vector<std::pair<std::string, Value>>;

/// A place in a source. Kept as the connector's own compact state and turned into Connect's map only when it
/// is stored (offset commits, REST), not per record. Immutable, shared.
class SourceOffset {
 public:
  virtual ~SourceOffset() = default;
  virtual OffsetMap to_map() const = 0;
};
using SourceOffsetPtr = std::shared_ptr<const SourceOffset>;

/// The plain form, for sources whose offsets are rare.
class MapOffset final : public SourceOffset {
 public:
  explicit MapOffset(OffsetMap map) : map_(std::move(map)) {}
  OffsetMap to_map() const override { return map_; }

 private:
  OffsetMap map_;
};

using SourcePartitionPtr = std::shared_ptr<const OffsetMap>;

struct SourceRecord : ConnectRecord {
  SourcePartitionPtr source_partition;
  /// The place to go on from once this record and those before it are durable. Absent: the change goes on in
  /// the next record (a key change is a delete, a tombstone and a create), and nothing may go on from its
  /// middle.
  SourceOffsetPtr source_offset;
};

/// What poll() gives. `position` covers everything read so far including what was dropped (echoes, filtered
/// tables): it is committed once all records of this and earlier batches are durable, so that a log never
/// expires behind traffic that yields no records. Absent: only the records' own offsets count.
struct SourceBatch {
  std::vector<SourceRecord> records;
  struct Position {
    SourcePartitionPtr partition;
    SourceOffsetPtr offset;
  };
  std::optional<Position> position;

  bool empty() const noexcept { return records.empty() && !position; }
};

enum class TimestampType : std::uint8_t { none, create_time, log_append_time };

struct SinkRecord : ConnectRecord {
  std::int64_t kafka_offset = -1;
  TimestampType timestamp_type = TimestampType::none;
  /// Topic and partition as consumed, before any transform renamed them (offsets are kept by these).
  std::shared_ptr<const std::string> original_topic;
  std::int32_t original_partition = 0;
};

}  // namespace tandem
