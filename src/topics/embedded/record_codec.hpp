#pragma once
#include "tandem/topics/topics.hpp"

#include <string>

/// Keys and values as they lie in the engine. Integers in keys are big-endian (the engine sorts by bytes), in
/// values little-endian.
namespace tandem::topics::embedded {

std::uint32_t murmur2(BytesView key) noexcept;  ///< Java's org.apache.kafka.common.utils.Utils.murmur2

std::string log_key();
std::string topic_key(std::string_view topic);
std::string record_key(std::uint32_t topic, std::int32_t partition, std::int64_t offset);
std::string partition_key(char kind, std::uint32_t topic, std::int32_t partition);
std::string index_key(std::uint32_t topic, std::int32_t partition, BytesView key);
std::string group_key(std::string_view group);
std::string group_key(std::string_view group, const TopicPartition& partition);
/// False when `key` is not of `group`'s entries.
bool parse_group_key(std::string_view key, std::string& group, TopicPartition& partition);
std::int64_t offset_of(std::string_view record_key);
void set_offset(std::string& record_key, std::int64_t offset);

constexpr char kTopic = 't', kRecord = 'r', kHigh = 'h', kLow = 'l', kIndex = 'k', kGroup = 'g', kLog = 'm';

/// Appends the record's value bytes to `out`.
void encode(std::string& out, const OutRecord& record, std::int64_t timestamp_ms);
/// How many bytes encode() appends.
std::size_t encoded_size(const OutRecord& record) noexcept;
/// Of a record's bytes or of their beginning; nullopt when they are damaged.
std::optional<std::int64_t> timestamp_of(BytesView bytes);
/// Views into `bytes`; headers go to the end of `headers`. False when the bytes are damaged.
bool decode(BytesView bytes, InRecord& out, std::vector<RecordHeader>& headers);

/// Two numbers kept a partition: an offset, and bytes ever written or removed up to it.
struct Mark {
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
};
std::string encode_mark(const Mark& mark);
Mark decode_mark(BytesView bytes);

struct TopicRow {
  std::uint32_t number = 0;
  std::string id;
  std::int32_t partitions = 1;
  std::map<std::string, std::string> config;
};
/// True when the topic's cleanup.policy names `policy` ("delete" where it has none).
bool has_policy(const TopicRow& row, std::string_view policy);
std::string encode_topic(const TopicRow& row);
TopicRow decode_topic(BytesView bytes);

}  // namespace tandem::topics::embedded
