#pragma once
#include "tandem/plugin/task_context.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tandem::sql_sink {

/// Figures of one sink task; handles are made once a table.
class SinkMetrics {
 public:
  enum class Op : std::uint8_t { insert, update, remove, snapshot, truncate };
  struct Table {
    std::array<std::shared_ptr<Counter>, 5> rows;
    std::shared_ptr<Histogram> delay;
  };

  /// `direction`: label of that name, "to-" and the database written to.
  SinkMetrics(SinkTaskContext& context, std::string direction)
      : context_(context), direction_(std::move(direction)) {
    const Labels debezium{{"plugin", "jdbc"},
                          {"name", context.connector_name()},
                          {"context", "sink"},
                          {"task", std::to_string(context.task_id())},
                          {"connector", context.connector_name()}};
    writes_.gauge = context.metrics().gauge("debezium_metrics_TotalNumberOfWrites", debezium);
    deletes_.gauge = context.metrics().gauge("debezium_metrics_TotalNumberOfDeletes", debezium);
    truncates_.gauge = context.metrics().gauge("debezium_metrics_TotalNumberOfTruncates", debezium);
    repeats_ = context.metrics().counter(
        "sync_repeats_dropped_total", {{"direction", direction_}, {"connector", context.connector_name()}});
  }
  Table& table(const std::string& name) {
    const auto [it, fresh] = tables_.try_emplace(name);
    if (fresh) {
      static constexpr std::array<const char*, 5> words = {"insert", "update", "delete", "snapshot",
                                                           "truncate"};
      for (std::size_t i = 0; i < words.size(); ++i) {
        it->second.rows[i] =
            context_.metrics().counter("sync_rows_total", {{"direction", direction_},
                                                           {"connector", context_.connector_name()},
                                                           {"table", name},
                                                           {"operation", words[i]}});
      }
      it->second.delay = context_.metrics().histogram(
          "sync_delay_seconds",
          {{"direction", direction_}, {"connector", context_.connector_name()}, {"table", name}});
    }
    return it->second;
  }
  void repeat() { repeats_->add(); }
  /// A row of `table` that was applied; tell() hands Debezium's totals on, once a batch.
  void applied(const Table& table, Op op) {
    table.rows[static_cast<std::size_t>(op)]->add();
    ++(op == Op::remove ? deletes_ : op == Op::truncate ? truncates_ : writes_).seen;
  }
  void tell() {
    for (Total* t : {&writes_, &deletes_, &truncates_}) {
      t->gauge->set(static_cast<double>(t->seen));
    }
  }

 private:
  SinkTaskContext& context_;
  std::string direction_;
  std::map<std::string, Table> tables_;
  std::shared_ptr<Counter> repeats_;
  struct Total {
    std::shared_ptr<Gauge> gauge;
    std::uint64_t seen = 0;
  } writes_, deletes_, truncates_;
};

}  // namespace tandem::sql_sink
