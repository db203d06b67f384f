#include "tests/bench/log_engines/engine_log.hpp"
#include "topics/embedded/engine.hpp"

#include <chrono>
#include <thread>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

namespace tandem::bench {
namespace {

void check(const rocksdb::Status& status) {
  if (!status.ok()) {
    throw std::runtime_error("rocksdb: " + status.ToString());
  }
}

/// With the options of the embedded log itself.
class RocksdbLog final : public EngineLog {
 public:
  explicit RocksdbLog(const std::string& folder) {
    rocksdb::DB* db = nullptr;
    check(rocksdb::DB::Open(topics::embedded::engine_options(nullptr), folder, &db));
    db_.reset(db);
  }
  void append(std::uint64_t first, std::span<const std::string> values) override {
    rocksdb::WriteBatch batch;
    for (const std::string& v : values) {
      check(batch.Put(big_endian(first++), v));
    }
    rocksdb::WriteOptions sync;
    sync.sync = true;
    check(db_->Write(sync, &batch));
  }
  void read(std::uint64_t from, std::uint64_t count, const Each& each) override {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(big_endian(from)); it->Valid() && count > 0; it->Next(), --count) {
      each(from_big_endian(it->key().ToStringView()), it->value().ToStringView());
    }
    check(it->status());
  }
  void remove_before(std::uint64_t offset) override {
    const std::string from = big_endian(0), to = big_endian(offset);
    const rocksdb::Slice begin(from), end(to);
    check(rocksdb::DeleteFilesInRange(db_.get(), db_->DefaultColumnFamily(), &begin, &end, false));
    rocksdb::WriteOptions sync;
    sync.sync = true;
    check(db_->DeleteRange(sync, db_->DefaultColumnFamily(), begin, end));
  }
  void settle() override {
    using P = rocksdb::DB::Properties;
    for (std::uint64_t busy = 1; busy != 0;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      busy = 0;
      for (const std::string& name : {P::kMemTableFlushPending, P::kNumRunningFlushes, P::kCompactionPending,
                                      P::kNumRunningCompactions}) {
        std::uint64_t n = 0;
        db_->GetIntProperty(name, &n);
        busy += n;
      }
    }
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

std::unique_ptr<EngineLog> open_rocksdb(const std::string& folder) {
  return std::make_unique<RocksdbLog>(folder);
}

}  // namespace tandem::bench
