#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::binlog {

using Uuid = std::array<std::uint8_t, 16>;

void append_uuid(std::string& out, const Uuid& uuid);  ///< lower case, 8-4-4-4-12
/// With hyphens, without them, or in braces, as MySQL takes them.
bool parse_uuid(std::string_view text, Uuid& out) noexcept;

/// A set of MySQL transactions, with the tags of MySQL 8.3. Intervals are kept sorted, disjoint and joined.
class GtidSet {
 public:
  struct Interval {
    std::int64_t first = 1, last = 1;  ///< both inside
    friend bool operator==(const Interval&, const Interval&) = default;
  };
  struct Source {
    Uuid uuid{};
    std::string tag;  ///< empty: untagged; else lower case
    friend auto operator<=>(const Source&, const Source&) = default;
  };
  using Intervals = std::vector<Interval>;

  /// MySQL's text: "uuid:1-5:7,uuid2:1:tag:3-4", spaces and line breaks allowed, intervals in any order.
  static Result<GtidSet> parse(std::string_view text);
  /// The body of a PREVIOUS_GTIDS event, both formats.
  static Result<GtidSet> decode(BytesView bytes);

  /// Sorted by UUID, then tag. MySQL itself shows ",\n" as separator; Debezium stores ",".
  /// `whole_ranges`: "7-7" instead of "7", as the Java client of the binlog writes it.
  std::string to_string(std::string_view separator = ",", bool whole_ranges = false) const;
  /// What COM_BINLOG_DUMP_GTID wants; the tagged format only when there is a tag.
  std::string encode() const;

  bool empty() const noexcept { return sources_.empty(); }
  std::uint64_t count() const noexcept;  ///< transactions
  bool contains(const Source& source, std::int64_t number) const;
  bool contains(const GtidSet& other) const;  ///< all of `other`

  void add(const Source& source, std::int64_t number) { add(source, Interval{number, number}); }
  void add(const Source& source, Interval interval);
  /// The hot road, one call a transaction: no allocation when the source is known and untagged.
  void add(const Uuid& uuid, std::string_view tag, std::int64_t number);
  void add(const GtidSet& other);
  void subtract(const GtidSet& other);
  GtidSet intersect(const GtidSet& other) const;

  /// Keeps only the sources for which `keep` is true (gtid.source.includes).
  template <class F>
  void retain(F&& keep) {
    std::erase_if(sources_, [&](const auto& entry) { return !keep(entry.first); });
  }
  const std::map<Source, Intervals>& sources() const noexcept { return sources_; }
  friend bool operator==(const GtidSet&, const GtidSet&) = default;

 private:
  std::map<Source, Intervals> sources_;
};

struct MariaDbGtid {
  std::uint32_t domain = 0, server_id = 0;
  std::uint64_t sequence = 0;
  std::string to_string() const;  ///< "0-1-270"
  friend bool operator==(const MariaDbGtid&, const MariaDbGtid&) = default;
};

/// A MariaDB position: the last transaction of each domain (and, in GTID_LIST, of each server in it).
class MariaDbGtidList {
 public:
  static Result<MariaDbGtidList> parse(std::string_view text);  ///< "0-1-270,1-2-3"; empty text is the start

  /// `one` is the newest of its domain from now on.
  void advance(const MariaDbGtid& one);
  /// As `advance`, but keeps other servers' entries of the domain.
  void add(const MariaDbGtid& one);
  bool contains(const MariaDbGtid& one) const noexcept;  ///< at or before the domain's newest
  std::string to_string() const;                         ///< by domain, comma-separated
  const std::vector<MariaDbGtid>& entries() const noexcept { return entries_; }
  bool empty() const noexcept { return entries_.empty(); }
  friend bool operator==(const MariaDbGtidList&, const MariaDbGtidList&) = default;

 private:
  std::vector<MariaDbGtid> entries_;
};

}  // namespace tandem::binlog
