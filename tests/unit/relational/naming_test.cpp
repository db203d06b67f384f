#include "connectors/relational/model/naming.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

TopicNaming::Options options() {
  TopicNaming::Options o;
  o.prefix = "srv";
  return o;
}

TEST(Naming, TopicsOfAConnector) {
  const TopicNaming t(options());
  EXPECT_EQ(t.data({"shop", "", "orders"}), "srv.shop.orders");
  EXPECT_EQ(t.data({"app", "public", "orders"}), "srv.public.orders") << "the database is not in it";
  EXPECT_EQ(t.schema_change(), "srv");
  EXPECT_EQ(t.heartbeat(), "__debezium-heartbeat.srv");
  EXPECT_EQ(t.transaction(), "srv.transaction");
  EXPECT_EQ(t.message(), "srv.message");
}

TEST(Naming, SettingsOfTopics) {
  auto o = options();
  o.delimiter = "-";
  o.heartbeat_prefix = "beat";
  o.transaction = "tx";
  EXPECT_EQ(TopicNaming(o).data({"shop", "", "orders"}), "srv-shop-orders");
  EXPECT_EQ(TopicNaming(o).heartbeat(), "beat-srv");
  EXPECT_EQ(TopicNaming(o).transaction(), "srv-tx");
  o.heartbeat_name = "one beat";
  EXPECT_EQ(TopicNaming(o).heartbeat(), "one_beat");
}

TEST(Naming, TopicNamesAreMadeValid) {
  EXPECT_EQ(sanitize_topic("srv.sh op.t$1-x_y"), "srv.sh_op.t_1-x_y");
  EXPECT_EQ(sanitize_topic("srv.größe"), "srv.gr__e") << "one for each character, not for each byte";
  EXPECT_EQ(sanitize_topic("a\xF0\x9F\x98\x80"), "a__") << "two UTF-16 units";
  EXPECT_EQ(sanitize_topic("."), "_");
  EXPECT_EQ(sanitize_topic(".."), "__");
  EXPECT_EQ(sanitize_topic(std::string(300, 'x')).size(), 249U);
}

TEST(Naming, SchemaAndFieldNamesForAvro) {
  using A = NameAdjustment;
  EXPECT_EQ(adjust_schema_name(A::none, "1-a.b"), "1-a.b");
  EXPECT_EQ(adjust_schema_name(A::avro, "1-a.b_c"), "_1_a.b_c");
  EXPECT_EQ(adjust_field_name(A::avro, "a.b-c9"), "a_b_c9");
  EXPECT_EQ(adjust_field_name(A::avro, "9a"), "_9a");
  EXPECT_EQ(adjust_field_name(A::avro_unicode, "a-b"), "a_u002db");
  EXPECT_EQ(adjust_field_name(A::avro_unicode, "a_b"), "a_u005fb") << "the escape character itself";
  EXPECT_EQ(adjust_field_name(A::avro_unicode, "é"), "_u00e9");
  EXPECT_EQ(parse_name_adjustment("s", "avro_unicode"), A::avro_unicode);
  EXPECT_THROW(parse_name_adjustment("schema.name.adjustment.mode", "latin"), TandemError);
}

TEST(Naming, TableIdsThereAndBack) {
  const TableId odd{"my\"db", "", "t.x"};
  EXPECT_EQ(odd.double_quoted(), R"("my""db"."t.x")");
  EXPECT_EQ(parse_table_id(odd.double_quoted()), odd);
  EXPECT_EQ(parse_table_id("\"app\".\"public\".\"t\""), (TableId{"app", "public", "t"}));
  EXPECT_EQ(parse_table_id("db.t"), (TableId{"db", "", "t"}));
  EXPECT_EQ((TableId{"app", "public", "t"}).identifier(), "public.t");
  EXPECT_EQ((TableId{"app", "public", "t"}).text(), "app.public.t");
}

}  // namespace
}  // namespace tandem::relational
