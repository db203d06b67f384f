#include "tests/support/sql_sink/server_fixture.hpp"

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::RecordMaker;

class Link : public SinkServer {
 protected:
  std::string database_name() const override { return "sink_contract"; }
  void SetUp() override {
    SinkServer::SetUp();
    config["sync.link"] = "shop";
    config["sync.origin"] = "here";
  }
  std::unique_ptr<SqlSinkTask> owner(FakeSinkContext& context) {
    auto task = start(context);
    task->open({maker.partition()});
    return task;
  }
  SinkRecord change(const char* op, std::vector<Value> row, std::uint64_t place) {
    return maker.at(maker.change(op, std::move(row)), sync::LogPosition::postgres({}, place, 0).text());
  }
  void put(SqlSinkTask& task, std::vector<SinkRecord> records) { task.put(records); }
  std::string users_now() { return rows("SELECT id, mail FROM users ORDER BY id"); }
  std::string position() {
    return rows("SELECT next_offset, source_position, epoch, link, origin FROM tandem_position");
  }
  ErrorKind failure(const std::function<void()>& f) {
    try {
      f();
    } catch (const TandemError& e) {
      remedy = e.error().remedy;
      return e.kind();
    }
    return ErrorKind::bug;
  }
  RecordMaker maker{"t.users", "users", users()};
  std::string remedy;
};

TEST_P(Link, PositionMovesWithTheRowsAndRepeatsAreDropped) {
  FakeSinkContext context;
  auto task = owner(context);
  EXPECT_EQ(context.sought.at(maker.partition()), 0);
  put(*task, {change("c", user(1, "a"), 10), change("u", user(1, "b"), 20), maker.tombstone(user(1, "b"))});
  EXPECT_EQ(users_now(), "1,b;");
  EXPECT_EQ(position(), "3,p:20:0,1,shop,;");
  // The source crashed and sends both again, then goes on.
  put(*task, {change("c", user(1, "a"), 10), change("u", user(1, "b"), 20), change("c", user(2, "c"), 30)});
  EXPECT_EQ(users_now(), "1,b;2,c;");
  EXPECT_EQ(position(), "6,p:30:0,1,shop,;");
  EXPECT_EQ(context.fake_metrics.sum("sync_repeats_dropped_total"), 2);
  EXPECT_EQ(task->pre_commit({{maker.partition(), 9}}).at(maker.partition()), 6);
}

TEST_P(Link, ALogThatBeginsAnewIsNotTakenForRepeats) {
  FakeSinkContext context;
  auto task = owner(context);
  const auto at = [&](int id, const char* mail, const char* where) {
    return maker.at(maker.change("c", user(id, mail)), where);
  };
  // File 12 of a server, then RESET MASTER: file 1, made later. Its places are lower, and none of them was
  // applied.
  put(*task,
      {at(1, "a", "m:77:1000:12:500:0"), at(2, "b", "m:77:2000:1:4:0"), at(3, "c", "m:77:2000:1:90:0")});
  EXPECT_EQ(users_now(), "1,a;2,b;3,c;");
  EXPECT_EQ(position(), "3,m:77:2000:1:90:0,1,shop,;");
  // The new numbering has its own repeats.
  put(*task, {at(2, "again", "m:77:2000:1:4:0"), at(3, "again", "m:77:2000:1:90:0"),
              at(4, "d", "m:77:2000:1:180:0")});
  EXPECT_EQ(users_now(), "1,a;2,b;3,c;4,d;");
  EXPECT_EQ(context.fake_metrics.sum("sync_repeats_dropped_total"), 2);
  // Another server; a new owner reads the position from the row; then a restored PostgreSQL (timeline 2)
  // behind timeline 1.
  put(*task, {at(5, "e", "m:78:1500:1:4:0")});
  put(*owner(context),
      {at(6, "f", "p:9:1:5000:0"), at(7, "g", "p:9:2:4000:0"), at(7, "again", "p:9:2:4000:0")});
  EXPECT_EQ(users_now(), "1,a;2,b;3,c;4,d;5,e;6,f;7,g;");
  EXPECT_EQ(position(), "10,p:9:2:4000:0,2,shop,;");
  EXPECT_EQ(context.fake_metrics.sum("sync_repeats_dropped_total"), 3);
}

TEST_P(Link, ANewOwnerFencesTheOldOne) {
  FakeSinkContext first_context, second_context;
  auto first = owner(first_context);
  const auto one = change("c", user(1, "a"), 10);
  put(*first, {one});
  auto second = owner(second_context);
  EXPECT_EQ(second_context.sought.at(maker.partition()), 0) << "one before the next, to be compared";
  const auto two = change("c", user(2, "b"), 20);
  EXPECT_EQ(failure([&] { put(*first, {two}); }), ErrorKind::conflict);
  EXPECT_EQ(users_now(), "1,a;");
  put(*second, {one, two});
  EXPECT_EQ(users_now(), "1,a;2,b;");
  EXPECT_EQ(position(), "2,p:20:0,2,shop,;");
}

