#include "connectors/relational/model/transaction.hpp"

#include "connectors/relational/model/envelope.hpp"

#include <algorithm>
#include <numeric>

namespace tandem::relational {
namespace {

constexpr std::string_view kIdKey = "transaction_id";
constexpr std::string_view kCountPrefix = "transaction_data_collection_order_";

const SchemaPtr& key_schema() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .name("io.debezium.connector.common.TransactionMetadataKey")
                                      .version(1)
                                      .field("id", primitive(SchemaType::string))
                                      .build();
  return schema;
}

const SchemaPtr& collection_schema() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .name("event.collection")
                                      .version(1)
                                      .optional()
                                      .field("data_collection", primitive(SchemaType::string))
                                      .field("event_count", primitive(SchemaType::int64))
                                      .build();
  return schema;
}

const SchemaPtr& value_schema() {
  static const SchemaPtr schema =
      SchemaBuilder::structure()
          .name("io.debezium.connector.common.TransactionMetadataValue")
          .version(1)
          .field("status", primitive(SchemaType::string))
          .field("id", primitive(SchemaType::string))
          .field("event_count", primitive(SchemaType::int64, true))
          .field("data_collections", SchemaBuilder::array(collection_schema()).optional().build())
          .field("ts_ms", primitive(SchemaType::int64))
          .build();
  return schema;
}

/// String.hashCode() over UTF-16 code units.
std::uint32_t java_hash(const std::string& s) {
  std::uint32_t h = 0;
  for (std::size_t i = 0; i < s.size();) {
    const auto b = static_cast<unsigned char>(s[i]);
    const std::size_t n = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    std::uint32_t cp = n == 1 ? b : b & (0xFFU >> (n + 1));
    for (std::size_t k = 1; k < n && i + k < s.size(); ++k) {
      cp = (cp << 6) | (static_cast<unsigned char>(s[i + k]) & 0x3F);
    }
    i += n;
    if (cp > 0xFFFF) {
      h = 31 * h + (0xD800 + ((cp - 0x10000) >> 10));
      h = 31 * h + (0xDC00 + ((cp - 0x10000) & 0x3FF));
    } else {
      h = 31 * h + cp;
    }
  }
  return h;
}

}  // namespace

std::vector<std::size_t> java_hash_order(const std::vector<std::string>& keys) {
  std::size_t buckets = 16;
  while (keys.size() * 4 > buckets * 3) {
    buckets *= 2;
  }
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto bucket = [&](std::size_t i) {
    const std::uint32_t h = java_hash(keys[i]);
    return (h ^ (h >> 16)) & (buckets - 1);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return bucket(a) < bucket(b); });
  return order;
}

void TransactionState::append_to(OffsetMap& map) const {
  map.emplace_back(std::string(kIdKey), Value(id));
  for (const auto& [collection, count] : per_collection) {
    map.emplace_back(std::string(kCountPrefix) + collection, Value(count));
  }
}

std::optional<TransactionState> TransactionState::from(const OffsetMap& map) {
  std::optional<TransactionState> out;
  for (const auto& [key, value] : map) {
    if (key == kIdKey && value.string() != nullptr) {
      out = TransactionState{*value.string(), 0, {}};
    }
  }
  for (const auto& [key, value] : map) {
    std::int64_t n = 0;
    if (out && key.starts_with(kCountPrefix) && value.to_int64(n)) {
      out->per_collection.emplace_back(key.substr(kCountPrefix.size()), n);
      out->total += n;
    }
  }
  return out;
}

TransactionMetadata::TransactionMetadata(bool enabled, const TopicNaming& topics,
                                         SourcePartitionPtr partition)
    : enabled_(enabled), topic_(topics.transaction()), partition_(std::move(partition)) {}

SourceRecord TransactionMetadata::record(const char* status, std::int64_t ts_ms,
                                         SourceOffsetPtr offset) const {
  SourceRecord r;
  r.topic = topic_;
  r.source_partition = partition_;
  r.source_offset = std::move(offset);
  r.key_schema = key_schema();
  auto key = std::make_shared<Struct>(r.key_schema);
  key->fields[0] = shown();
  r.key = std::move(key);
  r.value_schema = value_schema();
  auto value = std::make_shared<Struct>(r.value_schema);
  value->fields[0] = status;
  value->fields[1] = shown();
  value->fields[4] = ts_ms;
  r.value = std::move(value);
  return r;
}

SourceRecord TransactionMetadata::begin_record(std::int64_t ts_ms, SourceOffsetPtr offset) const {
  return record("BEGIN", ts_ms, std::move(offset));
}

SourceRecord TransactionMetadata::end_record(std::int64_t ts_ms, SourceOffsetPtr offset) const {
  SourceRecord r = record("END", ts_ms, std::move(offset));
  std::vector<std::string> names;
  for (const auto& [name, count] : state_->per_collection) {
    names.push_back(name);
  }
  Array collections;
  for (const std::size_t i : java_hash_order(names)) {
    auto item = std::make_shared<Struct>(collection_schema());
    item->fields[0] = names[i];
    item->fields[1] = state_->per_collection[i].second;
    collections.emplace_back(std::move(item));
  }
  auto& fields = r.value.structure_ptr()->fields;
  fields[2] = state_->total;
  fields[3] = std::move(collections);
  return r;
}

Value TransactionMetadata::count(const std::string& collection) {
  auto& list = state_->per_collection;
  auto it = std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.first == collection; });
  if (it == list.end()) {
    it = list.insert(list.end(), {collection, 0});
  }
  auto block = std::make_shared<Struct>(transaction_block_schema());
  block->fields[0] = shown();
  block->fields[1] = ++state_->total;
  block->fields[2] = ++it->second;
  return block;
}

}  // namespace tandem::relational
