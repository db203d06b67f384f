#include "connectors/postgres/change_reader.hpp"
#include "converters/json_converter.hpp"
#include "tests/support/pgoutput_writer.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace tandem;
using namespace tandem::postgres_source;
namespace pg = tandem::test::pg;

constexpr std::int64_t kTime = 1'790'000'000'000'000;

/// Ten columns, about 200 bytes, as the end-to-end bench has them.
pgoutput::Relation orders() {
  return {10,
          "public",
          "orders",
          'd',
          {{true, "id", 20, -1},
           {false, "customer", 23, -1},
           {false, "status", 1043, 24},
           {false, "amount", 1700, ((12 << 16) | 2) + 4},
           {false, "created", 1114, -1},
           {false, "updated", 1184, 3},
           {false, "flag", 16, -1},
           {false, "note", 25, -1},
           {false, "rate", 701, -1},
           {false, "payload", 17, -1}}};
}

pg::Row cells(int id) {
  return {std::to_string(id),
          "42",
          "shipped",
          "1234.56",
          "2026-11-23 20:40:00.123456",
          "2026-11-23 20:40:00.123+00",
          "t",
          std::string(60, 'n'),
          "3.25",
          "\\x" + std::string(80, '7')};
}

/// The source from messages to records, without a server.
class Source : public TableSource {
 public:
  Source()
      : settings_(parse_settings({{"database.hostname", "h"},
                                  {"database.user", "u"},
                                  {"database.password", "p"},
                                  {"database.dbname", "app"},
                                  {"topic.prefix", "t"}})) {
    auto partition = std::make_shared<OffsetMap>();
    partition->emplace_back("server", Value("t"));
    maker_.emplace(settings_, partition, 0, 0);
    reader_.emplace(*maker_, *this, PostgresOffset{});
  }
  TableShape shape_of(const pgoutput::Relation& relation, bool) override {
    CatalogTable table;
    table.table.id = {"app", relation.schema, relation.name};
    for (const auto& from : relation.columns) {
      relational::Column column;
      column.name = from.name;
      column.optional = !from.key;
      describe_type(column, catalog_.type(from.type), {from.type, from.modifier});
      table.table.columns.push_back(std::move(column));
      table.types.push_back({from.type, from.modifier});
    }
    table.table.primary_key = {"id"};
    table.table.renumber();
    return {maker_->plan(catalog_, table, settings_.types), {}};
  }
  bool gives_whole_rows(const pgoutput::Relation&) override { return false; }
  void read(const std::vector<std::string>& messages, std::vector<SourceRecord>& out) {
    for (const auto& m : messages) {
      reader_->handle(pgoutput::Lsn(100), m, kTime * 1000, out);
    }
  }

 private:
  Settings settings_;
  Catalog catalog_{{{20, "int8", 'b', 0, 0, -1, {}},
                    {23, "int4", 'b', 0, 0, -1, {}},
                    {1043, "varchar", 'b', 0, 0, -1, {}},
                    {1700, "numeric", 'b', 0, 0, -1, {}},
                    {1114, "timestamp", 'b', 0, 0, -1, {}},
                    {1184, "timestamptz", 'b', 0, 0, -1, {}},
                    {16, "bool", 'b', 0, 0, -1, {}},
                    {25, "text", 'b', 0, 0, -1, {}},
                    {701, "float8", 'b', 0, 0, -1, {}},
                    {17, "bytea", 'b', 0, 0, -1, {}}}};
  std::optional<RecordMaker> maker_;
  std::optional<ChangeReader> reader_;
};

std::vector<std::string> transaction(int rows) {
  std::vector<std::string> out = {pg::begin(100, kTime, 7), pg::relation(orders())};
  for (int i = 0; i < rows; ++i) {
    out.push_back(pg::insert(10, cells(i)));
  }
  out.push_back(pg::commit(100, 101, kTime));
  return out;
}

/// pgoutput to records: decoding, values, envelopes.
void BM_MessagesToRecords(benchmark::State& bench) {
  const auto rows = static_cast<int>(bench.range(0));
  const auto messages = transaction(rows);
  Source source;
  std::vector<SourceRecord> out;
  for (auto _ : bench) {
    out.clear();
    source.read(messages, out);
    benchmark::DoNotOptimize(out.data());
  }
  bench.SetItemsProcessed(bench.iterations() * rows);
}
BENCHMARK(BM_MessagesToRecords)->ArgName("rows")->Arg(1)->Arg(1000);

/// Records to what the log gets, schemas on and off.
void BM_RecordsToJson(benchmark::State& bench) {
  constexpr int kRows = 1000;
  Source source;
  std::vector<SourceRecord> records;
  source.read(transaction(kRows), records);
  converters::JsonConverter json;
  json.configure({{"schemas.enable", bench.range(0) != 0 ? "true" : "false"}}, false);
  std::string out;
  for (auto _ : bench) {
    for (const auto& r : records) {
      out.clear();
      json.from_connect(r.topic, r.value_schema, r.value, out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  bench.SetItemsProcessed(bench.iterations() * kRows);
}
BENCHMARK(BM_RecordsToJson)->ArgName("schemas")->Arg(0)->Arg(1);

}  // namespace