TEST_P(Link, AnotherLogIsRefusedWithTheRemedy) {
  FakeSinkContext context;
  put(*owner(context), {change("c", user(1, "a"), 10), change("c", user(2, "a"), 20)});
  FakeSinkContext other;
  other.fake_topics.fake_admin.id = "fake:2";
  EXPECT_EQ(failure([&] { owner(other); }), ErrorKind::fatal);
  EXPECT_NE(remedy.find("DELETE FROM"), std::string::npos);
  FakeSinkContext shorter;
  shorter.fake_topics.fake_admin.marks = {0, 1};
  EXPECT_EQ(failure([&] { owner(shorter); }), ErrorKind::fatal);
  FakeSinkContext expired;
  expired.fake_topics.fake_admin.marks = {5, 9};
  EXPECT_EQ(failure([&] { owner(expired); }), ErrorKind::fatal);
  // A topic made anew that has grown past the position: the record before it is another one.
  FakeSinkContext recreated;
  auto task = owner(recreated);
  maker.next_offset = recreated.sought.at(maker.partition());
  auto stranger = change("c", user(3, "x"), 99);
  EXPECT_EQ(failure([&] { put(*task, {stranger}); }), ErrorKind::fatal);
  EXPECT_EQ(users_now(), "1,a;2,a;");
}

TEST_P(Link, SnapshotRowsNeverOverwriteUnlessSeeding) {
  FakeSinkContext context;
  put(*owner(context), {change("c", user(1, "mine"), 10)});
  put(*owner(context),
      {maker.at(maker.change("r", user(1, "theirs")), "s:p:99:0"),
       maker.at(maker.change("r", user(2, "new")), "s:p:99:0"), change("u", user(2, "newer"), 40)});
  EXPECT_EQ(users_now(), "1,mine;2,newer;");
  EXPECT_EQ(position(), "4,p:40:0,2,shop,;");
  config["sync.seed"] = "true";
  put(*owner(context), {maker.at(maker.change("r", user(1, "theirs")), "s:p:99:0")});
  EXPECT_EQ(users_now(), "1,theirs;2,newer;");
}

TEST_P(Link, ChangesThatWereHereBeforeAreDropped) {
  FakeSinkContext context;
  auto task = owner(context);
  auto home = change("c", user(1, "a"), 10);
  home.headers.push_back({std::string(sync::kHeaderOrigin), primitive(SchemaType::string), Value("here")});
  auto passed = change("c", user(2, "a"), 20);
  passed.headers.push_back({std::string(sync::kHeaderOrigin), primitive(SchemaType::string), Value("far")});
  passed.headers.push_back({std::string(sync::kHeaderHops), primitive(SchemaType::string), Value("x,here")});
  auto fresh = change("c", user(3, "a"), 30);
  fresh.headers.push_back({std::string(sync::kHeaderOrigin), primitive(SchemaType::string), Value("far")});
  put(*task, {home, passed, fresh});
  EXPECT_EQ(users_now(), "3,a;");
  EXPECT_EQ(position(), "3,p:30:0,1,shop,far;");
}

TEST_P(Link, ABadRecordIsGivenUpAndThePositionPassesIt) {
  if (twin) {
    GTEST_SKIP() << "the twin's columns take anything";
  }
  FakeSinkContext context;
  auto task = owner(context);
  put(*task, {change("c", user(1, "a"), 10)});
  server->query(postgres ? "ALTER TABLE users ALTER COLUMN note TYPE varchar(5)"
                         : "ALTER TABLE users MODIFY note varchar(5)");
  put(*task, {change("c", user(2, "b"), 20), change("c", user(3, "c", "far too long"), 30),
              change("c", user(4, "d"), 40)});
  EXPECT_EQ(users_now(), "1,a;2,b;4,d;");
  EXPECT_EQ(position(), "4,p:40:0,1,shop,;");
  EXPECT_EQ(context.errant.size(), 1u);
}

TEST_P(Link, TablesWithoutTransactionsAreRefused) {
  if (postgres || twin) {
    GTEST_SKIP() << "storage engines are MySQL's";
  }
  server->query("CREATE TABLE users (id int PRIMARY KEY, mail text, note text) ENGINE=MyISAM");
  FakeSinkContext context;
  auto task = owner(context);
  EXPECT_EQ(failure([&] { put(*task, {change("c", user(1, "a"), 10)}); }), ErrorKind::schema);
  EXPECT_NE(remedy.find("ENGINE=InnoDB"), std::string::npos);
}

TEST_P(Link, OffsetsGivenByRestFenceTheTask) {
  FakeSinkContext context;
  auto task = owner(context);
  put(*task, {change("c", user(1, "a"), 10), change("c", user(2, "b"), 20)});
  PositionStore::overwrite(*server, *make_dialect(postgres ? ServerKind::postgres : ServerKind::mysql, 0),
                           {"", "tandem_position"}, "sink", maker.partition(), 1);
  EXPECT_EQ(failure([&] { put(*task, {change("c", user(3, "c"), 30)}); }), ErrorKind::conflict);
  EXPECT_EQ(position(), "1,,2,shop,;");
}

INSTANTIATE_TEST_SUITE_P(Servers, Link, testing::Values("twin", "postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
