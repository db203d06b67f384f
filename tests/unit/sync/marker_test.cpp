#include "connectors/sync/marker.hpp"

#include "connectors/sync/table_naming.hpp"

#include <gtest/gtest.h>

namespace tandem::sync {
namespace {

TEST(Marker, JsonIsAsDocumented) {
  Marker marker;
  marker.link = "shop";
  marker.group = "tandem";
  marker.from = {"mysql", {"hub"}};
  marker.positions[position_key("m.users", 0)] = "m:3:154:0";
  EXPECT_EQ(marker.to_json(), R"({"v":1,"link":"shop","group":"tandem","origin":"mysql","hops":["hub"],)"
                              R"("positions":{"m.users/0":"m:3:154:0"}})");
  EXPECT_EQ(value_or_throw(Marker::from_json(marker.to_json())), marker);
}

TEST(Marker, UnknownFieldsAreSkippedAndOtherTextIsRefused) {
  const auto later = value_or_throw(Marker::from_json(R"({"v":2,"link":"a","new":{"x":[1]}})"));
  EXPECT_EQ(later.version, 2);
  EXPECT_TRUE(is_echo(later, "a"));
  EXPECT_FALSE(is_echo(later, "b"));
  for (const char* text :
       {"", "[]", "hello", "{}", R"({"v":"1","link":"a"})", R"({"v":1})", R"({"v":1,"link":""})"}) {
    EXPECT_FALSE(Marker::from_json(text).has_value()) << text;
  }
}

TEST(Provenance, AChangeIsDroppedWhereItHasBeen) {
  const Provenance user{"m", {}};
  EXPECT_TRUE(has_been_at(user, "m"));
  EXPECT_FALSE(has_been_at(user, "p"));
  const Provenance second = forwarded(user, "p");
  EXPECT_EQ(second.hops_text(), "p");
  EXPECT_TRUE(has_been_at(second, "m"));
  EXPECT_TRUE(has_been_at(second, "p"));
  EXPECT_FALSE(has_been_at(second, "q"));
  EXPECT_EQ(forwarded(second, "q").hops_text(), "p,q");
  EXPECT_EQ(parse_hops("p,q"), (std::vector<std::string>{"p", "q"}));
  EXPECT_TRUE(parse_hops("").empty());
  EXPECT_EQ(name_problem("mysql-1.a_B"), "");
  EXPECT_NE(name_problem("a,b"), "");
  EXPECT_NE(name_problem(""), "");
}

TEST(TableNaming, ShippedPairsAreEachOthersInverse) {
  const TableNaming to_postgres{"postgres_", "mysql_"};
  const TableNaming to_mysql{"mysql_", "postgres_"};
  EXPECT_EQ(to_postgres.target("users"), "mysql_users");
  EXPECT_EQ(to_mysql.target("mysql_users"), "users");
  EXPECT_EQ(to_mysql.target("orders"), "postgres_orders");
  EXPECT_EQ(to_postgres.target("postgres_orders"), "orders");
  EXPECT_EQ(to_mysql.target("mysql_"), "postgres_mysql_");
  EXPECT_EQ((TableNaming{}.target("users")), "users");
}

}  // namespace
}  // namespace tandem::sync
