// Plans of tables: keys, filtered columns, masks, parameters, names.
#include "connectors/relational/model/jdbc_types.hpp"
#include "connectors/relational/model/table_schema.hpp"
#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

using TextCell = std::string;

Column column(std::string name, std::string type, std::int32_t jdbc,
              std::optional<std::int32_t> length = {}) {
  Column c;
  c.name = std::move(name);
  c.type_name = std::move(type);
  c.jdbc_type = jdbc;
  c.length = length;
  return c;
}

TablePtr people() {
  auto t = std::make_shared<Table>();
  t->id = {"shop", "", "people"};
  t->columns = {column("id", "INT", jdbc::kInteger), column("name", "VARCHAR", jdbc::kVarchar, 20),
                column("Mail-Box", "TEXT", jdbc::kVarchar), column("photo", "BLOB", jdbc::kBlob)};
  t->columns[0].optional = false;
  t->columns[1].comment = "who";
  t->primary_key = {"id"};
  t->renumber();
  return t;
}

struct Maker {
  explicit Maker(ConfigMap config = {}, std::string keys = "") {
    settings.topics = &topics;
    settings.filter = &filter;
    settings.source_schema = SchemaBuilder::structure().build();
    settings.mappers = ColumnMappers(config);
    settings.keys = KeyColumns(keys);
  }
  std::shared_ptr<const TablePlan<TextCell>> plan() {
    return make_table_plan<TextCell>(
        people(), settings, [](const Table&, const Column& c) -> std::optional<ColumnPlan<TextCell>> {
          const bool bytes = c.type_name == "BLOB";
          return ColumnPlan<TextCell>{SchemaBuilder(c.type_name == "INT" ? SchemaType::int32
                                                    : bytes              ? SchemaType::bytes
                                                                         : SchemaType::string),
                                      [type = c.type_name](const TextCell& cell, Value& out) {
                                        if (cell == "NULL") {
                                          return;
                                        }
                                        if (type == "INT") {
                                          out = static_cast<std::int32_t>(std::stoi(cell));
                                        } else if (type == "BLOB") {
                                          out = Bytes{cell};
                                        } else {
                                          out = Value(cell);
                                        }
                                      },
                                      std::nullopt,
                                      {}};
        });
  }
  StructPtr row(std::vector<std::string> cells = {"7", "Ada", "ada@x", "12345"}) {
    return plan()->row([&](std::size_t i) { return cells[i]; });
  }
  std::string text(const char* field) {
    const auto r = row();
    return *r->at(field).string();
  }
  std::vector<std::string> key_fields() {
    std::vector<std::string> out;
    const auto p = plan();
    if (p->key_schema) {
      for (const auto& f : p->key_schema->fields()) {
        out.push_back(f.name);
      }
    }
    return out;
  }
  std::string parameter(std::size_t field, const std::string& key) {
    const auto p = plan();
    for (const auto& [k, v] : p->value_schema->fields().at(field).schema->parameters()) {
      if (k == key) {
        return v;
      }
    }
    return "";
  }
  TopicNaming topics{[] {
    TopicNaming::Options o;
    o.prefix = "srv";
    return o;
  }()};
  CaptureFilter filter{{}};
  SchemaSettings settings;
};

TEST(Plans, KeyIsThePrimaryKeyUnlessOneIsGiven) {
  EXPECT_EQ(Maker().key_fields(), std::vector<std::string>{"id"});
  EXPECT_EQ(Maker({}, "shop.people:name,id").key_fields(), (std::vector<std::string>{"name", "id"}));
  EXPECT_EQ(Maker({}, "(.*).PEOPLE:NAME; other.t:id").key_fields(), std::vector<std::string>{"name"});
  EXPECT_EQ(Maker({}, "shop.people:.*a.*").key_fields(), (std::vector<std::string>{"name", "Mail-Box"}))
      << "columns are patterns, too";
  EXPECT_EQ(Maker({}, "shop.others:name").key_fields(), std::vector<std::string>{"id"});
  EXPECT_EQ(Maker({}, "shop.people:nothing").key_fields(), std::vector<std::string>{"id"});
  for (const char* bad : {"shop.people", "shop.people:", ":id"}) {
    EXPECT_THROW(Maker({}, bad), TandemError) << bad;
  }
}

