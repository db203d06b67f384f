#include "connectors/postgres/column_plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::postgres_source {
namespace {

constexpr Oid kNumeric = 1700, kMoney = 790, kInts = 1007, kInt = 23, kHstore = 99'001, kInterval = 1186,
              kDate = 1082, kTimestamp = 1114, kTimestampTz = 1184, kTime = 1083, kMood = 99'002,
              kMoods = 99'003, kBits = 1561, kBit = 1560, kXid = 28, kXids = 1011;

Catalog types() {
  return Catalog({{kNumeric, "numeric", 'b', 0, 0, -1, {}},
                  {kMoney, "money", 'b', 0, 0, -1, {}},
                  {kInt, "int4", 'b', 0, 0, -1, {}},
                  {kInts, "_int4", 'b', kInt, 0, -1, {}},
                  {kHstore, "hstore", 'b', 0, 0, -1, {}},
                  {kInterval, "interval", 'b', 0, 0, -1, {}},
                  {kDate, "date", 'b', 0, 0, -1, {}},
                  {kTime, "time", 'b', 0, 0, -1, {}},
                  {kTimestamp, "timestamp", 'b', 0, 0, -1, {}},
                  {kTimestampTz, "timestamptz", 'b', 0, 0, -1, {}},
                  {kMood, "mood", 'e', 0, 0, -1, {"sad", "ok"}},
                  {kMoods, "_mood", 'b', kMood, 0, -1, {}},
                  {kBit, "bit", 'b', 0, 0, -1, {}},
                  {kBits, "_bit", 'b', kBit, 0, -1, {}},
                  {kXid, "xid", 'b', 0, 0, -1, {}},
                  {kXids, "_xid", 'b', kXid, 0, -1, {}}});
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
  EXPECT_EQ(text(-1, "'NaN'::numeric"), "-");
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

TEST(ValuePlans, ArraysOfWhatCannotBeNullAreNullAsAWhole) {
  EXPECT_EQ(read(kMoods, "{ok,sad}").array()->size(), 2U);
  EXPECT_TRUE(read(kMoods, "{ok,NULL}").is_null());
  EXPECT_TRUE(read(kBits, "{101}").is_null());
  TypeSettings settings;
  settings.include_unknown = true;
  EXPECT_EQ(read(kXids, "{5,6}", settings).array()->size(), 2U);
}

TEST(ValuePlans, InfiniteDates) {
  TypeSettings settings;
  EXPECT_EQ(*read(kDate, "infinity", settings).get_if<std::int32_t>(), -2'147'472'692);
  settings.by_driver = true;
  EXPECT_EQ(*read(kDate, "infinity", settings).get_if<std::int32_t>(), -622'191'234);
  settings.time = TimePrecision::isostring;
  EXPECT_EQ(*read(kDate, "-infinity", settings).string(), "+292269055-12-02Z");
}

TEST(ValuePlans, TheLastTimestamps) {
  TypeSettings settings;
  settings.time = TimePrecision::connect;
  EXPECT_EQ(*read(kTimestamp, "294276-12-31 23:59:59.999", settings).get_if<std::int64_t>(),
            9'224'318'015'999'999);
  settings.time = TimePrecision::microseconds;
  EXPECT_EQ(*read(kTimestamp, "294276-12-31 23:59:59.999999", settings).get_if<std::int64_t>(),
            -9'223'372'036'853'775'810);
  settings.time = TimePrecision::nanoseconds;
  EXPECT_TRUE(read(kTimestamp, "2262-04-12 00:00:00", settings).is_null());
  EXPECT_EQ(*read(kTimestampTz, "294276-12-31 23:59:59+00").string(), "+294276-12-31T23:59:59.000000Z");
}

TEST(ValuePlans, DefaultsInTime) {
  const auto days = [](Oid oid, const char* expression) {
    Catalog catalog = types();
    relational::Column column;
    column.name = "c";
    column.has_default = column.optional = true;
    column.default_expression = expression;
    return make_column_plan(catalog, column, {oid, -1}, {})->plan.default_value;
  };
  EXPECT_EQ(*days(kDate, "'infinity'::date")->get_if<std::int32_t>(), 169'560'311);
  EXPECT_EQ(*days(kTime, "'24:00:00'::time without time zone")->get_if<std::int64_t>(), 86'399'999'999);
  EXPECT_EQ(*days(kTimestamp, "'2024-01-01'::date")->get_if<std::int64_t>(), 1'704'067'200'000'000);
  EXPECT_EQ(days(kTimestampTz, "'-infinity'::timestamp with time zone"), std::nullopt);
}

TEST(UniqueKeys, AsTheDriverListsThem) {
  const auto column = [](const char* index, const char* name, bool always_set = true, bool key = true) {
    return IndexColumn{index, name, name, always_set, key};
  };
  const IndexColumn expression{"e", "", "lower(b)", false, true};
  using testing::ElementsAre;
  EXPECT_THAT(unique_key({column("a", "x"), column("a", "y"), column("b", "z")}), ElementsAre("x", "y"));
  EXPECT_THAT(unique_key({column("a", "x", false)}), ElementsAre("x"));
  EXPECT_THAT(unique_key({expression, column("f", "z")}), ElementsAre("z"));
  EXPECT_THAT(unique_key({column("a", "x"), column("a", "y", true, false)}), ElementsAre("x", "y"));
  EXPECT_THAT(identifying_key({column("a", "x", false), column("b", "y"), column("b", "z", false, false)}),
              ElementsAre("y"));
}

TEST(ValuePlans, HandlingModes) {
  TypeSettings settings;
  EXPECT_EQ(*read(kHstore, R"("a"=>"1", "b"=>NULL)", settings).string(), R"({"a":"1","b":null})");
  settings.hstore_as_map = true;
  EXPECT_EQ(read(kHstore, R"("a"=>"1")", settings).map()->size(), 1U);
  settings.interval_as_string = true;
  EXPECT_EQ(*read(kInterval, "1 year 2 mons 3 days 04:05:06", settings).string(), "P1Y2M3DT4H5M6S");
  settings.decimal = DecimalMode::string;
  EXPECT_EQ(*read(kMoney, "-$1,234.50", settings).string(), "-1234.50");
}

}  // namespace
}  // namespace tandem::postgres_source
