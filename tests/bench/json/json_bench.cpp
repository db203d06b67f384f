#include "converters/json_converter.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/number_text.hpp"
#include "transforms/extract_new_record_state.hpp"

#include <cstdlib>
#include <new>

#include <benchmark/benchmark.h>

namespace {

long allocations = 0;

}  // namespace

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) {
    return p;
  }
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace tandem {
namespace {

/// Ten columns of about 200 bytes, as the project's end-to-end measurements have them.
SchemaPtr row_schema() {
  return SchemaBuilder::structure()
      .name("server.shop.orders.Value")
      .optional()
      .field("id", primitive(SchemaType::int64))
      .field("customer", primitive(SchemaType::string))
      .field("email", primitive(SchemaType::string, true))
      .field("amount", decimal_schema(2, 12).optional().build())
      .field("quantity", primitive(SchemaType::int32))
      .field("paid", primitive(SchemaType::int16, true))
      .field("weight", primitive(SchemaType::float64, true))
      .field("placed", SchemaBuilder(SchemaType::int64)
                           .optional()
                           .name("io.debezium.time.MicroTimestamp")
                           .version(1)
                           .build())
      .field("note", primitive(SchemaType::string, true))
      .field("status", primitive(SchemaType::string, true))
      .build();
}

SchemaPtr source_schema() {
  return SchemaBuilder::structure()
      .name("io.debezium.connector.mysql.Source")
      .version(1)
      .field("version", primitive(SchemaType::string))
      .field("connector", primitive(SchemaType::string))
      .field("name", primitive(SchemaType::string))
      .field("ts_ms", primitive(SchemaType::int64))
      .field("snapshot", SchemaBuilder(SchemaType::string)
                             .optional()
                             .name("io.debezium.data.Enum")
                             .version(1)
                             .parameter("allowed", "first,first_in_data_collection,true,last,false")
                             .default_value("false")
                             .build())
      .field("db", primitive(SchemaType::string))
      .field("sequence", primitive(SchemaType::string, true))
      .field("ts_us", primitive(SchemaType::int64, true))
      .field("ts_ns", primitive(SchemaType::int64, true))
      .field("table", primitive(SchemaType::string, true))
      .field("server_id", primitive(SchemaType::int64))
      .field("gtid", primitive(SchemaType::string, true))
      .field("file", primitive(SchemaType::string))
      .field("pos", primitive(SchemaType::int64))
      .field("row", primitive(SchemaType::int32))
      .field("thread", primitive(SchemaType::int64, true))
      .field("query", primitive(SchemaType::string, true))
      .build();
}

StructPtr make(const SchemaPtr& schema, std::vector<Value> values) {
  auto s = std::make_shared<Struct>(schema);
  s->fields = std::move(values);
  return s;
}

StructPtr row(const SchemaPtr& schema, std::int64_t id) {
  return make(schema, {id, "Ada Lovelace the Countess of", "ada.lovelace@example.com",
                       Bytes{std::string("\x01\xe2\x40", 3)}, std::int32_t{17}, std::int16_t{1}, 12.25,
                       std::int64_t{1700000000123456},
                       "A note of some sixty characters, as people write them in shops", "shipped"});
}

struct Event {
  SchemaPtr schema;
  StructPtr value;
};

Event event(bool with_before) {
  const auto rows = row_schema();
  const auto source = source_schema();
  const auto schema = SchemaBuilder::structure()
                          .name("server.shop.orders.Envelope")
                          .version(2)
                          .field("before", rows)
                          .field("after", rows)
                          .field("source", source)
                          .field("transaction", SchemaBuilder::structure()
                                                    .optional()
                                                    .name("event.block")
                                                    .version(1)
                                                    .field("id", primitive(SchemaType::string))
                                                    .build())
                          .field("op", primitive(SchemaType::string))
                          .field("ts_ms", primitive(SchemaType::int64, true))
                          .field("ts_us", primitive(SchemaType::int64, true))
                          .field("ts_ns", primitive(SchemaType::int64, true))
                          .build();
  const auto from = make(
      source, {"3.6.1.Final", "mysql", "server", std::int64_t{1700000000000}, "false", "shop", Value(),
               std::int64_t{1700000000000000}, std::int64_t{1700000000000000000}, "orders", std::int64_t{1},
               Value(), "binlog.000003", std::int64_t{123456}, std::int32_t{0}, std::int64_t{9}, Value()});
  return {schema, make(schema, {with_before ? Value(row(rows, 1)) : Value(), row(rows, 2), from, Value(), "u",
                                std::int64_t{1700000000001}, std::int64_t{1700000000001000},
                                std::int64_t{1700000000001000000}})};
}

converters::JsonConverter converter(bool schemas) {
  converters::JsonConverter c;
  c.configure({{"schemas.enable", schemas ? "true" : "false"}}, false);
  return c;
}

void report(benchmark::State& state, std::size_t bytes, long before) {
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["new"] = static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
}

void write_event(benchmark::State& state) {
  const Event e = event(true);
  auto c = converter(state.range(0) != 0);
  std::string out;
  c.from_connect("t", e.schema, e.value, out);
  const long before = allocations;
  for (auto _ : state) {
    out.clear();
    c.from_connect("t", e.schema, e.value, out);
    benchmark::DoNotOptimize(out.data());
  }
  report(state, out.size(), before);
}
BENCHMARK(write_event)->ArgName("schemas")->Arg(1)->Arg(0);

void read_event(benchmark::State& state) {
  const Event e = event(state.range(0) != 0);
  auto c = converter(true);
  std::string out;
  c.from_connect("t", e.schema, e.value, out);
  const long before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(c.to_connect("t", out));
  }
  report(state, out.size(), before);
}
BENCHMARK(read_event)->ArgName("before")->Arg(1)->Arg(0);

void read_row(benchmark::State& state) {
  const auto schema = row_schema();
  auto c = converter(true);
  std::string out;
  c.from_connect("t", schema, row(schema, 1), out);
  const long before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(c.to_connect("t", out));
  }
  report(state, out.size(), before);
}
BENCHMARK(read_row);

void unwrap_event(benchmark::State& state) {
  const Event e = event(true);
  transforms::ExtractNewRecordState smt;
  smt.configure({{"add.fields", "op,source.ts_ms"}});
  ConnectRecord record;
  record.topic = "server.shop.orders";
  const long before = allocations;
  for (auto _ : state) {
    record.value_schema = e.schema;
    record.value = e.value;
    smt.apply(record);
    benchmark::DoNotOptimize(record);
  }
  report(state, 0, before);
}
BENCHMARK(unwrap_event);

void write_double(benchmark::State& state) {
  std::string out;
  double d = 12.34;
  for (auto _ : state) {
    out.clear();
    json::append_double(out, d += 0.37);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_double);

}  // namespace
}  // namespace tandem
