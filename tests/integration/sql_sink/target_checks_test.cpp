#include "connectors/sql_sink/sink_connector.hpp"
#include "tests/support/sql_sink/server_fixture.hpp"

#include <algorithm>

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::RecordMaker;

/// What validate() and the start of a task refuse, with a user who has only what a test gives.
class TargetChecks : public SinkServer {
 protected:
  void SetUp() override {
    SinkServer::SetUp();
    if (IsSkipped()) {
      return;
    }
    drop_user();
    if (postgres) {
      server->query("CREATE ROLE sink_poor LOGIN PASSWORD 'poor'");
      server->query("GRANT USAGE ON SCHEMA sink_test TO sink_poor");
    } else {
      server->query("CREATE USER sink_poor IDENTIFIED BY 'poor'");
      server->query("CREATE TABLE other (id int)");
      server->query("GRANT SELECT ON sink_test.other TO sink_poor");  // to be let into the database
    }
    server->query("CREATE TABLE users (id int PRIMARY KEY, mail varchar(50), note varchar(50))");
    config["connection.username"] = "sink_poor";
    config["connection.password"] = "poor";
    config["topics"] = "t.db.users";
    config["schema.evolution"] = "none";
    config["truncate.enabled"] = "false";
  }
  void TearDown() override {
    SinkServer::TearDown();
    if (server != nullptr) {
      drop_user();
    }
  }
  void drop_user() {
    if (!postgres) {
      server->query("DROP USER IF EXISTS sink_poor");
    } else if (!server->query("SELECT 1 FROM pg_roles WHERE rolname = 'sink_poor'").empty()) {
      server->query("DROP OWNED BY sink_poor");
      server->query("DROP ROLE sink_poor");
    }
  }
  void grant(const std::string& privileges, const std::string& table = "users") {
    server->query(fmt::format("GRANT {} ON {} TO sink_poor", privileges, table));
  }
  /// "setting: text" of everything refused, a line each.
  std::string refused() {
    std::vector<ConfigCheck> checks;
    SqlSinkConnector(Flavour::debezium).validate(config, checks);
    std::string out;
    for (const auto& check : checks) {
      for (const auto& error : check.errors) {
        out += check.name + ": " + error + "\n";
      }
    }
    return out;
  }
  void expect_refused(const std::vector<std::string>& parts) {
    const std::string all = refused();
    for (const auto& part : parts) {
      EXPECT_NE(all.find(part), std::string::npos) << "wanted: " << part << "\nsaid: " << all;
    }
  }
  std::string here() const { return postgres ? "\"sink_test\".\"users\"" : "`sink_test`.`users`"; }
  std::string poor() const { return postgres ? "\"sink_poor\"" : "'sink_poor'@'%'"; }
};

TEST_P(TargetChecks, GrantsThatAreMissingAreNamedWithTheStatementThatGivesThem) {
  grant("SELECT");
  expect_refused({"insert.mode: insert.mode=upsert needs INSERT, UPDATE on table",
                  "GRANT INSERT, UPDATE ON " + here() + " TO " + poor(),
                  "delete.enabled: delete.enabled=true needs DELETE",
                  "GRANT DELETE ON " + here() + " TO " + poor()});
  grant("INSERT, UPDATE, DELETE");
  EXPECT_EQ(refused(), "");
  config["truncate.enabled"] = "true";
  if (postgres) {
    expect_refused({"truncate.enabled: truncate.enabled=true needs TRUNCATE"});
    grant("TRUNCATE");
  }
  EXPECT_EQ(refused(), "");
}

TEST_P(TargetChecks, EvolutionNeedsCreateAndAlter) {
  grant("SELECT, INSERT, UPDATE, DELETE");
  config["schema.evolution"] = "basic";
  expect_refused({"schema.evolution: schema.evolution=basic: user", "may not create tables in",
                  "GRANT CREATE ON", "schema.evolution: schema.evolution=basic adds columns",
                  "or set schema.evolution=none"});
  if (postgres) {
    server->query("GRANT CREATE ON SCHEMA sink_test TO sink_poor");
    server->query("ALTER TABLE users OWNER TO sink_poor");
  } else {
    server->query("GRANT CREATE, ALTER ON `sink\\_test`.* TO sink_poor");
  }
  EXPECT_EQ(refused(), "");
}

