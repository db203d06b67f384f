// From row changes to records: key changes, tombstones, skipped operations, transactions, heartbeats.
#include "connectors/relational/model/change_records.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

struct Place final : SourceOffset {
  explicit Place(OffsetMap map) : map_(std::move(map)) {}
  OffsetMap to_map() const override { return map_; }
  OffsetMap map_;
};

struct Records : testing::Test, OffsetMaker {
  SourceOffsetPtr offset(const TransactionState* t) override {
    OffsetMap map{{"n", Value(std::int64_t{++offsets})}};
    if (t != nullptr) {
      t->append_to(map);
    }
    return std::make_shared<Place>(std::move(map));
  }
  static TopicNaming naming() {
    TopicNaming::Options o;
    o.prefix = "srv";
    return TopicNaming(o);
  }
  void SetUp() override {
    row_schema = SchemaBuilder::structure()
                     .name("srv.t.Value")
                     .optional()
                     .field("id", primitive(SchemaType::int32))
                     .field("v", primitive(SchemaType::string, true))
                     .build();
    schema.topic = "srv.shop.t";
    schema.key_schema =
        SchemaBuilder::structure().name("srv.t.Key").field("id", primitive(SchemaType::int32)).build();
    schema.value_schema = row_schema;
    source_schema = SchemaBuilder::structure().field("db", primitive(SchemaType::string)).build();
    schema.envelope_schema = envelope_schema("srv.t.Envelope", row_schema, source_schema);
  }
  StructPtr row(int id, const char* v) const {
    auto s = std::make_shared<Struct>(row_schema);
    s->fields[0] = static_cast<std::int32_t>(id);
    s->fields[1] = v;
    return s;
  }
  Value key(int id) const {
    auto s = std::make_shared<Struct>(schema.key_schema);
    s->fields[0] = static_cast<std::int32_t>(id);
    return s;
  }
  RowChange update(int from, const char* before, int to, const char* after) const {
    RowChange c;
    c.op = Operation::update;
    c.before_key = key(from);
    c.after_key = key(to);
    c.before = row(from, before);
    c.after = row(to, after);
    c.source = std::make_shared<Struct>(source_schema);
    return c;
  }
  RowChange removal(int id) const {
    RowChange c;
    c.op = Operation::remove;
    c.before_key = key(id);
    c.before = row(id, "x");
    c.source = std::make_shared<Struct>(source_schema);
    return c;
  }
  std::vector<SourceRecord> append(const ChangeRecords::Settings& settings, RowChange change,
                                   const std::vector<Header>& extra = {}) {
    ChangeRecords records(settings, partition, transactions);
    std::vector<SourceRecord> out;
    records.append(schema, std::move(change), "shop.t", 1'700'000'000'123'456'789, extra, *this, out);
    return out;
  }
  static std::string op(const SourceRecord& r) {
    return r.value.is_null() ? "tombstone" : *r.value.structure()->at("op").string();
  }
  static std::vector<std::string> ops(const std::vector<SourceRecord>& records) {
    std::vector<std::string> out;
    for (const auto& r : records) {
      out.push_back(op(r));
    }
    return out;
  }
  static int id_of_key(const SourceRecord& r) {
    std::int64_t n = 0;
    r.key.structure()->at("id").to_int64(n);
    return static_cast<int>(n);
  }

  int offsets = 0;
  SchemaPtr row_schema, source_schema;
  TableSchema schema;
  TopicNaming topics = naming();
  SourcePartitionPtr partition = std::make_shared<const OffsetMap>(OffsetMap{{"server", Value("srv")}});
  TransactionMetadata transactions{true, topics, partition};
  using Ops = std::vector<std::string>;
};

