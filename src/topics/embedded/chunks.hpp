#pragma once
#include "topics/embedded/record_codec.hpp"

#include <functional>

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

/// A record of megabytes lies in several entries: a value is never parted by the engine's tables, and a
/// compaction holds a block of each table that it merges. The first entry has the record's key, the others
/// that key and a number.
namespace tandem::topics::embedded {

constexpr std::size_t kChunk = 256 << 10;

void put_record(rocksdb::WriteBatch& write, const std::string& record_key, BytesView record);
/// `bytes` as the record was put.
void delete_record(rocksdb::WriteBatch& write, std::uint32_t topic, std::int32_t partition,
                   std::int64_t offset, std::size_t bytes);
/// Calls `each` with the record that `it` stands at, and moves behind it. One of several entries is put
/// together in `room`, which `each` may take.
void take_record(rocksdb::Iterator& it, std::string& room,
                 const std::function<void(std::int64_t offset, BytesView record)>& each);
/// The same without putting it together: its first entry, and the bytes of all.
void pass_record(rocksdb::Iterator& it,
                 const std::function<void(std::int64_t offset, BytesView first, std::size_t bytes)>& each);

}  // namespace tandem::topics::embedded