TEST_P(TargetChecks, RolesCount) {
  server->query("DROP ROLE IF EXISTS sink_writers");
  server->query("CREATE ROLE sink_writers");
  server->query("GRANT SELECT, INSERT, UPDATE, DELETE ON users TO sink_writers");
  server->query("GRANT sink_writers TO sink_poor");
  config["schema.evolution"] = "basic";
  if (postgres) {
    server->query("GRANT CREATE ON SCHEMA sink_test TO sink_writers");
    server->query("ALTER TABLE users OWNER TO sink_writers");
  } else {
    // MariaDB has other words and no number below 10.
    server->query(server->version() < 100000 ? "SET DEFAULT ROLE sink_writers TO sink_poor"
                                             : "SET DEFAULT ROLE sink_writers FOR sink_poor");
    server->query("GRANT CREATE, ALTER ON sink_test.* TO sink_writers");
  }
  EXPECT_EQ(refused(), "");
  if (postgres) {
    server->query("DROP OWNED BY sink_writers CASCADE");
  }
  server->query("DROP ROLE sink_writers");
}

TEST_P(TargetChecks, AKeyForUpserts) {
  server->query("DROP TABLE users");
  server->query("CREATE TABLE users (id int, mail varchar(50), note varchar(50))");
  grant("SELECT, INSERT, UPDATE, DELETE");
  expect_refused(
      {"insert.mode: insert.mode=upsert: table", "has no primary key or unique index", "ADD PRIMARY KEY"});
  server->query("ALTER TABLE users ADD UNIQUE (mail)");
  EXPECT_EQ(refused(), "") << "its own records tell the key";
  config["primary.key.fields"] = "id";
  expect_refused({"unique index over (", "id"});
}

TEST_P(TargetChecks, ThePositionTableOfALink) {
  grant("SELECT, INSERT, UPDATE, DELETE");
  config["sync.link"] = "shop";
  config["sync.origin"] = "here";
  expect_refused({"sync.link: sync.link=shop: user", "may not create tables", "GRANT CREATE ON"});
  server->query("CREATE TABLE tandem_position (epoch int)" + std::string(postgres ? "" : " ENGINE=MyISAM"));
  grant("SELECT", "tandem_position");
  expect_refused({"sync.link: sync.link=shop needs INSERT, UPDATE on table", "tandem_position"});
  if (!postgres) {
    expect_refused({"tandem_position has engine MyISAM", "ENGINE=InnoDB"});
    server->query("ALTER TABLE users ENGINE=MyISAM");
    expect_refused({"users has engine MyISAM"});
  }
}

TEST_P(TargetChecks, TablesOfAPatternAreLookedAtWhenTheTaskStarts) {
  config.erase("topics");
  config["topics.regex"] = "t\\..*";
  EXPECT_EQ(refused(), "");
  grant("SELECT");
  FakeSinkContext context;
  auto task = start(context);
  try {
    task->open({{"t.db.users", 0}});
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::auth);
    EXPECT_NE(e.error().remedy.find("GRANT INSERT, UPDATE"), std::string::npos) << e.what();
  }
  grant("INSERT, UPDATE, DELETE");
  task = start(context);
  task->open({{"t.db.users", 0}});
  RecordMaker maker{"t.db.users", "users", users()};
  std::vector<SinkRecord> records = {maker.change("c", user(1, "a")), maker.change("d", user(2, "a"))};
  task->put(records);
  EXPECT_EQ(rows("SELECT id FROM users"), "1;");
}

INSTANTIATE_TEST_SUITE_P(Servers, TargetChecks, testing::Values("postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
