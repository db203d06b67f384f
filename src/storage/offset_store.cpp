#include "storage/offset_store.hpp"

#include "storage/json_maps.hpp"
#include "tandem/base/log.hpp"

namespace tandem::storage {

OffsetStore::OffsetStore(topics::Topics& topics, StorageTopicSpec spec)
    : log_(topics, std::move(spec), [this](const CompactedTopic::Record& r) { apply(r); }) {}

void OffsetStore::apply(const CompactedTopic::Record& record) {
  if (!record.key) {
    return;
  }
  std::string key(*record.key);
  auto parsed = parse_offset_key(key);
  if (!parsed) {
    log::warn("tandem.storage.offsets", "ignoring a record of {} whose key is not [connector, partition]: {}",
              log_.name(), key);
    return;
  }
  std::lock_guard lock(mutex_);
  if (record.value) {
    by_connector_[parsed->connector].insert_or_assign(
        std::move(key), Entry{std::move(parsed->partition), std::string(*record.value)});
  } else if (const auto it = by_connector_.find(parsed->connector); it != by_connector_.end()) {
    it->second.erase(key);
    if (it->second.empty()) {
      by_connector_.erase(it);
    }
  }
}

std::string OffsetStore::key_bytes(const std::string& connector, const OffsetMap& partition) const {
  auto key = offset_key(connector, partition);
  std::lock_guard lock(mutex_);
  const auto it = by_connector_.find(connector);
  if (it == by_connector_.end() || it->second.contains(key)) {
    return key;
  }
  for (const auto& [known, entry] : it->second) {
    if (same_map(entry.partition, partition)) {
      return known;
    }
  }
  return key;
}

std::optional<OffsetMap> OffsetStore::get(const std::string& connector, const OffsetMap& partition) const {
  const auto key = key_bytes(connector, partition);
  std::lock_guard lock(mutex_);
  const auto it = by_connector_.find(connector);
  if (it == by_connector_.end()) {
    return std::nullopt;
  }
  const auto entry = it->second.find(key);
  return entry == it->second.end() ? std::nullopt : parse_offset_map(entry->second.value);
}

std::vector<std::pair<OffsetMap, OffsetMap>> OffsetStore::list(const std::string& connector) const {
  std::vector<std::pair<OffsetMap, OffsetMap>> out;
  std::lock_guard lock(mutex_);
  if (const auto it = by_connector_.find(connector); it != by_connector_.end()) {
    for (const auto& [key, entry] : it->second) {
      if (auto offset = parse_offset_map(entry.value)) {
        out.emplace_back(entry.partition, std::move(*offset));
      }
    }
  }
  return out;
}

void OffsetStore::set(const std::string& connector, const std::vector<Change>& changes,
                      CompactedTopic::Done done) {
  std::vector<CompactedTopic::Entry> entries;
  entries.reserve(changes.size());
  for (const auto& [partition, offset] : changes) {
    CompactedTopic::Entry entry{key_bytes(connector, partition), std::nullopt};
    if (offset) {
      append_value(entry.value.emplace(), *offset);
    }
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) {
    if (done) {
      done(std::nullopt);
    }
    return;
  }
  log_.append(std::move(entries), std::move(done));
}

void OffsetStore::append_value(std::string& out, const OffsetMap& offset) { append_json_object(out, offset); }

}  // namespace tandem::storage
