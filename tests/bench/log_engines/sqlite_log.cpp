#include "tests/bench/log_engines/engine_log.hpp"

#include <sqlite3.h>

namespace tandem::bench {
namespace {

/// Write-ahead log with a sync at each commit; freed pages go back to the file system.
class SqliteLog final : public EngineLog {
 public:
  explicit SqliteLog(const std::string& folder) {
    check(sqlite3_open((folder + "/log.db").c_str(), &db_));
    run("PRAGMA auto_vacuum=INCREMENTAL");
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("PRAGMA cache_size=-10000");  // 10 MB, as the other engines' buffers
    run("CREATE TABLE record(offset INTEGER PRIMARY KEY, value BLOB NOT NULL)");
    insert_ = prepare("INSERT INTO record VALUES(?,?)");
    select_ = prepare("SELECT offset, value FROM record WHERE offset >= ? ORDER BY offset LIMIT ?");
    remove_ = prepare("DELETE FROM record WHERE offset < ?");
  }
  ~SqliteLog() override {
    for (sqlite3_stmt* statement : {insert_, select_, remove_}) {
      sqlite3_finalize(statement);
    }
    sqlite3_close(db_);
  }
  void append(std::uint64_t first, std::span<const std::string> values) override {
    run("BEGIN");
    for (const std::string& v : values) {
      sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(first++));
      sqlite3_bind_blob(insert_, 2, v.data(), static_cast<int>(v.size()), SQLITE_STATIC);
      step(insert_);
    }
    run("COMMIT");
  }
  void read(std::uint64_t from, std::uint64_t count, const Each& each) override {
    sqlite3_bind_int64(select_, 1, static_cast<sqlite3_int64>(from));
    sqlite3_bind_int64(select_, 2, static_cast<sqlite3_int64>(count));
    while (sqlite3_step(select_) == SQLITE_ROW) {
      each(static_cast<std::uint64_t>(sqlite3_column_int64(select_, 0)),
           {static_cast<const char*>(sqlite3_column_blob(select_, 1)),
            static_cast<std::size_t>(sqlite3_column_bytes(select_, 1))});
    }
    sqlite3_reset(select_);
  }
  void remove_before(std::uint64_t offset) override {
    sqlite3_bind_int64(remove_, 1, static_cast<sqlite3_int64>(offset));
    step(remove_);
    run("PRAGMA incremental_vacuum");
  }
  void settle() override { run("PRAGMA wal_checkpoint(TRUNCATE)"); }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) {
      throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(db_));
    }
  }
  void run(const char* text) { check(sqlite3_exec(db_, text, nullptr, nullptr, nullptr)); }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
      throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(db_));
    }
    sqlite3_reset(statement);
  }
  sqlite3_stmt* prepare(const char* text) {
    sqlite3_stmt* out = nullptr;
    check(sqlite3_prepare_v2(db_, text, -1, &out, nullptr));
    return out;
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *insert_ = nullptr, *select_ = nullptr, *remove_ = nullptr;
};

}  // namespace

std::unique_ptr<EngineLog> open_sqlite(const std::string& folder) {
  return std::make_unique<SqliteLog>(folder);
}

}  // namespace tandem::bench
