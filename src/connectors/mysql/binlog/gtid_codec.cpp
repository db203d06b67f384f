#include "connectors/mysql/binlog/gtid.hpp"
#include "connectors/mysql/binlog/wire.hpp"

#include <algorithm>

// Gtid_set::encode of MySQL sql/rpl_gtid_set.cc. Untagged: number of UUIDs (8 bytes), then each UUID, its
// number of intervals (8) and pairs first, last + 1 (8 each). Tagged (8.3): byte 0 and byte 7 are 1, the six
// between count the (UUID, tag) pairs, and a tag (varlen length, characters) follows each UUID.
namespace tandem::binlog {
namespace {

void put(std::string& out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out += static_cast<char>(value >> (8 * i));
  }
}

Error broken(std::string what) { return broken_event(EventType::previous_gtids, std::move(what)); }

}  // namespace

std::string GtidSet::encode() const {
  const bool tagged =
      std::any_of(sources_.begin(), sources_.end(), [](const auto& s) { return !s.first.tag.empty(); });
  std::string out;
  if (tagged) {
    out += '\1';
    put(out, sources_.size(), 6);
    out += '\1';
  } else {
    put(out, sources_.size(), 8);
  }
  for (const auto& [source, intervals] : sources_) {
    out.append(reinterpret_cast<const char*>(source.uuid.data()), source.uuid.size());
    if (tagged) {
      put(out, source.tag.size() << 1, 1);  // at most 32, so always the one-byte form
      out += source.tag;
    }
    put(out, intervals.size(), 8);
    for (const auto& i : intervals) {
      put(out, static_cast<std::uint64_t>(i.first), 8);
      put(out, static_cast<std::uint64_t>(i.last) + 1, 8);
    }
  }
  return out;
}

Result<GtidSet> GtidSet::decode(BytesView bytes) {
  GtidSet set;
  ByteReader in(bytes);
  std::uint64_t count = 0;
  if (!in.read(count)) {
    return broken("no header");
  }
  const bool tagged = count >> 56 == 1;
  if (tagged) {
    count = count >> 8 & 0xFFFFFFFFFFFFULL;
  }
  for (; count > 0; --count) {
    Source source;
    BytesView uuid;
    std::uint64_t intervals = 0;
    if (!in.read_bytes(uuid, 16)) {
      return broken("fewer UUIDs than announced");
    }
    std::memcpy(source.uuid.data(), uuid.data(), 16);
    if (tagged) {
      std::uint64_t size = 0;
      BytesView tag;
      if (!read_varlen(in, size) || size > 32 || !in.read_bytes(tag, size)) {
        return broken("tag");
      }
      source.tag = tag;
    }
    if (!in.read(intervals)) {
      return broken("number of intervals");
    }
    for (; intervals > 0; --intervals) {
      std::int64_t first = 0, end = 0;
      if (!in.read(first) || !in.read(end)) {
        return broken("fewer intervals than announced");
      }
      if (first < 1 || end <= first) {
        return broken("an interval that ends before it begins");
      }
      set.add(source, Interval{first, end - 1});
    }
  }
  return set;
}

}  // namespace tandem::binlog