TEST(Plans, NamesOfSchemas) {
  const auto p = Maker().plan();
  EXPECT_EQ(p->topic, "srv.shop.people");
  EXPECT_EQ(p->key_schema->name(), "srv.shop.people.Key");
  EXPECT_EQ(p->value_schema->name(), "srv.shop.people.Value");
  EXPECT_EQ(p->envelope_schema->name(), "srv.shop.people.Envelope");
  Maker avro;
  avro.settings.field_names = NameAdjustment::avro;
  EXPECT_EQ(avro.plan()->value_schema->fields().at(2).name, "Mail_Box");
}

TEST(Plans, FilteredColumnsAreLeftOutOfValuesNotOfKeys) {
  Maker m;
  CaptureFilter::Lists lists;
  lists.columns = NameFilter("column.include.list", "shop\\.people\\.name", "column.exclude.list", "");
  m.filter = CaptureFilter(lists);
  ASSERT_EQ(m.plan()->value_schema->fields().size(), 1U);
  EXPECT_EQ(m.text("name"), "Ada");
  EXPECT_EQ(m.key_fields(), std::vector<std::string>{"id"});
}

TEST(Plans, CommentsAreDocsWhenAskedFor) {
  Maker m;
  EXPECT_FALSE(m.plan()->value_schema->fields().at(1).schema->doc().has_value());
  m.settings.include_comments = true;
  EXPECT_EQ(m.plan()->value_schema->fields().at(1).schema->doc(), "who");
}

TEST(Masks, TextIsReplacedNullsIncluded) {
  Maker m(ConfigMap{{"column.mask.with.5.chars", "shop.people.name"}});
  EXPECT_EQ(m.text("name"), "*****");
  EXPECT_EQ(*m.row({"7", "NULL", "x", "y"})->at("name").string(), "*****");
  EXPECT_EQ(m.parameter(1, "masked"), "true");
  EXPECT_EQ(Maker(ConfigMap{{"column.mask.with.0.chars", "shop.people.name"}}).text("name"), "");
}

TEST(Masks, NumbersKeepTheirValueAndGetTheParameter) {
  Maker m(ConfigMap{{"column.mask.with.5.chars", "shop.people.id"},
                    {"column.mask.hash.v2.SHA-256.with.salt.s", "shop.people.photo"}});
  std::int64_t id = 0;
  EXPECT_TRUE(m.row()->at("id").to_int64(id));
  EXPECT_EQ(id, 7);
  EXPECT_EQ(m.parameter(0, "masked"), "true");
  EXPECT_EQ(m.row()->at("photo").bytes()->data, "12345");
}

TEST(Masks, HashesAreSaltedAndCutToTheColumn) {
  const std::string setting = "column.mask.hash.v2.SHA-256.with.salt.CzQMA0cB5K";
  EXPECT_EQ(Maker(ConfigMap{{setting, "shop.people.name"}}).text("name").size(), 20U);
  const std::string whole = Maker(ConfigMap{{setting, "shop.people.mail-box"}}).text("Mail-Box");
  EXPECT_EQ(whole, "a984b138f7110dfc75ca8460fc0f679e644a274a198bf595c5ac52632a0fcd19")
      << "sha256sum of salt and value";
  EXPECT_NE(whole, Maker(ConfigMap{{"column.mask.hash.v2.SHA-256.with.salt.other", "shop.people.mail-box"}})
                       .text("Mail-Box"));
  EXPECT_TRUE(
      Maker(ConfigMap{{setting, "shop.people.name"}}).row({"7", "NULL", "x", "y"})->at("name").is_null());
  EXPECT_THROW(Maker(ConfigMap{{"column.mask.hash.v2.ROT13.with.salt.s", "a.b.c"}}), TandemError);
  // Without v2 the hash is of what ObjectOutputStream writes: AC ED 00 05, 74, two bytes of length, the text.
  Maker first(ConfigMap{{"column.mask.hash.SHA-256.with.salt.s", "shop.people.mail-box"}});
  EXPECT_EQ(*first.row({"7", "x", "abc", "y"})->at("Mail-Box").string(),
            "9def59998e2b5e8a04f59c82f0cea474d745f47dbcd70a1cafd6f7b93435a7e3");
}

