// Expected values are what Debezium 3.6.1 gave for the same cells (schema and payload of its records).
#include "connectors/mysql/values.hpp"

#include "connectors/mysql/charset.hpp"
#include "connectors/mysql/ddl_parser.hpp"
#include "tandem/json/writer.hpp"

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

relational::Column column(const std::string& definition) {
  Catalog catalog;
  const auto changes = apply_ddl(catalog, "create table t (c " + definition + ")", "d", {});
  return changes.at(0).table->columns.at(0);
}

struct Mapped {
  std::string schema, value;
};
Mapped map(const std::string& definition, const Cell& cell, ValueOptions options = {}) {
  auto plan = plan_column(column(definition), options);
  Mapped out;
  if (!plan) {
    return out;
  }
  Value value;
  plan->write(cell, value);
  json::append_value(out.value, value);
  if (plan->default_value) {
    plan->schema.default_value(*plan->default_value);
  }
  json::append_schema(out.schema, plan->schema.build());
  return out;
}
Mapped text(const std::string& definition, const char* cell, ValueOptions options = {}) {
  return map(definition, Cell::of_text(cell), options);
}

TEST(Values, Numbers) {
  EXPECT_EQ(text("tinyint", "-128").value, "-128");
  EXPECT_NE(text("tinyint", "1").schema.find("int16"), std::string::npos);
  EXPECT_NE(text("int unsigned", "1").schema.find("int64"), std::string::npos);
  EXPECT_EQ(text("bigint unsigned", "18446744073709551615").value, "-1");
  EXPECT_EQ(text("float(7,3)", "1234.567").value, "1234.5670166015625");
  EXPECT_EQ(text("float", "1e20").value, "1.0E20");
  EXPECT_EQ(text("decimal(20,6)", "-12345678901234.123456").value, "\"/1SrVnMU571A\"");
  EXPECT_EQ(text("bit(1)", "\x01").value, "true");
  EXPECT_EQ(map("bit(12)", Cell::of_text(BytesView("\x0a\xaa", 2))).value, "\"qgo=\"");
  ValueOptions o;
  o.unsigned_bigint_precise = true;
  EXPECT_EQ(text("bigint unsigned", "18446744073709551615", o).value, "\"AP//////////\"");
}

TEST(Values, Defaults) {
  EXPECT_NE(text("bigint unsigned default 18446744073709551615", "1")
                .schema.find("\"default\":9223372036854775807"),
            std::string::npos);
  EXPECT_NE(text("year not null default 0", "2000").schema.find("\"default\":2000"), std::string::npos);
  EXPECT_NE(text("bit(5) default b'10101'", "x").schema.find("\"default\":\"FQ==\""), std::string::npos);
  EXPECT_NE(text("decimal(10,2) default '1.50'", "1").schema.find("\"default\":\"AJY=\""), std::string::npos);
  EXPECT_NE(text("datetime(6) default now(6)", "2020-01-01").schema.find("\"default\":0"), std::string::npos);
  EXPECT_NE(text("timestamp(3) default '2020-01-02 03:04:05.678'", "2020-01-01")
                .schema.find("\"default\":\"2020-01-02T03:04:05.678Z\""),
            std::string::npos);
  EXPECT_EQ(text("timestamp default current_timestamp", "2020-01-01").schema.find("default"),
            std::string::npos);
  EXPECT_NE(text("boolean default true", "1").schema.find("\"default\":true"), std::string::npos);
  EXPECT_NE(text("date default '2020-01-02'", "2020-01-01").schema.find("\"default\":18263"),
            std::string::npos);
}

TEST(Values, Times) {
  EXPECT_EQ(text("date", "2024-02-29").value, "19782");
  EXPECT_EQ(text("date", "0000-00-00").value, "null");
  EXPECT_EQ(text("date not null", "0000-00-00").value, "0");
  EXPECT_EQ(text("time", "-838:59:59").value, "-3020399000000");
  EXPECT_EQ(text("datetime", "1000-01-01 00:00:00").value, "-30610224000000");
  EXPECT_EQ(text("datetime(6)", "9999-12-31 23:59:59.999999").value, "253402300799999999");
  EXPECT_EQ(text("timestamp(3)", "1970-01-01 00:00:01.001").value, "\"1970-01-01T00:00:01.001Z\"");
  Cell moment;
  moment.kind = Cell::Kind::timestamp;
  moment.i = 2147483647000000;
  EXPECT_EQ(map("timestamp", moment).value, "\"2038-01-19T03:14:07Z\"");
  ValueOptions o;
  o.time = ValueOptions::Time::isostring;
  EXPECT_EQ(text("date", "2024-02-29", o).value, "\"2024-02-29Z\"");
  EXPECT_EQ(text("time(3)", "12:34:56.789", o).value, "\"12:34:56.789Z\"");
  EXPECT_EQ(text("time", "-838:59:59", o).value, "null");
  EXPECT_EQ(text("datetime", "1000-01-01 00:00:00", o).value, "\"1000-01-01T00:00:00Z\"");
  o.time = ValueOptions::Time::nanoseconds;
  EXPECT_EQ(text("datetime", "1000-01-01 00:00:00", o).value, "null");
  EXPECT_EQ(text("time(6)", "-00:00:00.000001", o).value, "-1000");
}

TEST(Values, TextAndBytes) {
  Cell latin;
  latin.kind = Cell::Kind::text;
  latin.bytes = "\xff\x80";
  EXPECT_EQ(map("varchar(9) character set latin1", latin).value, "\"ÿ€\"");
  latin.bytes = "\xcf\xf0";
  EXPECT_EQ(map("varchar(9) character set cp1251", latin).value, "\"Пр\"");
  Cell bytes;
  bytes.kind = Cell::Kind::text;
  EXPECT_EQ(map("binary(8)", bytes).value, "\"AAAAAAAAAAA=\"");
  Cell index;
  index.kind = Cell::Kind::unsigned_int;
  index.u = 3;
  EXPECT_EQ(map("enum('a','b c','d,e')", index).value, "\"d\\\\,e\"");
  EXPECT_EQ(map("set('x','y','z')", index).value, "\"x,y\"");
  index.u = 0;
  EXPECT_EQ(map("enum('a')", index).value, "\"\"");
  EXPECT_EQ(map("enum('a')", Cell()).value, "null");
}

}  // namespace
}  // namespace tandem::mysql
