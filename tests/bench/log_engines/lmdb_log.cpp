#include "tests/bench/log_engines/engine_log.hpp"

#include <utility>

#include <lmdb.h>

namespace tandem::bench {
namespace {

void check(int code) {
  if (code != 0) {
    throw std::runtime_error(std::string("lmdb: ") + mdb_strerror(code));
  }
}

class LmdbLog final : public EngineLog {
 public:
  explicit LmdbLog(const std::string& folder) {
    check(mdb_env_create(&env_));
    check(mdb_env_set_mapsize(env_, std::size_t{8} << 30));  // its bound: a log of unknown size has to guess
    check(mdb_env_open(env_, folder.c_str(), 0, 0644));
    const Transaction t(env_, 0);
    check(mdb_dbi_open(t.handle, nullptr, MDB_CREATE, &table_));
    t.commit();
  }
  ~LmdbLog() override { mdb_env_close(env_); }
  void append(std::uint64_t first, std::span<const std::string> values) override {
    const Transaction t(env_, 0);
    for (const std::string& v : values) {
      const std::string name = big_endian(first++);
      MDB_val key = bytes(name), value = bytes(v);
      check(mdb_put(t.handle, table_, &key, &value, MDB_APPEND));
    }
    t.commit();
  }
  void read(std::uint64_t from, std::uint64_t count, const Each& each) override {
    const Transaction t(env_, MDB_RDONLY);
    const Cursor c(t, table_);
    const std::string name = big_endian(from);
    MDB_val key = bytes(name), value{};
    for (MDB_cursor_op move = MDB_SET_RANGE; count > 0; --count, move = MDB_NEXT) {
      const int code = mdb_cursor_get(c.handle, &key, &value, move);
      if (code == MDB_NOTFOUND) {
        break;
      }
      check(code);
      each(from_big_endian(view(key)), view(value));
    }
  }
  void remove_before(std::uint64_t offset) override {
    const Transaction t(env_, 0);
    {
      const Cursor c(t, table_);
      MDB_val key{}, value{};
      while (mdb_cursor_get(c.handle, &key, &value, MDB_FIRST) == 0 && from_big_endian(view(key)) < offset) {
        check(mdb_cursor_del(c.handle, 0));
      }
    }
    t.commit();
  }
  void settle() override {}

 private:
  struct Transaction {
    explicit Transaction(MDB_env* env, unsigned flags) { check(mdb_txn_begin(env, nullptr, flags, &handle)); }
    ~Transaction() {
      if (handle != nullptr) {
        mdb_txn_abort(handle);
      }
    }
    void commit() const { check(mdb_txn_commit(std::exchange(handle, nullptr))); }
    mutable MDB_txn* handle = nullptr;
  };
  struct Cursor {
    Cursor(const Transaction& t, MDB_dbi table) { check(mdb_cursor_open(t.handle, table, &handle)); }
    ~Cursor() { mdb_cursor_close(handle); }
    MDB_cursor* handle = nullptr;
  };
  static MDB_val bytes(const std::string& s) { return {s.size(), const_cast<char*>(s.data())}; }
  static std::string_view view(const MDB_val& v) { return {static_cast<const char*>(v.mv_data), v.mv_size}; }

  MDB_env* env_ = nullptr;
  MDB_dbi table_ = 0;
};

}  // namespace

std::unique_ptr<EngineLog> open_lmdb(const std::string& folder) { return std::make_unique<LmdbLog>(folder); }

}  // namespace tandem::bench