TEST_F(Records, AnUpdateHasBothImagesAndTimesInThreeUnits) {
  const auto out = append({}, update(1, "a", 1, "b"));
  ASSERT_EQ(ops(out), Ops{"u"});
  const Struct& e = *out[0].value.structure();
  EXPECT_EQ(*e.at("before").structure()->at("v").string(), "a");
  EXPECT_EQ(*e.at("after").structure()->at("v").string(), "b");
  std::int64_t ms = 0, us = 0, ns = 0;
  e.at("ts_ms").to_int64(ms);
  e.at("ts_us").to_int64(us);
  e.at("ts_ns").to_int64(ns);
  EXPECT_EQ(ms, 1'700'000'000'123);
  EXPECT_EQ(us, 1'700'000'000'123'456);
  EXPECT_EQ(ns, 1'700'000'000'123'456'789);
  EXPECT_EQ(out[0].topic, "srv.shop.t");
  EXPECT_EQ(out[0].source_partition, partition);
}

TEST_F(Records, AKeyChangeIsADeleteATombstoneAndACreateThatKnowEachOther) {
  const auto out = append({}, update(1, "a", 2, "b"));
  ASSERT_EQ(ops(out), (Ops{"d", "tombstone", "c"}));
  EXPECT_EQ(out[0].source_offset, nullptr) << "nothing goes on from the middle of a change";
  EXPECT_EQ(out[1].source_offset, nullptr);
  EXPECT_NE(out[2].source_offset, nullptr);
  EXPECT_EQ(id_of_key(out[0]), 1);
  EXPECT_EQ(id_of_key(out[1]), 1);
  EXPECT_EQ(id_of_key(out[2]), 2);
  ASSERT_NE(out[0].header("__debezium.newkey"), nullptr);
  ASSERT_NE(out[2].header("__debezium.oldkey"), nullptr);
  std::int64_t n = 0;
  out[0].header("__debezium.newkey")->value.structure()->at("id").to_int64(n);
  EXPECT_EQ(n, 2);
  EXPECT_TRUE(out[2].value.structure()->at("before").is_null());
  ChangeRecords::Settings quiet;
  quiet.tombstones = false;
  EXPECT_EQ(ops(append(quiet, update(1, "a", 2, "b"))), (Ops{"d", "c"}));
}

TEST_F(Records, DeletesAreFollowedByTombstonesUnlessSwitchedOff) {
  const auto out = append({}, removal(5));
  ASSERT_EQ(ops(out), (Ops{"d", "tombstone"}));
  EXPECT_EQ(id_of_key(out[1]), 5);
  EXPECT_EQ(out[1].value_schema, nullptr);
  ChangeRecords::Settings quiet;
  quiet.tombstones = false;
  EXPECT_EQ(ops(append(quiet, removal(5))), Ops{"d"});
}

TEST_F(Records, SkippedOperationsYieldNothing) {
  ChangeRecords::Settings s;
  s.skipped_operations = parse_skipped_operations("u, d");
  EXPECT_TRUE(append(s, update(1, "a", 1, "b")).empty());
  EXPECT_TRUE(append(s, update(1, "a", 2, "b")).empty()) << "a key change is an update";
  EXPECT_TRUE(append(s, removal(1)).empty());
  EXPECT_EQ(parse_skipped_operations("none"), "");
  EXPECT_EQ(parse_skipped_operations("c,u,d,t"), "cudt");
  EXPECT_THROW(parse_skipped_operations("x"), TandemError);
}

TEST_F(Records, UpdatesWithoutAChangeAreDroppedWhenAskedFor) {
  ChangeRecords::Settings s;
  EXPECT_EQ(append(s, update(1, "a", 1, "a")).size(), 1U);
  s.skip_unchanged = true;
  EXPECT_TRUE(append(s, update(1, "a", 1, "a")).empty());
  EXPECT_EQ(append(s, update(1, "a", 1, "b")).size(), 1U);
}

TEST_F(Records, ATableWithoutAKeyHasNone) {
  auto change = update(1, "a", 1, "b");
  change.before_key = change.after_key = Value();
  const auto out = append({}, std::move(change));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(out[0].key.is_null());
  EXPECT_EQ(out[0].key_schema, nullptr);
}

TEST_F(Records, HeadersAreTheKeysTheContextsAndTheCallers) {
  ChangeRecords::Settings s;
  s.headers = context_headers("srv", 0, "mysql", make_run_id(1'700'000'000'000));
  const std::vector<Header> extra{{"tandem.origin", primitive(SchemaType::string), Value("far")}};
  const auto out = append(s, update(1, "a", 2, "b"), extra);
  std::vector<std::string> names;
  for (const Header& header : out[0].headers) {
    names.push_back(header.key);
  }
  EXPECT_EQ(names,
            (Ops{"__debezium.newkey", "__debezium.context.connectorLogicalName", "__debezium.context.taskId",
                 "__debezium.context.connectorName", "__debezium.context.runId", "tandem.origin"}));
  EXPECT_EQ(make_run_id(1'700'000'000'000).substr(0, 15), "018bcfe5-6800-7")
      << "a UUID of version 7 begins with the time";
}

TEST_F(Records, TransactionsAreCountedByTableAndInAll) {
  transactions.start("tx1");
  const auto begin = transactions.begin_record(42, offset(transactions.state()));
  EXPECT_EQ(begin.topic, "srv.transaction");
  EXPECT_EQ(*begin.value.structure()->at("status").string(), "BEGIN");
  EXPECT_TRUE(begin.value.structure()->at("event_count").is_null());
  append({}, update(1, "a", 1, "b"));
  const auto out = append({}, update(1, "a", 2, "b"));
  transactions.count("shop.other");
  const Struct& block = *out[2].value.structure()->at("transaction").structure();
  std::int64_t total = 0, in_table = 0;
  block.at("total_order").to_int64(total);
  block.at("data_collection_order").to_int64(in_table);
  EXPECT_EQ(*block.at("id").string(), "tx1");
  EXPECT_EQ(total, 3) << "a key change is two events";
  EXPECT_EQ(in_table, 3);
  const auto end = transactions.end_record(43, offset(transactions.state()));
  const Struct& value = *end.value.structure();
  value.at("event_count").to_int64(total);
  EXPECT_EQ(total, 4);
  const auto& tables = *value.at("data_collections").array();
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(*end.key.structure()->at("id").string(), "tx1");

  const auto restored = TransactionState::from(end.source_offset->to_map());
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->id, "tx1");
  EXPECT_EQ(restored->total, 4);
  EXPECT_EQ(restored->per_collection.size(), 2U);
  transactions.finish();
  EXPECT_EQ(transactions.state(), nullptr);
  EXPECT_FALSE(TransactionState::from(OffsetMap{{"file", Value("b")}}));
}

