#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "connectors/sql_sink/sink_task.hpp"
#include "tests/support/sql_sink/sink_harness.hpp"

namespace tandem::sql_sink {

/// Each test runs against both servers, in a database (MySQL) or schema (PostgreSQL) of its own.
class SinkServer : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    postgres = std::string_view(GetParam()) == "postgres";
    const char* address = std::getenv(postgres ? "TANDEM_TEST_POSTGRES" : "TANDEM_TEST_MYSQL");
    const char* user = std::getenv("TANDEM_TEST_USER");
    const char* password = std::getenv("TANDEM_TEST_PASSWORD");
    if (address == nullptr || user == nullptr || password == nullptr) {
      GTEST_SKIP() << "set TANDEM_TEST_" << (postgres ? "POSTGRES" : "MYSQL") << ", TANDEM_TEST_USER and TANDEM_TEST_PASSWORD";
    }
    const char* database = std::getenv("TANDEM_TEST_POSTGRES_DATABASE");
    config = {{"name", "sink"}, {"connection.username", user}, {"connection.password", password}, {"insert.mode", "upsert"},
              {"primary.key.mode", "record_key"}, {"delete.enabled", "true"}, {"truncate.enabled", "true"},
              {"schema.evolution", "basic"}, {"collection.name.format", "${source.table}"}};
    const std::string url = postgres ? fmt::format("jdbc:postgresql://{}/{}", address, database == nullptr ? "app" : database)
                                     : fmt::format("jdbc:mysql://{}/mysql", address);
    config["connection.url"] = url;
    auto first = admin();
    if (postgres) {
      first->query("DROP SCHEMA IF EXISTS sink_test CASCADE");
      first->query("CREATE SCHEMA sink_test");
      config["connection.url"] = url + "?currentSchema=sink_test";
    } else {
      first->query("DROP DATABASE IF EXISTS sink_test");
      first->query("CREATE DATABASE sink_test");
      config["connection.url"] = fmt::format("jdbc:mysql://{}/sink_test", address);
    }
    server = admin();
  }
  void TearDown() override {
    if (server != nullptr) {
      server->query(postgres ? "DROP SCHEMA sink_test CASCADE" : "DROP DATABASE sink_test");
    }
  }
  std::unique_ptr<TargetConnection> admin() { return connect(Settings::parse(Flavour::debezium, config)); }
  std::string rows(const std::string& sql) {
    std::string out;
    for (const auto& row : server->query(sql)) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        out += (i == 0 ? "" : ",") + row[i].value_or("NULL");
      }
      out += ';';
    }
    return out;
  }
  std::unique_ptr<SqlSinkTask> start(test::FakeSinkContext& context) {
    auto task = std::make_unique<SqlSinkTask>(Flavour::debezium);
    task->start(config, context);
    return task;
  }
  static SchemaPtr users() {
    auto schema = SchemaBuilder::structure();
    schema.field("id", primitive(SchemaType::int32)).field("mail", primitive(SchemaType::string, true));
    schema.field("note", primitive(SchemaType::string, true));
    return schema.build();
  }
  static std::vector<Value> user(int id, const char* mail, const char* note = "n") { return {Value(id), Value(mail), Value(note)}; }

  bool postgres = false;
  ConfigMap config;
  std::unique_ptr<TargetConnection> server;
};

}  // namespace tandem::sql_sink
