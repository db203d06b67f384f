#include "tests/support/sql_sink/server_fixture.hpp"

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::RecordMaker;

class Sink : public SinkServer {
 protected:
  void put(std::vector<SinkRecord> records) {
    if (task == nullptr) {
      task = start(context);
    }
    task->put(records);
  }
  std::string users_now() { return rows("SELECT id, mail, note FROM users ORDER BY id"); }
  FakeSinkContext context;
  std::unique_ptr<SqlSinkTask> task;
  RecordMaker maker{"t.users", "users", users()};
};

TEST_P(Sink, MakesTheTableAndAppliesChangesInAnyMix) {
  put({maker.change("c", user(1, "a")), maker.change("c", user(2, "b")), maker.change("u", user(1, "c")),
       maker.change("d", user(2, "b")), maker.tombstone(user(2, "b")), maker.change("r", user(3, "d"))});
  EXPECT_EQ(users_now(), "1,c,n;3,d,n;");
  put({maker.change("d", user(1, "c")), maker.change("c", user(1, "e", "it's \\ \"x\" é 😀"))});
  EXPECT_EQ(users_now(), "1,e,it's \\ \"x\" é 😀;3,d,n;");
  put({maker.change("t", {}), maker.change("c", user(9, "z"))});
  EXPECT_EQ(users_now(), "9,z,n;");
  EXPECT_EQ(context.fake_metrics.sum("sync_rows_total"), 9);
}

TEST_P(Sink, FlattenedRecordsAndTombstones) {
  config["collection.name.format"] = "users";
  put({maker.flat(user(1, "a")), maker.flat(user(2, "b"))});
  put({maker.tombstone(user(1, "a"))});
  EXPECT_EQ(users_now(), "2,b,n;");
}

TEST_P(Sink, InsertAndUpdateModesAndOtherKeys) {
  config["insert.mode"] = "insert";
  config["primary.key.mode"] = "kafka";
  config["delete.enabled"] = "false";
  put({maker.change("c", user(1, "a")), maker.change("c", user(1, "a"))});
  EXPECT_EQ(rows("SELECT __connect_topic, __connect_partition, __connect_offset, id FROM users ORDER BY 3"),
            "t.users,0,0,1;t.users,0,1,1;");
  task = nullptr;
  config["insert.mode"] = "update";
  config["primary.key.mode"] = "record_value";
  config["primary.key.fields"] = "id";
  put({maker.change("u", user(1, "z")), maker.change("u", user(5, "z"))});
  EXPECT_EQ(rows("SELECT id, mail FROM users"), "1,z;1,z;");
}

TEST_P(Sink, AddsColumnsAndLeavesUnavailableOnesAlone) {
  put({maker.change("c", user(1, "a", "long")), maker.change("c", user(2, "b", "long"))});
  put({maker.change("u", user(1, "a2", "__debezium_unavailable_value")),
       maker.change("u", user(2, "b2", "short"))});
  EXPECT_EQ(users_now(), "1,a2,long;2,b2,short;");
  put({maker.change("u", user(1, "x", "new")),
       maker.change("u", user(1, "y", "__debezium_unavailable_value"))});
  EXPECT_EQ(users_now(), "1,y,new;2,b2,short;");
  auto wide = SchemaBuilder::like(*users());
  wide.field("extra", primitive(SchemaType::int64, true));
  RecordMaker wider("t.users", "users", wide.build());
  put({wider.change("u", {Value(1), Value("w"), Value("v"), Value(std::int64_t{7})})});
  EXPECT_EQ(rows("SELECT id, mail, note, extra FROM users ORDER BY id"), "1,w,v,7;2,b2,short,NULL;");
}

TEST_P(Sink, ValuesOfASecondUniqueIndexMoveBetweenKeys) {
  put({maker.change("c", user(1, "a"))});
  server->query(postgres ? "ALTER TABLE users ADD UNIQUE (mail)"
                         : "ALTER TABLE users MODIFY mail varchar(50), ADD UNIQUE (mail)");
  task = nullptr;
  // 2 takes "a" after 1 has let go of it; in key order this would collide.
  put({maker.change("c", user(5, "b")), maker.change("u", user(5, "tmp")), maker.change("u", user(1, "b")),
       maker.change("u", user(5, "a"))});
  EXPECT_EQ(users_now(), "1,b,n;5,a,n;");
  put({maker.change("d", user(5, "a")), maker.change("c", user(0, "a"))});
  EXPECT_EQ(users_now(), "0,a,n;1,b,n;");
  // A row whose value another key holds: that row is never touched, and the record is given up.
  put({maker.change("c", user(7, "b", "thief")), maker.change("c", user(8, "c"))});
  EXPECT_EQ(users_now(), "0,a,n;1,b,n;8,c,n;");
  ASSERT_EQ(context.errant.size(), 1u);
  EXPECT_EQ(context.errant[0].second.kind, ErrorKind::data);
}

TEST_P(Sink, BadRecordsAreFoundAndTheRestIsApplied) {
  put({maker.change("c", user(1, "a"))});
  server->query(postgres ? "ALTER TABLE users ADD CHECK (mail <> 'bad'), ALTER COLUMN note TYPE varchar(5)"
                         : "ALTER TABLE users MODIFY note varchar(5)");
  task = nullptr;
  const auto first = maker.next_offset;
  std::vector<SinkRecord> records;
  for (int i = 10; i < 60; ++i) {
    records.push_back(maker.change("c", user(i, "x", i == 20 || i == 47 ? "far too long" : "ok")));
  }
  put(std::move(records));
  EXPECT_EQ(rows("SELECT COUNT(*) FROM users"), "49;");
  ASSERT_EQ(context.errant.size(), 2u);
  EXPECT_EQ(context.errant[0].first, first + 10);
  EXPECT_EQ(context.errant[1].first, first + 37);
  context.tolerate = false;
  EXPECT_THROW(put({maker.change("c", user(70, "x", "far too long"))}), TandemError);
}

TEST_P(Sink, AKeyIsNeededForUpserts) {
  server->query("CREATE TABLE users (id int, mail varchar(50), note varchar(50))");
  try {
    put({maker.change("c", user(1, "a"))});
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::schema);
    EXPECT_NE(e.error().remedy.find("ADD PRIMARY KEY"), std::string::npos) << e.what();
  }
}

TEST_P(Sink, ReconnectsAfterTheSessionWasKilled) {
  put({maker.change("c", user(1, "a"))});
  for (const auto& row : server->query(postgres ? "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                                  "WHERE application_name = 'tandem sink' "
                                                  "AND pid <> pg_backend_pid()"
                                                : "SELECT id FROM information_schema.processlist WHERE db = "
                                                  "'sink_test' AND id <> CONNECTION_ID()")) {
    if (!postgres) {
      server->query("KILL " + *row[0]);
    }
  }
  std::vector<SinkRecord> records = {maker.change("c", user(2, "b"))};
  try {
    task->put(records);
    FAIL() << "the session was not killed";
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::transient) << e.what();
  }
  task->put(records);
  EXPECT_EQ(users_now(), "1,a,n;2,b,n;");
  ASSERT_EQ(context.conditions.size(), 2u);
  EXPECT_EQ(context.conditions[1], "");
}

INSTANTIATE_TEST_SUITE_P(Servers, Sink, testing::Values("postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