TEST(Masks, TruncatingCountsUtf16UnitsAndLeavesShortColumnsAlone) {
  Maker m(ConfigMap{{"column.truncate.to.4.chars", "shop.people.mail-box,shop.people.photo"},
                    {"column.truncate.to.20.chars", "shop.people.name"}});
  EXPECT_EQ(m.text("Mail-Box"), "ada@");
  EXPECT_EQ(*m.row({"7", "x", "äöüßx", "y"})->at("Mail-Box").string(), "äöüß");
  EXPECT_EQ(*m.row({"7", "x", "abc\xF0\x9F\x98\x80", "y"})->at("Mail-Box").string(), "abc")
      << "half a pair is no character";
  EXPECT_EQ(m.row()->at("photo").bytes()->data, "1234");
  EXPECT_EQ(m.parameter(2, "truncateLength"), "4");
  EXPECT_EQ(m.parameter(1, "truncateLength"), "") << "VARCHAR(20) cannot be longer";
}

TEST(Masks, TruncatingLeavesNumbersThatTravelAsBytesWhole) {
  const ColumnMappers mappers(ConfigMap{{"column.truncate.to.2.chars", ".*"}});
  const auto shortened = [&](std::int32_t jdbc_type) {
    Column column;
    column.name = "c";
    column.jdbc_type = jdbc_type;
    Value value = Bytes{"1234"};
    mappers.change_of({"d", {}, "t"}, column).alter(value);
    return value.bytes()->data;
  };
  EXPECT_EQ(shortened(jdbc::kVarbinary), "12");
  EXPECT_EQ(shortened(jdbc::kDecimal), "1234");
  EXPECT_EQ(shortened(jdbc::kBigint), "1234");
  EXPECT_EQ(shortened(jdbc::kBit), "1234");
}

TEST(Masks, TheFirstRuleOfDebeziumsOrderWins) {
  Maker m(ConfigMap{{"column.mask.with.3.chars", ".*name"},
                    {"column.truncate.to.1.chars", ".*name"},
                    {"column.mask.hash.v2.MD5.with.salt.s", ".*name"}});
  EXPECT_EQ(m.text("name"), "A") << "truncate, mask, propagate, hash";
}

TEST(Masks, SourceTypesArePropagatedByColumnOrByType) {
  Maker by_column(ConfigMap{{"column.propagate.source.type", "shop.people.name"}});
  EXPECT_EQ(by_column.parameter(1, "__debezium.source.column.type"), "VARCHAR");
  EXPECT_EQ(by_column.parameter(1, "__debezium.source.column.length"), "20");
  EXPECT_EQ(by_column.parameter(1, "__debezium.source.column.comment"), "who");
  EXPECT_EQ(by_column.parameter(1, "__debezium.source.column.name"), "name");
  EXPECT_EQ(by_column.parameter(0, "__debezium.source.column.type"), "");
  Maker by_type(ConfigMap{{"datatype.propagate.source.type", "shop\\.people\\.TEXT,.+\\.INT"}});
  EXPECT_EQ(by_type.parameter(2, "__debezium.source.column.type"), "TEXT");
  EXPECT_EQ(by_type.parameter(0, "__debezium.source.column.type"), "INT");
  EXPECT_EQ(by_type.parameter(1, "__debezium.source.column.type"), "");
  EXPECT_EQ(by_type.plan()->key_schema->fields().at(0).schema->parameters().size(), 0U)
      << "keys stay as they are";
}

}  // namespace
}  // namespace tandem::relational
