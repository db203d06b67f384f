#include "connectors/postgres/column_plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::postgres_source {
namespace {

constexpr Oid kNumeric = 1700, kMoney = 790, kInts = 1007, kInt = 23, kHstore = 99'001, kInterval = 1186;

Catalog types() {
  return Catalog({{kNumeric, "numeric", 'b', 0, 0, -1, {}},
                  {kMoney, "money", 'b', 0, 0, -1, {}},
                  {kInt, "int4", 'b', 0, 0, -1, {}},
                  {kInts, "_int4", 'b', kInt, 0, -1, {}},
                  {kHstore, "hstore", 'b', 0, 0, -1, {}},
                  {kInterval, "interval", 'b', 0, 0, -1, {}}});
}

/// The schema default of a column, as text; "-" for none.
std::string default_of(Oid oid, std::int32_t modifier, const char* expression, DecimalMode mode) {
  Catalog catalog = types();
  TypeSettings settings;
  settings.decimal = mode;
  relational::Column column;
  column.name = "c";
  column.has_default = true;
  column.default_expression = expression;
  column.optional = true;
  const auto made = make_column_plan(catalog, column, {oid, modifier}, settings);
  if (!made || !made->plan.default_value) {
    return "-";
  }
  const std::string* text = made->plan.default_value->string();
  return text == nullptr ? "?" : *text;
}

std::int32_t numeric(int precision, int scale) { return ((precision << 16) | scale) + 4; }

// As Debezium 3.6.1 has them.
TEST(ValuePlans, DecimalDefaultsAsStringsHaveTheDigitsOfTheirScale) {
  const auto text = [](std::int32_t modifier, const char* expression) {
    return default_of(kNumeric, modifier, expression, DecimalMode::string);
  };
  EXPECT_EQ(text(-1, "1.50"), "1.50");
  EXPECT_EQ(text(numeric(10, 2), "1.5"), "1.50");
  EXPECT_EQ(text(numeric(10, 2), "3"), "3.00");
  EXPECT_EQ(text(numeric(6, 0), "12"), "12");
  EXPECT_EQ(text(-1, "(- 0.5)"), "-");
  EXPECT_EQ(text(-1, "'-0.5'::numeric"), "-0.5");
  EXPECT_EQ(text(numeric(10, 3), "1.2"), "1.200");
  EXPECT_EQ(text(numeric(5, 1), "round(2.55, 1)"), "0.0");
  EXPECT_EQ(text(-1, "(1 + 1)"), "-");
  EXPECT_EQ(text(-1, "'NaN'::numeric"), "NaN");
}

TEST(ValuePlans, MoneyHasNoDefault) {
  for (const auto mode : {DecimalMode::precise, DecimalMode::real, DecimalMode::string}) {
    EXPECT_EQ(default_of(kMoney, -1, "5.5", mode), "-");
  }
}

Value read(Oid oid, const char* text, const TypeSettings& settings = {}) {
  Catalog catalog = types();
  relational::Column column;
  column.name = "c";
  column.optional = true;
  const auto made = make_column_plan(catalog, column, {oid, -1}, settings);
  Cell cell;
  cell.kind = Cell::Kind::text;
  cell.bytes = text;
  Value out;
  made.value().plan.write(cell, out);
  return out;
}

TEST(ValuePlans, ElementsOfNestedArraysAreNull) {
  const Value v = read(kInts, "{{1,2},{3,4}}");
  const Array* array = v.array();
  ASSERT_NE(array, nullptr);
  ASSERT_EQ(array->size(), 2U);
  EXPECT_TRUE((*array)[0].is_null());
}

TEST(ValuePlans, HandlingModes) {
  TypeSettings settings;
  EXPECT_EQ(*read(kHstore, R"("a"=>"1", "b"=>NULL)", settings).string(), R"({"a":"1","b":null})");
  settings.hstore_as_map = true;
  EXPECT_EQ(std::get<std::shared_ptr<MapEntries>>(read(kHstore, R"("a"=>"1")", settings).variant())->size(),
            1U);
  settings.interval_as_string = true;
  EXPECT_EQ(*read(kInterval, "1 year 2 mons 3 days 04:05:06", settings).string(), "P1Y2M3DT4H5M6S");
  settings.decimal = DecimalMode::string;
  EXPECT_EQ(*read(kMoney, "-$1,234.50", settings).string(), "-1234.50");
}

}  // namespace
}  // namespace tandem::postgres_source
