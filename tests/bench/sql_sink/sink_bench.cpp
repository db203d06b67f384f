#include "connectors/sql_sink/sink_task.hpp"
#include "tests/support/sql_sink/sink_harness.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

struct Column {
  const char *name, *postgres, *mysql;
};
constexpr Column kColumns[] = {
    {"id", "int8", "bigint"},         {"customer", "int4", "int"},          {"status", "text", "varchar"},
    {"amount", "numeric", "decimal"}, {"created", "timestamp", "datetime"}, {"note", "text", "text"},
    {"flag", "bool", "tinyint"},      {"score", "float8", "double"},        {"day", "date", "date"},
    {"code", "varchar", "varchar"}};

/// Answers for the catalogue, and takes every statement without looking at it: what is measured is our own
/// work.
class Swallow final : public TargetConnection {
 public:
  explicit Swallow(bool postgres) : postgres_(postgres) {}
  std::vector<std::uint64_t> run(std::span<const Statement> statements) override {
    return std::vector<std::uint64_t>(statements.size(), 1);
  }
  std::vector<Row> query(const std::string& sql) override {
    const auto has = [&sql](const char* part) { return sql.find(part) != std::string::npos; };
    std::vector<Row> out;
    if (has("to_regclass") || has("information_schema.tables")) {
      return {{postgres_ ? "orders" : "InnoDB"}};
    }
    if (has("pg_index") || has("information_schema.statistics")) {
      return {postgres_ ? Row{"1", "t", "id"} : Row{"PRIMARY", "id", std::nullopt}};
    }
    for (const auto& c : kColumns) {
      out.push_back(postgres_ ? Row{c.name, c.postgres, c.postgres, "X", "f", "", "", "-1"}
                              : Row{c.name, c.mysql, c.mysql, "YES", "", "", "100"});
    }
    return out;
  }
  void roll_back() noexcept override {}
  int version() const override { return postgres_ ? 170006 : 80015; }

 private:
  bool postgres_;
};

std::vector<SinkRecord> orders(std::size_t n, bool mixed) {
  auto row = SchemaBuilder::structure();
  const auto logical = [](SchemaType type, const char* name) {
    SchemaBuilder b(type);
    return b.optional().name(name).build();
  };
  row.field("id", primitive(SchemaType::int64)).field("customer", primitive(SchemaType::int32, true));
  row.field("status", primitive(SchemaType::string, true));
  SchemaBuilder decimal(SchemaType::bytes);
  row.field("amount",
            decimal.optional().name("org.apache.kafka.connect.data.Decimal").parameter("scale", "2").build());
  row.field("created", logical(SchemaType::int64, "io.debezium.time.MicroTimestamp"))
      .field("note", primitive(SchemaType::string, true));
  row.field("flag", primitive(SchemaType::boolean, true))
      .field("score", primitive(SchemaType::float64, true));
  row.field("day", logical(SchemaType::int32, "io.debezium.time.Date"))
      .field("code", primitive(SchemaType::string, true));
  test::RecordMaker maker("t.db.orders", "orders", row.build());
  std::vector<SinkRecord> out;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t id = mixed ? (i * 7919) % (n / 2) : i;
    out.push_back(maker.change(
        !mixed        ? "c"
        : i % 10 == 9 ? "d"
                      : "u",
        {Value(static_cast<std::int64_t>(id)), Value(static_cast<std::int32_t>(i % 1000)), Value("shipped"),
         Value(Bytes{std::string("\x04\xd2", 2)}), Value(std::int64_t{1'700'000'000'000'000}),
         Value("a note of some length, as notes are, and then a bit more of it"), Value(i % 2 == 0),
         Value(0.25), Value(19'000), Value("ABC-123")}));
  }
  return out;
}

/// Nanoseconds a record, of SqlSinkTask::put without a server. Arguments: PostgreSQL or MySQL, mixed changes
/// or inserts.
void put(benchmark::State& state) {
  const bool postgres = state.range(0) == 0;
  test::FakeSinkContext context;
  SqlSinkTask task(Flavour::debezium,
                   [postgres](const Settings&) { return std::make_unique<Swallow>(postgres); });
  task.start(
      {{"name", "b"},
       {"connection.url", postgres ? "jdbc:postgresql://h/d?currentSchema=public" : "jdbc:mysql://h/d"},
       {"insert.mode", "upsert"},
       {"primary.key.mode", "record_key"},
       {"delete.enabled", "true"},
       {"collection.name.format", "${source.table}"}},
      context);
  auto records = orders(2000, state.range(1) == 1);
  for (auto _ : state) {
    task.put(records);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records.size()));
}
BENCHMARK(put)->ArgNames({"mysql", "mixed"})->Args({0, 0})->Args({0, 1})->Args({1, 0})->Args({1, 1});

}  // namespace
}  // namespace tandem::sql_sink
