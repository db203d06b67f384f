#include "tandem/data/logical.hpp"
#include "tests/support/sql_sink/server_fixture.hpp"

namespace tandem::sql_sink {
namespace {

using test::FakeSinkContext;
using test::RecordMaker;

class Values : public SinkServer {
 protected:
  SchemaPtr typed(SchemaType type, const char* name,
                  std::vector<std::pair<const char*, const char*>> parameters = {}) {
    SchemaBuilder b(type);
    b.optional().name(name);
    for (const auto& [k, v] : parameters) {
      b.parameter(k, v);
    }
    return b.build();
  }
  void add(const char* column, SchemaPtr schema, Value value) {
    schema_.field(column, std::move(schema));
    values_.push_back(std::move(value));
  }
  void write() {
    RecordMaker maker("t.v", "v", schema_.build());
    auto task = start(context);
    std::vector<SinkRecord> records = {maker.change("c", values_)};
    task->put(records);
    for (const auto& [offset, error] : context.errant) {
      ADD_FAILURE() << error.text();
    }
  }
  void SetUp() override {
    SinkServer::SetUp();
    add("id", primitive(SchemaType::int64), Value(std::int64_t{1}));
  }
  static Value decimal(const char* text, int scale) {
    return Value(value_or_throw(decimal_from_text(text, scale)));
  }
  SchemaBuilder schema_ = SchemaBuilder::structure();
  std::vector<Value> values_;
  FakeSinkContext context;
};

TEST_P(Values, IntoTablesThatTheSinkMakes) {
  add("b", primitive(SchemaType::boolean, true), Value(true));
  add("i2", primitive(SchemaType::int16, true), Value(std::int16_t{-5}));
  add("f8", primitive(SchemaType::float64, true), Value(0.1));
  add("de",
      typed(SchemaType::bytes, "org.apache.kafka.connect.data.Decimal",
            {{"scale", "3"}, {"connect.decimal.precision", "20"}}),
      decimal("-12345678901234.567", 3));
  add("d", typed(SchemaType::int32, "io.debezium.time.Date"), Value(19782));
  add("t", typed(SchemaType::int64, "io.debezium.time.MicroTime"), Value(std::int64_t{43'200'000'001}));
  add("ts", typed(SchemaType::int64, "io.debezium.time.MicroTimestamp"),
      Value(std::int64_t{1'709'164'800'123'456}));
  add("tz", typed(SchemaType::string, "io.debezium.time.ZonedTimestamp"),
      Value("2024-02-29T01:30:00.5+01:30"));
  add("y", typed(SchemaType::int32, "io.debezium.time.Year"), Value(2024));
  add("u", typed(SchemaType::string, "io.debezium.data.Uuid"), Value("6b29fc40-ca47-1067-b31d-00dd010662da"));
  add("j", typed(SchemaType::string, "io.debezium.data.Json"), Value("{\"a\": 1}"));
  add("bits", typed(SchemaType::bytes, "io.debezium.data.Bits", {{"length", "10"}}),
      Value(Bytes{std::string("\x01\x02", 2)}));
  add("raw", primitive(SchemaType::bytes, true), Value(Bytes{std::string("\0'\\\xff", 4)}));
  add("nothing", primitive(SchemaType::string, true), Value());
  write();
  EXPECT_EQ(rows("SELECT b, i2, f8, de, d, t, ts FROM v"),
            postgres ? "t,-5,0.1,-12345678901234.567,2024-02-29,12:00:00.000001,2024-02-29 00:00:00.123456;"
                     : "1,-5,0.1,-12345678901234.567,2024-02-29,12:00:00.000001,2024-02-29 00:00:00.123456;");
  EXPECT_EQ(rows("SELECT tz, y, u, j, nothing FROM v"),
            postgres
                ? "2024-02-29 00:00:00.5+00,2024,6b29fc40-ca47-1067-b31d-00dd010662da,{\"a\": 1},NULL;"
                : "2024-02-29 00:00:00.500000,2024,6b29fc40-ca47-1067-b31d-00dd010662da,{\"a\": 1},NULL;");
  EXPECT_EQ(rows(postgres ? "SELECT bits, encode(raw, 'hex') FROM v"
                          : "SELECT LPAD(BIN(bits), 10, '0'), HEX(raw) FROM v"),
            postgres ? "1000000001,00275cff;" : "1000000001,00275CFF;");
}

TEST_P(Values, IntoColumnsOfOtherTypes) {
  if (postgres) {
    server->query("CREATE TYPE mood AS ENUM ('ok', 'bad')");
    server->query(
        "CREATE TABLE v (id bigint PRIMARY KEY, flag boolean, n numeric(30,10), iv interval, m mood, jb "
        "jsonb, arr int[], txt text, "
        "p point, tz timestamptz, c char(5), ip inet, vb varbit, v varchar(10), g bigint GENERATED ALWAYS AS "
        "(id * 2) STORED)");
  } else {
    server->query(
        "CREATE TABLE v (id bigint PRIMARY KEY, flag tinyint(1), n decimal(30,10), iv time(6), m "
        "enum('ok','bad'), jb json, arr json, "
        "txt longtext, p point, tz timestamp(6) NULL, c char(5), ip varchar(40), vb bit(3), v varchar(10), "
        "g bigint GENERATED ALWAYS AS (id * 2) STORED)");
  }
  auto point = SchemaBuilder::structure();
  point.name("io.debezium.data.geometry.Point").optional().field("x", primitive(SchemaType::float64));
  point.field("y", primitive(SchemaType::float64))
      .field("wkb", primitive(SchemaType::bytes, true))
      .field("srid", primitive(SchemaType::int32, true));
  const auto point_schema = point.build();
  auto place = std::make_shared<Struct>(point_schema);
  place->fields = {Value(1.0), Value(2.0),
                   Value(Bytes{std::string("\x01\x01\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 21)}),
                   Value()};
  add("flag", primitive(SchemaType::int16, true), Value(std::int16_t{1}));
  add("n", primitive(SchemaType::int64, true), Value(std::int64_t{42}));
  add("iv", typed(SchemaType::int64, "io.debezium.time.MicroTime"), Value(std::int64_t{-3'020'399'000'000}));
  add("m", typed(SchemaType::string, "io.debezium.data.Enum", {{"allowed", "ok,bad"}}), Value("bad"));
  add("jb", typed(SchemaType::string, "io.debezium.data.Json"), Value("[1]"));
  add("arr", SchemaBuilder::array(primitive(SchemaType::int32, true)).optional().build(),
      Value(Array{Value(1), Value(), Value(3)}));
  add("txt", primitive(SchemaType::int32, true), Value(7));
  add("p", point_schema, Value(place));
  add("tz", typed(SchemaType::int64, "io.debezium.time.MicroTimestamp"),
      Value(std::int64_t{1'709'164'800'000'000}));
  add("c", primitive(SchemaType::string, true), Value("ab"));
  add("ip", primitive(SchemaType::string, true), Value("10.0.0.1"));
  add("vb", typed(SchemaType::bytes, "io.debezium.data.Bits", {{"length", "3"}}),
      Value(Bytes{std::string("\x05", 1)}));
  add("v", primitive(SchemaType::string, true), Value("x"));
  add("g", primitive(SchemaType::int64, true), Value(std::int64_t{2}));
  write();
  // MariaDB's json is text, MySQL writes it anew
  EXPECT_EQ(rows(postgres ? "SELECT flag, n, iv, m, jb, arr, txt FROM v"
                          : "SELECT flag, n, iv, m, jb, REPLACE(arr, ' ', ''), txt FROM v"),
            postgres ? "t,42.0000000000,-838:59:59,bad,[1],{1,NULL,3},7;"
                     : "1,42.0000000000,-838:59:59.000000,bad,[1],[1,null,3],7;");
  EXPECT_EQ(rows(postgres ? "SELECT p, tz, ip, vb, v, g FROM v"
                          : "SELECT ST_AsText(p), tz, ip, BIN(vb), v, g FROM v"),
            postgres ? "(1,2),2024-02-29 00:00:00+00,10.0.0.1,101,x,2;"
                     : "POINT(1 2),2024-02-29 00:00:00.000000,10.0.0.1,101,x,2;");
}

TEST_P(Values, WhatAColumnCannotHoldIsADataError) {
  server->query(postgres ? "CREATE TABLE v (id bigint PRIMARY KEY, n smallint, s text)"
                         : "CREATE TABLE v (id bigint PRIMARY KEY, n smallint, s text)");
  add("n", primitive(SchemaType::int32, true), Value(70000));
  RecordMaker maker("t.v", "v", schema_.build());
  auto task = start(context);
  std::vector<SinkRecord> records = {maker.change("c", values_)};
  task->put(records);
  ASSERT_EQ(context.errant.size(), 1u);
  const std::string text = context.errant[0].second.text();
  for (const char* part : {"v", "column n", "smallint", "70000", "offset 0"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Values, testing::Values("postgres", "mysql"));

}  // namespace
}  // namespace tandem::sql_sink
