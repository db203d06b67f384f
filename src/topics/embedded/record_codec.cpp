#include "topics/embedded/record_codec.hpp"

#include <cstring>

namespace tandem::topics::embedded {
namespace {

template <class T>
void put_be(std::string& out, T v) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint64_t>(v) >> shift);
  }
}
template <class T>
void put(std::string& out, T v) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(static_cast<std::uint64_t>(v) >> (8 * i));
  }
}
void put_text(std::string& out, BytesView text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}
bool read_text(ByteReader& in, BytesView& out) {
  std::uint32_t size = 0;
  return in.read(size) && in.read_bytes(out, size);
}
void put_optional(std::string& out, const std::optional<BytesView>& v) {
  put(out, v ? static_cast<std::uint32_t>(v->size()) : 0xffffffffU);
  if (v) {
    out += *v;
  }
}
bool read_optional(ByteReader& in, std::optional<BytesView>& out) {
  std::uint32_t size = 0;
  if (!in.read(size)) {
    return false;
  }
  BytesView bytes;
  if (size == 0xffffffffU) {
    out.reset();
    return true;
  }
  if (!in.read_bytes(bytes, size)) {
    return false;
  }
  out = bytes;
  return true;
}
[[noreturn]] void damaged(const char* what) {
  raise(ErrorKind::fatal, std::string("the embedded log holds a damaged ") + what,
        "restore the folder from a copy, or remove it and seed again");
}

}  // namespace

std::uint32_t murmur2(BytesView key) noexcept {
  constexpr std::uint32_t m = 0x5bd1e995;
  std::uint32_t h = 0x9747b28cU ^ static_cast<std::uint32_t>(key.size());
  const auto* p = reinterpret_cast<const unsigned char*>(key.data());
  std::size_t left = key.size();
  for (; left >= 4; left -= 4, p += 4) {
    std::uint32_t k = p[0] | p[1] << 8 | p[2] << 16 | static_cast<std::uint32_t>(p[3]) << 24;
    k *= m;
    k ^= k >> 24;
    h = h * m ^ k * m;
  }
  if (left >= 3) {
    h ^= static_cast<std::uint32_t>(p[2]) << 16;
  }
  if (left >= 2) {
    h ^= static_cast<std::uint32_t>(p[1]) << 8;
  }
  if (left >= 1) {
    h = (h ^ p[0]) * m;
  }
  h = (h ^ h >> 13) * m;
  return h ^ h >> 15;
}

std::string log_key() { return {kLog}; }
std::string topic_key(std::string_view topic) { return std::string(1, kTopic).append(topic); }
std::string partition_key(char kind, std::uint32_t topic, std::int32_t partition) {
  std::string out(1, kind);
  put_be(out, topic);
  put_be(out, static_cast<std::uint32_t>(partition));
  return out;
}
std::string record_key(std::uint32_t topic, std::int32_t partition, std::int64_t offset) {
  std::string out = partition_key(kRecord, topic, partition);
  put_be(out, static_cast<std::uint64_t>(offset));
  return out;
}
std::string index_key(std::uint32_t topic, std::int32_t partition, BytesView key) {
  return partition_key(kIndex, topic, partition).append(key);
}
std::string group_key(std::string_view group) {
  std::string out(1, kGroup);
  put_be(out, static_cast<std::uint32_t>(group.size()));
  return out.append(group);
}
std::string group_key(std::string_view group, const TopicPartition& partition) {
  std::string out = group_key(group);
  put_be(out, static_cast<std::uint32_t>(partition.partition));
  return out.append(partition.topic);
}
bool parse_group_key(std::string_view key, std::string& group, TopicPartition& partition) {
  ByteReader in(key.substr(1));
  std::uint32_t size = 0;
  BytesView name;
  if (!in.read_be(size) || !in.read_bytes(name, size) || !in.read_be(partition.partition)) {
    return false;
  }
  group = name;
  partition.topic = in.rest();
  return true;
}
std::int64_t offset_of(std::string_view key) {
  ByteReader in(key.substr(9, 8));  // behind kind, topic and partition; a chunk's number may follow
  std::int64_t v = 0;
  in.read_be(v);
  return v;
}

void set_offset(std::string& key, std::int64_t offset) {
  key.resize(key.size() - 8);
  put_be(key, static_cast<std::uint64_t>(offset));
}

std::size_t encoded_size(const OutRecord& record) noexcept {
  auto size = [](const std::optional<BytesView>& v) { return 4 + (v ? v->size() : 0); };
  std::size_t out = 8 + 4 + size(record.key) + size(record.value);
  for (const RecordHeader& h : record.headers) {
    out += 4 + h.key.size() + size(h.value);
  }
  return out;
}

void encode(std::string& out, const OutRecord& record, std::int64_t timestamp_ms) {
  put(out, timestamp_ms);
  put(out, static_cast<std::uint32_t>(record.headers.size()));
  for (const RecordHeader& h : record.headers) {
    put_text(out, h.key);
    put_optional(out, h.value);
  }
  put_optional(out, record.key);
  put_optional(out, record.value);
}

std::optional<std::int64_t> timestamp_of(BytesView bytes) {
  std::int64_t out = 0;
  return ByteReader(bytes).read(out) ? std::optional(out) : std::nullopt;
}

bool decode(BytesView bytes, InRecord& out, std::vector<RecordHeader>& headers) {
  ByteReader in(bytes);
  out.first_header = static_cast<std::uint32_t>(headers.size());
  if (!in.read(out.timestamp_ms) || !in.read(out.header_count)) {
    return false;
  }
  for (std::uint32_t i = 0; i < out.header_count; ++i) {
    RecordHeader h;
    if (!read_text(in, h.key) || !read_optional(in, h.value)) {
      return false;
    }
    headers.push_back(h);
  }
  return read_optional(in, out.key) && read_optional(in, out.value) && in.empty();
}

std::string encode_mark(const Mark& mark) {
  std::string out;
  put(out, mark.offset);
  put(out, mark.bytes);
  return out;
}
Mark decode_mark(BytesView bytes) {
  ByteReader in(bytes);
  Mark mark;
  if (!in.read(mark.offset) || !in.read(mark.bytes)) {
    damaged("mark of a partition");
  }
  return mark;
}

bool has_policy(const TopicRow& row, std::string_view policy) {
  const auto it = row.config.find("cleanup.policy");
  return it == row.config.end() ? policy == "delete" : it->second.find(policy) != std::string::npos;
}

std::string encode_topic(const TopicRow& row) {
  std::string out;
  put(out, row.number);
  put_text(out, row.id);
  put(out, row.partitions);
  put(out, static_cast<std::uint32_t>(row.config.size()));
  for (const auto& [key, value] : row.config) {
    put_text(out, key);
    put_text(out, value);
  }
  return out;
}
TopicRow decode_topic(BytesView bytes) {
  ByteReader in(bytes);
  TopicRow row;
  BytesView id, key, value;
  std::uint32_t entries = 0;
  bool ok = in.read(row.number) && read_text(in, id) && in.read(row.partitions) && in.read(entries);
  row.id = id;
  for (std::uint32_t i = 0; ok && i < entries; ++i) {
    ok = read_text(in, key) && read_text(in, value);
    row.config.emplace(key, value);
  }
  if (!ok) {
    damaged("topic row");
  }
  return row;
}

}  // namespace tandem::topics::embedded
