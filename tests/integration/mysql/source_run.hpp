#pragma once
#include "connectors/clients/mysql/connection.hpp"
#include "connectors/mysql/source_task.hpp"
#include "connectors/sync/log_position.hpp"
#include "tandem/json/writer.hpp"
#include "tests/support/memory_source.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace tandem::mysql {

using testing_support::MemoryContext;

inline std::string env(const char* name, const char* fallback = "") {
  const char* v = std::getenv(name);
  return v ? v : fallback;
}

/// A database of its own, and a task on it that can be started again from where its records were committed.
class SourceRun {
 public:
  explicit SourceRun(std::string database, ConfigMap extra = {}) : database_(std::move(database)) {
    const std::string address = env("TANDEM_TEST_MYSQL");
    options_.host = address.substr(0, address.rfind(':'));
    options_.port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    options_.user = env("TANDEM_TEST_USER");
    options_.password = env("TANDEM_TEST_PASSWORD");
    sql_ = std::make_unique<Connection>(options_);
    sql_->execute("drop database if exists " + database_);
    sql_->execute("create database " + database_);
    sql_->execute("use " + database_);
    config_ = {{"database.hostname", options_.host},
               {"database.port", std::to_string(options_.port)},
               {"database.user", options_.user},
               {"database.password", options_.password},
               {"database.server.id", std::to_string(30000 + std::rand() % 1'000'000)},
               {"database.include.list", database_},
               {"topic.prefix", database_},
               {"schema.history.internal.kafka.topic", database_ + "-history"},
               {"schema.history.internal.store.only.captured.databases.ddl", "true"}};
    for (auto& [key, value] : extra) {
      config_[key] = value;
    }
  }
  ~SourceRun() { sql_->execute("drop database if exists " + database_); }

  void sql(const std::string& statement) { sql_->execute(statement); }
  Connection& connection() { return *sql_; }
  bool mariadb() const { return sql_->server().is_mariadb(); }
  bool has_mysql_gtids() {
    return !mariadb() && sql_->query_value("select @@gtid_mode").value_or("") == "ON";
  }
  /// MySQL 8.2 renamed the statements about its log, 8.4 dropped the old words.
  bool new_words() const { return !mariadb() && sql_->server().at_least(8, 2); }
  std::string log_file() {
    return std::string(
        sql_->query(new_words() ? "show binary log status" : "show master status").at(0, 0).value_or(""));
  }
  /// Until only the file that is written now is left: a server keeps what it sends to a client that has gone,
  /// MariaDB until it notices.
  void purge_logs() {
    const std::string now = log_file();
    for (int attempt = 0; attempt < 100; ++attempt) {
      const auto senders =
          sql_->query("select id from information_schema.processlist where command like 'Binlog Dump%'");
      for (std::size_t i = 0; i < senders.row_count(); ++i) {
        try {
          sql("kill " + std::string(*senders.at(i, 0)));
        } catch (const SqlError&) {  // it has gone by itself
        }
      }
      sql("purge binary logs to '" + now + "'");
      if (sql_->query("show binary logs").at(0, 0) == now) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL() << "the logs before " << now << " stay";
  }
  void start() {
    task_ = std::make_unique<MysqlSourceTask>(mariadb() ? "mariadb" : "mysql");
    task_->start(config_, context);
  }
  void stop() { task_.reset(); }
  void set(const std::string& key, const std::string& value) { config_[key] = value; }
  SourceBatch poll() { return task_->poll({}); }
  const std::string& database() const { return database_; }
  /// What starting and polling says until something goes wrong; "" when nothing does.
  std::string failure(ErrorKind* kind = nullptr) {
    try {
      start();
      drain();
    } catch (const TandemError& e) {
      if (kind != nullptr) {
        *kind = e.kind();
      }
      return e.error().text();
    }
    return "";
  }
  /// Polls until nothing came for half a second; everything is committed.
  std::vector<SourceRecord> drain(std::size_t at_most_batches = 1000) {
    std::vector<SourceRecord> out;
    for (int quiet = 0; quiet < 6 && at_most_batches > 0;) {
      SourceBatch b = task_->poll({});
      quiet = b.records.empty() ? quiet + 1 : 0;
      if (!b.records.empty()) {
        --at_most_batches;
        context.stored = b.records.back().source_offset->to_map();
      }
      if (b.position) {
        context.stored = b.position->offset->to_map();
      }
      for (auto& r : b.records) {
        dump(r);
        out.push_back(std::move(r));
      }
    }
    return out;
  }
  MemoryContext context;

 private:
  void dump(const SourceRecord& r) {
    const std::string file = env("TANDEM_TEST_DUMP");
    if (file.empty()) {
      return;
    }
    std::ofstream out(file + "/" + database_ + ".ours", std::ios::app);
    std::string key, value, headers;
    const auto text = [](const SchemaPtr& s, const Value& v, std::string& o) {
      if (!s) {
        o = "null";
        return;
      }
      o = "{\"schema\":";
      json::append_schema(o, s);
      o += ",\"payload\":";
      json::WritePlan(s, {}).append(o, v);
      o += "}";
    };
    text(r.key_schema, r.key, key);
    text(r.value_schema, r.value, value);
    for (const Header& h : r.headers) {
      headers += h.key + "=";
      json::append_value(headers, h.value);
      headers += " ";
    }
    out << r.topic << " K " << key << "\n   V " << value << "\n   H " << headers << " O "
        << (r.source_offset ? json::object_text(r.source_offset->to_map()) : "") << "\n";
  }
  std::string database_;
  ConnectionOptions options_;
  ConfigMap config_;
  std::unique_ptr<Connection> sql_;
  std::unique_ptr<MysqlSourceTask> task_;
};

class MysqlSource : public testing::Test {
 protected:
  void SetUp() override {
    if (env("TANDEM_TEST_MYSQL").empty()) {
      GTEST_SKIP() << "TANDEM_TEST_MYSQL is not set";
    }
  }
};

/// Tests that reconfigure or purge the server.
class MysqlOwnServer : public testing::Test {
 protected:
  void SetUp() override {
    if (env("TANDEM_TEST_MYSQL_OWN").empty()) {
      GTEST_SKIP() << "TANDEM_TEST_MYSQL_OWN is not set";
    }
    ::setenv("TANDEM_TEST_MYSQL", env("TANDEM_TEST_MYSQL_OWN").c_str(), 1);
  }
};

inline std::string after(const SourceRecord& r) {
  std::string out;
  const Struct* s = r.value.structure();
  if (s == nullptr) {
    return "tombstone";
  }
  const Value* row = s->find("after");
  if (row == nullptr) {
    return "schema change";
  }
  json::append_value(out, row->is_null() ? s->at("before") : *row);
  return *s->at("op").string() + out;
}
inline std::vector<std::string> rows(const std::vector<SourceRecord>& records) {
  std::vector<std::string> out;
  for (const auto& r : records) {
    if (r.key_schema == nullptr || r.key_schema->name().find("SchemaChangeKey") == std::string::npos) {
      out.push_back(after(r));
    }
  }
  return out;
}

}  // namespace tandem::mysql