TEST(Transactions, TablesComeInTheOrderOfAJavaHashMap) {
  // What `java` 17 prints for a HashMap in which these keys were put in this order, with their numbers as
  // values.
  EXPECT_EQ(java_hash_order(
                {"db.b", "db.a", "shop.orders", "shop.customers", "x.größe", "x.\xF0\x9F\x98\x80", "t17"}),
            (std::vector<std::size_t>{4, 5, 6, 0, 3, 2, 1}));
  EXPECT_EQ(java_hash_order({}).size(), 0U);
  std::vector<std::string> many;
  for (int i = 0; i < 40; ++i) {
    many.push_back("t" + std::to_string(i));
  }
  auto order = java_hash_order(many);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(order[i], i) << "every key once";
  }
}

TEST_F(Records, HeartbeatsCarryThePosition) {
  const auto r = heartbeat_record(topics, partition, offset(nullptr), 99);
  EXPECT_EQ(r.topic, "__debezium-heartbeat.srv");
  EXPECT_EQ(r.partition, 0);
  EXPECT_EQ(*r.key.structure()->at("serverName").string(), "srv");
  std::int64_t ms = 0;
  r.value.structure()->at("ts_ms").to_int64(ms);
  EXPECT_EQ(ms, 99);
  EXPECT_EQ(r.key_schema->name(), "io.debezium.connector.common.ServerNameKey");
  EXPECT_EQ(r.value_schema->name(), "io.debezium.connector.common.Heartbeat");
  EXPECT_FALSE(r.source_offset->to_map().empty());
}

}  // namespace
}  // namespace tandem::relational
