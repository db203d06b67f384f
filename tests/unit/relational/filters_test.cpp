#include "connectors/relational/model/filters.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

NameFilter including(const std::string& list) {
  return {"table.include.list", list, "table.exclude.list", ""};
}
NameFilter excluding(const std::string& list) {
  return {"table.include.list", "", "table.exclude.list", list};
}

TEST(Filters, ListsAreSplitAtCommasThatAreNotEscaped) {
  EXPECT_EQ(split_regex_list(" a.b , c\\,d,, e "), (std::vector<std::string>{"a.b", "c,d", "e"}));
  EXPECT_TRUE(split_regex_list(" ,").empty());
}

TEST(Filters, PatternsMatchWholeNamesWhateverTheirCase) {
  const auto f = including("shop\\.or.*,crm\\.Customers");
  EXPECT_TRUE(f.allows("shop.orders"));
  EXPECT_TRUE(f.allows("SHOP.ORDERS"));
  EXPECT_TRUE(f.allows("crm.customers"));
  EXPECT_FALSE(f.allows("shop.forms"));
  EXPECT_FALSE(f.allows("my_shop.orders"));
  EXPECT_FALSE(f.allows("crm.customers_old"));
}

TEST(Filters, ExcludingIsTheOtherWayRoundAndNothingPassesAll) {
  EXPECT_FALSE(excluding("shop\\..*").allows("shop.orders"));
  EXPECT_TRUE(excluding("shop\\..*").allows("crm.orders"));
  EXPECT_TRUE(NameFilter().allows("anything"));
  EXPECT_FALSE(NameFilter().restricts());
}

TEST(Filters, BothListsOrABadPatternAreRefusedByName) {
  const auto text = [](const std::string& include, const std::string& exclude) -> std::string {
    try {
      NameFilter("table.include.list", include, "table.exclude.list", exclude);
    } catch (const TandemError& e) {
      return e.error().text();
    }
    return "";
  };
  EXPECT_NE(text("a", "b").find("table.exclude.list"), std::string::npos);
  EXPECT_NE(text("a(", "").find("table.include.list"), std::string::npos);
  EXPECT_EQ(text("a", ""), "");
}

TEST(Filters, CaptureKnowsDatabasesTablesAndOurOwn) {
  CaptureFilter::Lists lists;
  lists.databases = NameFilter("database.include.list", "shop,mysql", "database.exclude.list", "");
  lists.tables = excluding("shop\\.log");
  CaptureFilter f(lists);
  for (int twice = 0; twice < 2; ++twice) {  // the second answer is a remembered one
    EXPECT_TRUE(f.table({"shop", "", "orders"}));
    EXPECT_FALSE(f.table({"shop", "", "log"}));
    EXPECT_FALSE(f.table({"crm", "", "orders"}));
    EXPECT_FALSE(f.table({"mysql", "", "user"})) << "the server's own, although it is listed";
    EXPECT_FALSE(f.table({"shop", "", "tandem_position"}));
  }
  lists.ignore_builtin = false;
  EXPECT_TRUE(CaptureFilter(lists).table({"mysql", "", "user"}));
}

TEST(Filters, PostgresTablesAreNamedBySchema) {
  CaptureFilter::Lists lists;
  lists.schemas = NameFilter("schema.include.list", "public,pg_catalog", "schema.exclude.list", "");
  lists.tables = including("public\\.a,pg_catalog\\..*");
  lists.columns = NameFilter("column.include.list", "", "column.exclude.list", "public\\.a\\.secret");
  CaptureFilter f(lists);
  EXPECT_TRUE(f.table({"app", "public", "a"}));
  EXPECT_FALSE(f.table({"app", "public", "b"}));
  EXPECT_FALSE(f.table({"app", "pg_catalog", "pg_class"}));
  EXPECT_FALSE(f.schema("pg_toast"));
  EXPECT_FALSE(f.schema("pg_temp_3"));
  EXPECT_FALSE(f.column({"app", "public", "a"}, "secret"));
  EXPECT_TRUE(f.column({"app", "public", "a"}, "plain"));
}

}  // namespace
}  // namespace tandem::relational
