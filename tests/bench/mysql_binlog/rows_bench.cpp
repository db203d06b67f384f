#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "connectors/mysql/binlog/json_binary.hpp"
#include "connectors/mysql/binlog/row_decoder.hpp"
#include "tests/unit/mysql_binlog/sample.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace tandem::binlog;
namespace w = tandem::test::binlog_writer;

/// Ten columns, about 200 bytes, as the end-to-end bench has them.
TableMap ten_columns() {
  TableMap m;
  m.table_id = 77;
  m.database = "bench";
  m.table = "orders";
  m.columns = {w::column("id", ColumnType::longlong),         w::column("customer", ColumnType::long_),
               w::column("status", ColumnType::varchar, 80),  w::column("amount", ColumnType::decimal, 12, 2),
               w::column("created", ColumnType::datetime, 6), w::column("updated", ColumnType::timestamp, 3),
               w::column("flag", ColumnType::tiny),           w::column("note", ColumnType::varchar, 1020),
               w::column("rate", ColumnType::double_, 8),     w::column("payload", ColumnType::blob, 2)};
  return m;
}

w::Cells row_cells(std::int64_t id) {
  return {w::integer(id),
          w::integer(42),
          w::text("shipped"),
          w::text("1234.56", CellKind::decimal),
          w::temporal(CellKind::datetime, w::parts(2026, 11, 23, 20, 40, 0, 123456)),
          w::instant(1'790'000'000, 123000),
          w::integer(1),
          w::text(std::string(60, 'n')),
          w::real(3.25),
          w::text(std::string(80, 'p'))};
}

void BM_EventsAndRows(benchmark::State& bench) {
  const TableMap map = ten_columns();
  w::Log log;
  std::vector<std::string> packets = {log.format(), log.event(EventType::gtid, w::gtid(GtidEvent{})),
                                      log.event(EventType::query, w::query("bench", "BEGIN")),
                                      log.event(EventType::table_map, w::table_map(map))};
  const auto rows_per_event = static_cast<int>(bench.range(0));
  constexpr int kEvents = 100;
  for (int e = 0; e < kEvents; ++e) {
    std::vector<w::Change> changes;
    for (int r = 0; r < rows_per_event; ++r) {
      changes.push_back({{}, row_cells(e * 1000 + r)});
    }
    packets.push_back(log.event(EventType::write_rows, w::rows(RowsKind::write, map, changes)));
  }
  packets.push_back(log.event(EventType::xid, w::xid(1)));
  EventDecoder decoder(bench.range(1) != 0);
  TableMapCache maps;
  std::shared_ptr<const TableMap> current;
  std::optional<RowDecoder> rows;
  std::string plain;
  std::int64_t sum = 0;
  for (auto _ : bench) {
    for (const auto& packet : packets) {
      const auto event = decoder.decode(packet);
      const EventType type = event.value().header.type;
      if (type == EventType::table_map) {
        auto taken = maps.take(event.value()).value();
        if (taken != current) {
          current = taken;
          rows.emplace(*current);
        }
      } else if (type == EventType::write_rows) {
        (void)rows->start(parse_rows_event(event.value(), plain).value());
        RowView row;
        while (rows->next(row).value()) {
          for (const auto& cell : row.after) {
            sum += static_cast<std::int64_t>(cell.kind);
          }
        }
      }
    }
  }
  benchmark::DoNotOptimize(sum);
  bench.SetItemsProcessed(bench.iterations() * kEvents * rows_per_event);
}
BENCHMARK(BM_EventsAndRows)
    ->ArgNames({"rows_per_event", "verify"})
    ->Args({1, 0})
    ->Args({40, 0})
    ->Args({40, 1});

void BM_DecimalText(benchmark::State& bench) {
  const std::string packed = w::packed_decimal("-12345678901234.123456", 20, 6);
  std::string out;
  for (auto _ : bench) {
    out.clear();
    append_decimal_text(out, packed, 20, 6);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(BM_DecimalText);

void BM_Json(benchmark::State& bench) {
  const std::string doc =
      w::Json::object({{"a", w::Json::object({{"n", w::Json::integer(-1)}})},
                       {"b", w::Json::array({w::Json::integer(1), w::Json::real(2.5), w::Json::string("x"),
                                             w::Json::null(), w::Json::boolean(true)})}})
          .document();
  std::string out;
  for (auto _ : bench) {
    out.clear();
    (void)append_json_text(out, doc);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(BM_Json);

}  // namespace
