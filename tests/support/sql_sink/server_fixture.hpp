#pragma once
#include "connectors/sql_sink/sink_task.hpp"
#include "tests/support/sql_sink/faulty_target.hpp"
#include "tests/support/sql_sink/sink_harness.hpp"
#include "tests/support/sql_sink/sql_twin.hpp"

#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tandem::sql_sink {

/// Each test runs against the servers that its suite names ("postgres", "mysql", and "twin", which is in
/// memory), in a database (MySQL) or schema (PostgreSQL) of its own.
class SinkServer : public testing::TestWithParam<const char*> {
 protected:
  /// A database a test program, as they may run at once.
  virtual std::string database_name() const { return "sink_test"; }
  void SetUp() override {
    postgres = std::string_view(GetParam()) == "postgres";
    twin = std::string_view(GetParam()) == "twin";
    const ConfigMap common = {{"name", "sink"},
                              {"insert.mode", "upsert"},
                              {"primary.key.mode", "record_key"},
                              {"delete.enabled", "true"},
                              {"truncate.enabled", "true"},
                              {"schema.evolution", "basic"},
                              {"collection.name.format", "${source.table}"}};
    if (twin) {
      config = common;
      config["connection.url"] = "jdbc:mysql://twin/twin";
      server = open();
      return;
    }
    const char* address = std::getenv(postgres ? "TANDEM_TEST_POSTGRES" : "TANDEM_TEST_MYSQL");
    const char* user = std::getenv("TANDEM_TEST_USER");
    const char* password = std::getenv("TANDEM_TEST_PASSWORD");
    if (address == nullptr || user == nullptr || password == nullptr) {
      GTEST_SKIP() << "set TANDEM_TEST_" << (postgres ? "POSTGRES" : "MYSQL")
                   << ", TANDEM_TEST_USER and TANDEM_TEST_PASSWORD";
    }
    const char* database = std::getenv("TANDEM_TEST_POSTGRES_DATABASE");
    config = common;
    config["connection.username"] = user;
    config["connection.password"] = password;
    const std::string url =
        postgres ? fmt::format("jdbc:postgresql://{}/{}", address, database == nullptr ? "app" : database)
                 : fmt::format("jdbc:mysql://{}/mysql", address);
    config["connection.url"] = url;
    auto first = open();
    const std::string name = database_name();
    if (postgres) {
      first->query("DROP SCHEMA IF EXISTS " + name + " CASCADE");
      first->query("CREATE SCHEMA " + name);
      config["connection.url"] = url + "?currentSchema=" + name;
    } else {
      first->query("DROP DATABASE IF EXISTS " + name);
      first->query("CREATE DATABASE " + name);
      config["connection.url"] = fmt::format("jdbc:mysql://{}/{}", address, name);
    }
    server = open();
  }
  void TearDown() override {
    if (server != nullptr && !twin) {
      server->query(
          (postgres ? "DROP SCHEMA " + database_name() + " CASCADE" : "DROP DATABASE " + database_name()));
    }
  }
  std::unique_ptr<TargetConnection> open() {
    return twin ? twin_server.connect() : connect(Settings::parse(Flavour::debezium, config));
  }
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
    auto task = std::make_unique<SqlSinkTask>(Flavour::debezium, [this](const Settings&) {
      return faults.wrap([this] {
        auto connection = open();
        if (!on_connect.empty()) {
          connection->query(on_connect);
        }
        return connection;
      });
    });
    task->start(config, context);
    return task;
  }
  static SchemaPtr users() {
    auto schema = SchemaBuilder::structure();
    schema.field("id", primitive(SchemaType::int32)).field("mail", primitive(SchemaType::string, true));
    schema.field("note", primitive(SchemaType::string, true));
    return schema.build();
  }
  static std::vector<Value> user(int id, const char* mail, const char* note = "n") {
    return {Value(id), Value(mail), Value(note)};
  }

  bool postgres = false, twin = false;
  test::TwinServer twin_server;
  test::Faults faults;     ///< of the tasks' connections
  std::string on_connect;  ///< run by them first
  ConfigMap config;
  std::unique_ptr<TargetConnection> server;
};

}  // namespace tandem::sql_sink
