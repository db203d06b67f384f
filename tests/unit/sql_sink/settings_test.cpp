#include "connectors/sql_sink/settings.hpp"

#include "connectors/sql_sink/record_plan.hpp"

#include <gtest/gtest.h>

namespace tandem::sql_sink {
namespace {

ConfigMap base() { return {{"connection.url", "jdbc:postgresql://h/d"}, {"name", "s"}}; }

TEST(SinkSettings, ConfluentNamesMeanTheSame) {
  ConfigMap config = base();
  config.insert({{"connection.user", "u"},
                 {"pk.mode", "record_key"},
                 {"insert.mode", "upsert"},
                 {"auto.create", "true"},
                 {"delete.enabled", "true"}});
  const auto s = Settings::parse(Flavour::confluent, config);
  EXPECT_EQ(s.user, "u");
  EXPECT_EQ(s.key_mode, KeyMode::record_key);
  EXPECT_TRUE(s.create_tables && !s.add_columns && s.quote_identifiers);
  EXPECT_EQ(target_name(s, "a.b", nullptr).text(), "a.b");
}

TEST(SinkSettings, CombinationsThatCannotWorkAreRefused) {
  const auto refused = [](std::initializer_list<std::pair<const char*, const char*>> keys) {
    ConfigMap config = base();
    for (const auto& [k, v] : keys) {
      config[k] = v;
    }
    EXPECT_THROW(Settings::parse(Flavour::debezium, config), TandemError) << keys.begin()->first;
  };
  refused({{"insert.mode", "upsert"}});
  refused({{"delete.enabled", "true"}});
  refused({{"sync.link", "a"}});
  refused({{"sync.link", "a"}, {"sync.origin", "b"}});
  refused({{"insert.mode", "sideways"}});
  refused({{"use.time.zone", "Europe/Vienna"}});
  refused({{"column.naming.strategy", "com.example.Mine"}});
  refused({{"field.include.list", "a"}, {"field.exclude.list", "b"}});
}

TEST(SinkSettings, TableNames) {
  auto source_schema = SchemaBuilder::structure();
  source_schema.field("schema", primitive(SchemaType::string)).field("table", primitive(SchemaType::string));
  Struct source(source_schema.build());
  source.fields = {Value("Sales"), Value("users")};
  ConfigMap config = base();
  auto s = Settings::parse(Flavour::debezium, config);
  EXPECT_EQ(target_name(s, "Srv.db.Users", &source).text(), "srv_db_users");
  config["quote.identifiers"] = "true";
  config["collection.name.format"] = "${source.schema}.x_${source.table}";
  config["sync.table.add"] = "mysql_";
  s = Settings::parse(Flavour::debezium, config);
  EXPECT_EQ(target_name(s, "t", &source).text(), "Sales.x_mysql_users");
  EXPECT_THROW(target_name(s, "t", nullptr), TandemError);
}

}  // namespace
}  // namespace tandem::sql_sink
