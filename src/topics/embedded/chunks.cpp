#include "topics/embedded/chunks.hpp"

namespace tandem::topics::embedded {
namespace {

std::string chunk_key(const std::string& record_key, std::uint32_t number) {
  std::string out = record_key;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift);
  }
  return out;
}

}  // namespace

void put_record(rocksdb::WriteBatch& write, const std::string& key, BytesView record) {
  const BytesView first = record.substr(0, kChunk);
  write.Put(key, rocksdb::Slice(first.data(), first.size()));
  for (std::size_t at = kChunk; at < record.size(); at += kChunk) {
    const BytesView chunk = record.substr(at, kChunk);
    write.Put(chunk_key(key, static_cast<std::uint32_t>(at / kChunk)),
              rocksdb::Slice(chunk.data(), chunk.size()));
  }
}

void delete_record(rocksdb::WriteBatch& write, std::uint32_t topic, std::int32_t partition,
                   std::int64_t offset, std::size_t bytes) {
  const std::string key = record_key(topic, partition, offset);
  write.Delete(key);
  for (std::size_t at = kChunk; at < bytes; at += kChunk) {
    write.Delete(chunk_key(key, static_cast<std::uint32_t>(at / kChunk)));
  }
}

void take_record(rocksdb::Iterator& it, std::string& room,
                 const std::function<void(std::int64_t, BytesView)>& each) {
  const std::int64_t offset = offset_of(it.key().ToStringView());
  if (it.value().size() < kChunk) {
    each(offset, it.value().ToStringView());
    it.Next();
    return;
  }
  const std::size_t key_size = it.key().size();
  room.clear();
  do {
    room += it.value().ToStringView();
    it.Next();
  } while (it.Valid() && it.key().size() > key_size);
  each(offset, room);
}

void pass_record(rocksdb::Iterator& it,
                 const std::function<void(std::int64_t, BytesView, std::size_t)>& each) {
  const std::int64_t offset = offset_of(it.key().ToStringView());
  const std::string first(it.value().ToStringView().substr(0, kChunk));
  const std::size_t key_size = it.key().size();
  std::size_t bytes = 0;
  do {
    bytes += it.value().size();
    it.Next();
  } while (it.Valid() && it.key().size() > key_size);
  each(offset, first, bytes);
}

}  // namespace tandem::topics::embedded
