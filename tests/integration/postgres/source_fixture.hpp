#pragma once
#include "connectors/postgres/connector.hpp"
#include "connectors/postgres/offset.hpp"
#include "connectors/sync/marker.hpp"
#include "converters/json_converter.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/source_context.hpp"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::postgres_source {

using ::testing::HasSubstr;

/// A schema, a connector on it, and what the task gives.
class PostgresSource : public ::testing::Test {
 protected:
  void SetUp() override {
    server = test::PostgresServer::from_environment();
    if (!server.available) {
      GTEST_SKIP() << "TANDEM_TEST_POSTGRES=host:port is not set";
    }
    schema = "pgsrc_" +
             std::to_string(std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'000);
    db = std::make_unique<postgres::Connection>(server.options);
    db->query("CREATE SCHEMA " + schema);
    db->query("SET search_path TO " + schema);
    const auto& o = server.options;
    config = {{"database.hostname", o.host},   {"database.port", std::to_string(o.port)},
              {"database.user", o.user},       {"database.password", o.password},
              {"database.dbname", o.dbname},   {"topic.prefix", schema},
              {"plugin.name", "pgoutput"},     {"slot.name", schema},
              {"publication.name", schema},    {"publication.autocreate.mode", "filtered"},
              {"schema.include.list", schema}, {"status.update.interval.ms", "500"}};
    json.configure({{"schemas.enable", "false"}}, false);
  }
  void TearDown() override {
    task.reset();
    if (!db) {
      return;
    }
    for (int i = 0; i < 50; ++i) {
      const auto rows =
          db->query("SELECT active FROM pg_replication_slots WHERE slot_name = '" + schema + "'");
      if (rows.empty()) {
        break;
      }
      if (rows.at(0, 0) == "f") {
        db->query("SELECT pg_drop_replication_slot('" + schema + "')");
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    db->query("DROP PUBLICATION IF EXISTS " + schema);
    db->query("DROP SCHEMA " + schema + " CASCADE");
  }
  void start() {
    task = connector.make_task();
    task->start(config, context);
  }
  /// Polls until `n` records came or ten seconds passed; commits every position unless told otherwise.
  std::vector<SourceRecord> take(std::size_t n, bool commit = true) {
    std::vector<SourceRecord> out;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (out.size() < n && std::chrono::steady_clock::now() < end) {
      SourceBatch batch = task->poll({});
      for (auto& r : batch.records) {
        if (r.source_offset) {
          last = r.source_offset;
        }
        out.push_back(std::move(r));
      }
      if (batch.position) {
        last = batch.position->offset;
      }
      if (commit && last) {
        task->commit({}, *last);
      }
    }
    return out;
  }
  void poll_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      EXPECT_TRUE(take(0).empty());
      SourceBatch batch = task->poll({});
      EXPECT_TRUE(batch.records.empty()) << text(batch.records[0]);
      if (batch.position) {
        last = batch.position->offset;
        task->commit({}, *last);
      }
    }
  }
  std::string text(const SourceRecord& r) {
    std::string out;
    return json.from_connect(r.topic, r.value_schema, r.value, out) ? out : "tombstone";
  }

  test::PostgresServer server;
  std::string schema;
  std::unique_ptr<postgres::Connection> db;
  ConfigMap config;
  PostgresConnector connector;
  test::SourceContext context;
  std::unique_ptr<SourceTask> task;
  converters::JsonConverter json;
  SourceOffsetPtr last;
};

}  // namespace tandem::postgres_source
