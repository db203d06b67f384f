#include "tandem/base/error.hpp"
#include "transforms/builtin.hpp"
#include "transforms/by_logical_table_router.hpp"
#include "transforms/extract_new_record_state.hpp"
#include "transforms/predicates.hpp"
#include "transforms/regex_router.hpp"

#include <gtest/gtest.h>

namespace tandem::transforms {
namespace {

ConnectRecord on_topic(std::string topic) {
  ConnectRecord record;
  record.topic = std::move(topic);
  return record;
}

TEST(RegexRouter, RenamesTopicsThatMatchAsAWhole) {
  RegexRouter router;
  router.configure({{"regex", "([^.]+)\\.([^.]+)\\.([^.]+)"}, {"replacement", "$3"}});
  for (int again = 0; again < 2; ++again) {
    auto record = on_topic("server.shop.orders");
    EXPECT_TRUE(router.apply(record));
    EXPECT_EQ(record.topic, "orders");
    record = on_topic("server.shop.orders.x");
    EXPECT_TRUE(router.apply(record));
    EXPECT_EQ(record.topic, "server.shop.orders.x");
  }
  EXPECT_THROW(router.configure({{"regex", "("}, {"replacement", "x"}}), TandemError);
  EXPECT_THROW(router.configure({{"regex", "a"}}), TandemError);
}

TEST(ByLogicalTableRouter, ShardsShareATopicAndSchemasOfItsName) {
  ByLogicalTableRouter router;
  router.configure({{"topic.regex", "(.*)\\.shard_(\\d+)"},
                    {"topic.replacement", "$1.all"},
                    {"key.field.name", "shard"},
                    {"key.field.regex", "(.*)\\.shard_(\\d+)"},
                    {"key.field.replacement", "$2"}});
  const auto row = SchemaBuilder::structure()
                       .name("s.shard_7.Value")
                       .optional()
                       .field("v", primitive(SchemaType::int32))
                       .build();
  const auto envelope = SchemaBuilder::structure()
                            .name("s.shard_7.Envelope")
                            .version(2)
                            .field("before", row)
                            .field("after", row)
                            .field("op", primitive(SchemaType::string))
                            .build();
  auto record = on_topic("s.shard_7");
  record.key_schema =
      SchemaBuilder::structure().name("s.shard_7.Key").field("id", primitive(SchemaType::int32)).build();
  auto key = std::make_shared<Struct>(record.key_schema);
  key->fields = {Value(1)};
  record.key = std::move(key);
  auto after = std::make_shared<Struct>(row);
  after->fields = {Value(5)};
  auto value = std::make_shared<Struct>(envelope);
  value->fields = {Value(), Value(std::move(after)), Value("c")};
  record.value_schema = envelope;
  record.value = std::move(value);
  EXPECT_TRUE(router.apply(record));
  EXPECT_EQ(record.topic, "s.all");
  EXPECT_EQ(record.key_schema->name(), "s.all.Key");
  EXPECT_EQ(*record.key.structure()->fields[1].string(), "7");
  EXPECT_EQ(record.value_schema->name(), "s.all.Envelope");
  EXPECT_EQ(record.value_schema->field("after")->schema->name(), "s.all.Value");
  EXPECT_TRUE(record.value_schema->field("after")->schema->optional());
  EXPECT_EQ(record.value.structure()->fields[1].structure()->schema->name(), "s.all.Value");
  auto other = on_topic("s.other");
  EXPECT_TRUE(router.apply(other));
  EXPECT_EQ(other.topic, "s.other");
  EXPECT_THROW(router.configure({{"topic.regex", "a"}, {"topic.replacement", "b"}, {"key.field.regex", "c"}}),
               TandemError);
}

TEST(Predicates, SayWhatTheirNamesSay) {
  Registry registry;
  add_builtin_transforms(registry);
  const auto topic =
      registry.make_predicate("org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
  topic->configure({{"pattern", "shop\\..*"}});
  EXPECT_TRUE(topic->test(on_topic("shop.orders")));
  EXPECT_FALSE(topic->test(on_topic("my.shop.orders")));
  const auto header = registry.make_predicate("HasHeaderKey");
  header->configure({{"name", "h"}});
  auto record = on_topic("t");
  EXPECT_FALSE(header->test(record));
  record.headers.push_back({"h", nullptr, {}});
  EXPECT_TRUE(header->test(record));
  const auto tombstone = registry.make_predicate("RecordIsTombstone");
  EXPECT_TRUE(tombstone->test(record));
  record.value = true;
  EXPECT_FALSE(tombstone->test(record));
  EXPECT_THROW(topic->configure({}), TandemError);
  EXPECT_NE(registry.make_transform("io.debezium.transforms.ExtractNewRecordState"), nullptr);
}

class Unwrap : public testing::Test {
 protected:
  Unwrap() {
    row_ = SchemaBuilder::structure()
               .name("s.t.Value")
               .optional()
               .field("id", primitive(SchemaType::int32))
               .build();
    envelope_ = SchemaBuilder::structure()
                    .name("s.t.Envelope")
                    .field("before", row_)
                    .field("after", row_)
                    .field("op", primitive(SchemaType::string))
                    .build();
  }
  ConnectRecord event(bool before, bool after, const char* op) const {
    auto value = std::make_shared<Struct>(envelope_);
    auto image = std::make_shared<Struct>(row_);
    image->put("id", std::int32_t{1});
    if (before) {
      value->put("before", image);
    }
    if (after) {
      value->put("after", image);
    }
    value->put("op", op);
    ConnectRecord record = on_topic("s.t");
    record.value_schema = envelope_;
    record.value = value;
    return record;
  }
  SchemaPtr row_, envelope_;
};

/// What configurations written for Debezium 3.1 and before ask for.
TEST_F(Unwrap, OlderSettingsKeepTheirMeaning) {
  struct Case {
    ConfigMap config;
    bool tombstone_passes, delete_passes, marked;
  };
  const Case cases[] = {
      {{{"drop.tombstones", "true"}}, false, false, false},
      {{{"drop.tombstones", "false"}}, true, false, false},
      {{{"delete.handling.mode", "none"}}, false, true, false},
      {{{"delete.handling.mode", "rewrite"}}, false, true, true},
      {{{"delete.handling.mode", "rewrite"}, {"drop.tombstones", "false"}}, true, true, true},
      {{{"delete.handling.mode", "rewrite"}, {"delete.tombstone.handling.mode", "drop"}},
       false,
       false,
       false},
  };
  for (const auto& c : cases) {
    ExtractNewRecordState smt;
    smt.configure(c.config);
    auto tombstone = on_topic("s.t");
    EXPECT_EQ(smt.apply(tombstone), c.tombstone_passes);
    auto deleted = event(true, false, "d");
    EXPECT_EQ(smt.apply(deleted), c.delete_passes);
    if (c.delete_passes) {
      EXPECT_EQ(deleted.value.is_null(), !c.marked);
    }
    auto updated = event(true, true, "u");
    EXPECT_TRUE(smt.apply(updated));
    EXPECT_EQ(updated.value.structure()->find("__deleted") != nullptr, c.marked);
  }
}

TEST_F(Unwrap, SchemasAreMadeOnce) {
  ExtractNewRecordState smt;
  smt.configure({{"add.fields", "op"}});
  auto first = event(false, true, "c"), second = event(true, true, "u");
  smt.apply(first);
  smt.apply(second);
  EXPECT_EQ(first.value_schema, second.value_schema);
  EXPECT_EQ(second.value.structure()->at("__op"), Value("u"));
}

TEST_F(Unwrap, ARecordStaysAsItWasWhenItFails) {
  ExtractNewRecordState smt;
  smt.configure({{"route.by.field", "id"}, {"add.headers", "op"}});
  auto record = event(true, true, "u");
  EXPECT_THROW(smt.apply(record), TandemError);
  EXPECT_EQ(record.value_schema, envelope_);
  EXPECT_TRUE(record.headers.empty());
  EXPECT_EQ(record.topic, "s.t");
}

TEST_F(Unwrap, OtherRecordsPass) {
  ExtractNewRecordState smt;
  smt.configure({});
  auto record = on_topic("heartbeat");
  record.value = "text";
  EXPECT_TRUE(smt.apply(record));
  EXPECT_EQ(record.value, Value("text"));
}

}  // namespace
}  // namespace tandem::transforms
