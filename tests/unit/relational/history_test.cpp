// Records of the schema history and of the schema-change topic.
#include "connectors/relational/capture/history_record.hpp"
#include "connectors/relational/capture/schema_change.hpp"
#include "connectors/relational/model/jdbc_types.hpp"

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

HistoryRecord sample() {
  auto t = std::make_shared<Table>();
  t->id = {"shop", "", "t"};
  Column id, state;
  id.name = "id";
  id.type_name = id.type_expression = "INT";
  id.jdbc_type = jdbc::kInteger;
  id.optional = false;
  id.auto_incremented = true;
  state.name = "state";
  state.type_name = state.type_expression = "ENUM";
  state.jdbc_type = jdbc::kChar;
  state.length = 1;
  state.charset = "utf8mb4";
  state.enum_values = {"'new'", "'o\"ld'"};
  state.has_default = true;
  state.default_expression = "new";
  state.comment = "where it stands";
  t->columns = {id, state};
  t->primary_key = {"id"};
  t->charset = "utf8mb4";
  t->renumber();
  HistoryRecord r;
  r.source = {{"server", Value("srv")}};
  r.position = {{"ts_sec", Value(std::int64_t{7})},
                {"file", Value("b.000001")},
                {"pos", Value(std::int64_t{4})},
                {"snapshot", Value(true)}};
  r.ts_ms = 1'700'000'000'000;
  r.database = "shop";
  r.ddl = "CREATE TABLE t (\n\tid int auto_increment)";
  r.changes.push_back({TableChange::Type::create, t->id, std::nullopt, t});
  r.changes.push_back({TableChange::Type::alter, {"shop", "", "new"}, TableId{"shop", "", "old"}, t});
  r.changes.push_back({TableChange::Type::drop, {"shop", "", "gone"}, std::nullopt, nullptr});
  return r;
}

TEST(HistoryRecords, GoThereAndBack) {
  const HistoryRecord r = sample();
  const auto back = HistoryRecord::from_json(r.to_json());
  ASSERT_TRUE(back.has_value());
  const HistoryRecord& b = back.value();
  EXPECT_EQ(b.to_json(), r.to_json());
  EXPECT_EQ(b.ddl, r.ddl);
  EXPECT_EQ(b.database, "shop");
  EXPECT_EQ(b.ts_ms, r.ts_ms);
  ASSERT_EQ(b.changes.size(), 3U);
  EXPECT_EQ(b.changes[0].table->columns, r.changes[0].table->columns);
  EXPECT_EQ(b.changes[0].table->primary_key, r.changes[0].table->primary_key);
  EXPECT_EQ(b.changes[1].previous, (TableId{"shop", "", "old"}));
  EXPECT_EQ(b.changes[2].type, TableChange::Type::drop);
  EXPECT_EQ(b.changes[2].table, nullptr);
}

TEST(HistoryRecords, OtherTextIsAnErrorNotARecord) {
  for (const char* text : {"", "null", "[]", "{", "{\"source\":1}", "\"text\""}) {
    EXPECT_FALSE(HistoryRecord::from_json(text).has_value()) << text;
  }
}

TEST(SchemaChanges, HaveKeyDatabaseAndTheShapes) {
  TopicNaming::Options o;
  o.prefix = "srv";
  const TopicNaming topics(o);
  const auto partition = std::make_shared<const OffsetMap>(OffsetMap{{"server", Value("srv")}});
  const auto source = SchemaBuilder::structure().field("db", primitive(SchemaType::string)).build();
  const SchemaChangeRecords maker("mysql", source, topics, partition);
  const auto r = maker.make(sample(), std::make_shared<Struct>(source), nullptr, {});
  EXPECT_EQ(r.topic, "srv");
  EXPECT_EQ(r.partition, 0);
  EXPECT_EQ(r.key_schema->name(), "io.debezium.connector.mysql.SchemaChangeKey");
  EXPECT_EQ(*r.key.structure()->at("databaseName").string(), "shop");
  const auto& changes = *r.value.structure()->at("tableChanges").array();
  ASSERT_EQ(changes.size(), 3U);
  const Struct& first = *changes[0].structure();
  EXPECT_EQ(*first.at("type").string(), "CREATE");
  EXPECT_EQ(*first.at("id").string(), R"("shop"."t")");
  const auto& columns = *first.at("table").structure()->at("columns").array();
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(*columns[1].structure()->at("defaultValueExpression").string(), "new");
  EXPECT_EQ(columns[1].structure()->at("enumValues").array()->size(), 2U);
  EXPECT_TRUE(columns[0].structure()->at("enumValues").is_null());
  EXPECT_TRUE(changes[2].structure()->at("table").is_null()) << "a dropped table has no shape";
}

}  // namespace
}  // namespace tandem::relational
