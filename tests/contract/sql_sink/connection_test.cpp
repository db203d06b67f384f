#include "tests/support/sql_sink/server_fixture.hpp"

namespace tandem::sql_sink {
namespace {

/// What the sink relies on of a TargetConnection, of the twin as of real servers.
class Connection : public SinkServer {
 protected:
  std::string database_name() const override { return "sink_contract"; }
  void SetUp() override {
    SinkServer::SetUp();
    if (server != nullptr) {
      dialect = make_dialect(twin || !postgres ? ServerKind::mysql : ServerKind::postgres, server->version());
      server->query(
          dialect->create_table({"", "notes"}, {{"id", integer.get(), true}, {"text", nullptr, false}}));
    }
  }
  Statement insert(int id, const std::string& text) const {
    return Statement(fmt::format("INSERT INTO {} ({}, {}) VALUES ({}, {})", dialect->quote("notes"),
                                 dialect->quote("id"), dialect->quote("text"), id,
                                 dialect->quote_text(text)));
  }
  Statement begin() const { return Statement(dialect->begin()); }
  static Statement commit() { return Statement("COMMIT"); }
  std::vector<std::uint64_t> run(std::vector<Statement> statements) { return server->run(statements); }
  StatementFailure failure(std::vector<Statement> statements) {
    try {
      server->run(statements);
    } catch (const StatementFailure& e) {
      return e;
    }
    ADD_FAILURE() << "it did not fail";
    return {Error(ErrorKind::bug, ""), FailureClass::other, "", 0};
  }
  std::string notes() { return rows("SELECT id, text FROM notes ORDER BY id"); }
  std::vector<Statement> raise(int id) const {
    std::vector<Statement> out = {begin()};
    for (auto& sql : dialect->must_change_one(fmt::format("UPDATE {} SET {} = 'moved' WHERE {} = {}",
                                                          dialect->quote("notes"), dialect->quote("text"),
                                                          dialect->quote("id"), id))) {
      out.emplace_back(std::move(sql));
    }
    return out;
  }
  const SchemaPtr integer = primitive(SchemaType::int32);
  std::unique_ptr<Dialect> dialect;
};

TEST_P(Connection, ACommittedTransactionIsSeenByOthers) {
  auto other = open();
  run({begin(), insert(1, "it's"), insert(2, "b\\c")});
  EXPECT_TRUE(other->query("SELECT id FROM notes").empty());
  const auto changed = run({commit()});
  EXPECT_EQ(other->query("SELECT id FROM notes").size(), 2u);
  EXPECT_EQ(notes(), "1,it's;2,b\\c;");
  EXPECT_EQ(run({begin(), insert(3, "c"), commit()}).at(1), 1u);
}

TEST_P(Connection, TheFirstFailureEndsARunAndNothingBehindItIsDone) {
  run({begin(), insert(1, "a"), commit()});
  const auto e = failure({begin(), insert(2, "b"), insert(1, "again"), insert(3, "c"), commit()});
  EXPECT_EQ(e.failure, FailureClass::data);
  EXPECT_EQ(e.index, 2u);
  server->roll_back();
  EXPECT_EQ(notes(), "1,a;");
  run({begin(), insert(2, "b"), commit()});
  EXPECT_EQ(notes(), "1,a;2,b;");
}

TEST_P(Connection, AnUpdateThatMustChangeOneRowDoesOrFails) {
  run({begin(), insert(1, "a"), commit()});
  auto good = raise(1);
  good.push_back(commit());
  run(std::move(good));
  EXPECT_EQ(notes(), "1,moved;");
  auto bad = raise(7);
  const std::size_t size = bad.size();
  bad.push_back(insert(2, "b"));
  bad.push_back(commit());
  const auto e = failure(std::move(bad));
  EXPECT_EQ(e.failure, FailureClass::data);
  EXPECT_GT(e.index, 0u);
  EXPECT_LT(e.index, size);
  server->roll_back();
  EXPECT_EQ(notes(), "1,moved;");
}

TEST_P(Connection, TheCatalogueTellsColumnsAndKey) {
  const auto table = load_table(*server, *dialect, postgres, {"", "notes"});
  ASSERT_TRUE(table);
  ASSERT_EQ(table->columns.size(), 2u);
  EXPECT_EQ(table->columns[0].name, "id");
  EXPECT_EQ(table->columns[0].type, ColumnType::int4);
  EXPECT_EQ(table->columns[1].type, ColumnType::text);
  EXPECT_EQ(table->primary_key, std::vector<std::string>{"id"});
  EXPECT_FALSE(load_table(*server, *dialect, postgres, {"", "nothing"}));
}

INSTANTIATE_TEST_SUITE_P(Targets, Connection, testing::Values("twin", "postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
