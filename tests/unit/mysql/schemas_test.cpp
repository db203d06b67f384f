// When table shapes become known and when their history becomes durable.
#include "connectors/mysql/schemas.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

struct ScriptedHistory final : relational::SchemaHistory {
  bool exists() override { return true; }
  void prepare() override {}
  void store(const relational::HistoryRecord&) override { ++stored; }
  void flush() override {
    if (refuses) {
      raise(ErrorKind::transient, "the broker is away");
    }
    durable = stored;
  }
  void read(const std::function<void(relational::HistoryRecord&&)>&, std::stop_token) override {}
  int stored = 0, durable = 0;
  bool refuses = false;
};

struct SchemasTest : testing::Test {
  SchemasTest() {
    relational::SchemaSettings settings;
    settings.topics = &topics;
    settings.filter = &filter;
    settings.source_schema = SchemaBuilder::structure().build();
    schemas.emplace(settings, ValueOptions{}, Schemas::Options{false, false, {}, FailureMode::fail}, history,
                    "s");
  }
  void apply(const char* statement, const OffsetMap& position) {
    schemas->apply(statement, "shop", position, 0, nullptr, nullptr);
  }
  const OffsetMap in_log{{"file", "binlog.000001"}, {"pos", std::int64_t{4}}};
  const OffsetMap in_snapshot{{"file", "binlog.000001"}, {"pos", std::int64_t{4}}, {"snapshot", true}};
  relational::TopicNaming topics{relational::TopicNaming::Options{}};
  relational::CaptureFilter filter{{}};
  ScriptedHistory history;
  std::optional<Schemas> schemas;
};

TEST_F(SchemasTest, AStatementOfTheLogIsDurableBeforeItsShapeIsKnown) {
  apply("create table a (id int primary key)", in_log);
  EXPECT_EQ(history.stored, 1);
  EXPECT_EQ(history.durable, 1);
  history.refuses = true;
  EXPECT_THROW(apply("create table b (id int primary key)", in_log), TandemError);
  EXPECT_EQ(schemas->plan({"shop", "", "b"}), nullptr)
      << "the statement is read again, as if for the first time";
  EXPECT_NE(schemas->plan({"shop", "", "a"}), nullptr);
}

TEST_F(SchemasTest, TheStatementsOfASnapshotAreDurableTogether) {
  apply("create table a (id int primary key)", in_snapshot);
  apply("create table b (id int primary key)", in_snapshot);
  EXPECT_EQ(history.stored, 2);
  EXPECT_EQ(history.durable, 0) << "a wait for each would hold the read lock for hundreds of tables";
  schemas->flush_history();
  EXPECT_EQ(history.durable, 2);
}

}  // namespace
}  // namespace tandem::mysql
