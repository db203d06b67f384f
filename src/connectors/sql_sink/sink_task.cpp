#include "connectors/sql_sink/sink_task.hpp"

#include "connectors/sql_sink/target_checks.hpp"
#include "tandem/base/failpoint.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

#include <fmt/format.h>

namespace tandem::sql_sink {

SqlSinkTask::SqlSinkTask(Flavour flavour,
                         std::function<std::unique_ptr<TargetConnection>(const Settings&)> connect)
    : flavour_(flavour), connect_(std::move(connect)) {}

void SqlSinkTask::start(const ConfigMap& config, SinkTaskContext& context) {
  context_ = &context;
  settings_ = Settings::parse(flavour_, config);
  settings_.connector = context.connector_name();
  metrics_ = std::make_unique<SinkMetrics>(
      context, "to-" + (settings_.in_link() ? settings_.origin : std::string(to_string(settings_.url.kind))));
  const std::string& format = settings_.table_format;
  by_source_ = format.find("${source.") != std::string::npos;
  // Other fields of the source block may differ between records of one topic and table.
  by_place_ = !by_source_ || format == "${source.table}" || format == "${source.schema}.${source.table}" ||
              format == "${source.db}.${source.table}";
  renamed_ = !get_or(config, "transforms", "").empty();
  const char* armed = std::getenv("TANDEM_FAILPOINTS");
  stepwise_ = armed != nullptr && *armed != 0;
  for (const auto& parameter : settings_.url.without_effect) {
    log::info("tandem.sql_sink", "connection.url: {} has no effect here", parameter);
  }
}

TargetConnection& SqlSinkTask::connection() {
  if (connection_ != nullptr) {
    return *connection_;
  }
  try {
    connection_ = connect_(settings_);
    if (dialect_ == nullptr) {
      dialect_ = make_dialect(settings_.url.kind, connection_->version());
      tables_ = std::make_unique<TableDirectory>(settings_, *dialect_);
      if (settings_.in_link()) {
        positions_ = std::make_unique<PositionStore>(settings_, *context_, *dialect_);
      }
    }
    tables_->forget();
    if (positions_ != nullptr) {
      positions_->prepare(*connection_);
      positions_->refresh(*connection_);
    }
  } catch (const TandemError& e) {
    connection_.reset();
    if (e.kind() == ErrorKind::transient) {
      lose_connection(e.error());
    }
    throw;
  }
  if (condition_shown_) {
    context_->report_condition("");
    condition_shown_ = false;
  }
  return *connection_;
}

void SqlSinkTask::lose_connection(const Error& error) {
  connection_.reset();
  condition_shown_ = true;
  context_->report_condition(fmt::format("waiting for the target database {}:{}: {}", settings_.url.host,
                                         settings_.url.port, error.text()));
  throw TandemError(Error(ErrorKind::transient, error.message, error.remedy));
}

void SqlSinkTask::open(const std::vector<topics::TopicPartition>& partitions) {
  for (const auto& p : partitions) {
    if (!checked_.contains(p.topic)) {
      to_check_.insert(p.topic);
    }
  }
  if (settings_.in_link()) {
    to_take_.insert(to_take_.end(), partitions.begin(), partitions.end());
  }
  try {
    check_targets();
    take_partitions();
  } catch (const TandemError& e) {
    if (e.kind() != ErrorKind::transient) {
      throw;
    }
    // Not reachable now: put() does both before it applies anything.
    log::warn("tandem.sql_sink", "{}", e.error().text());
  }
}

void SqlSinkTask::check_targets() {
  if (to_check_.empty()) {
    return;
  }
  try {
    for (const auto& topic : to_check_) {
      const auto table = table_of_topic(settings_, topic, renamed_);
      std::vector<TargetProblem> problems;
      if (table) {
        connection();  // makes the dialect, too
        problems = table_problems(*connection_, settings_, *dialect_, *table);
      }
      if (!problems.empty()) {
        throw TandemError(problems.front().error());
      }
      checked_.insert(topic);
    }
  } catch (const StatementFailure& e) {
    if (e.failure == FailureClass::lost) {
      lose_connection(e.error());
    }
    throw;
  }
  to_check_.clear();
}

void SqlSinkTask::take_partitions() {
  if (to_take_.empty()) {
    return;
  }
  topics::Offsets seek;
  try {
    seek = (connection(), positions_->assign(*connection_, to_take_));
  } catch (const StatementFailure& e) {
    if (e.failure == FailureClass::lost) {
      lose_connection(e.error());
    }
    throw;
  }
  to_take_.clear();
  context_->seek(seek);
}

void SqlSinkTask::close(const std::vector<topics::TopicPartition>& partitions) {
  std::erase_if(to_take_, [&](const auto& p) {
    return std::find(partitions.begin(), partitions.end(), p) != partitions.end();
  });
  if (positions_ != nullptr) {
    positions_->release(partitions);
  }
}

topics::Offsets SqlSinkTask::pre_commit(const topics::Offsets& seen) {
  if (!settings_.in_link()) {
    return seen;
  }
  topics::Offsets out;
  for (const auto& [partition, next] : seen) {
    if (const auto* state = positions_ == nullptr ? nullptr : positions_->find(partition)) {
      out[partition] = std::min(next, state->next_offset);
    }
  }
  return out;
}

void SqlSinkTask::put(std::vector<SinkRecord>& records) {
  check_targets();
  if (!to_take_.empty()) {
    take_partitions();
    return;  // consumption was rewound: these records come again where they belong
  }
  if (records.empty()) {
    return;
  }
  records_ = &records;
  try {
    connection();
    decide(records);
    apply(0, static_cast<std::uint32_t>(records.size()));
  } catch (const StatementFailure& e) {
    if (e.failure == FailureClass::lost) {
      lose_connection(e.error());
    }
    if (connection_ != nullptr) {
      connection_->roll_back();
    }
    if (e.failure == FailureClass::retry) {
      throw TandemError(Error(ErrorKind::transient, e.error().message, e.error().remedy));
    }
    tables_->forget();  // what failed may be a table that someone altered
    throw;
  }
  failpoint("database committed before consumer commit");
}

void SqlSinkTask::apply(std::uint32_t first, std::uint32_t last) {
  // One transaction carries one marker, so changes that came another way go into another.
  while (first < last) {
    std::uint32_t end = first;
    const sync::Provenance* way = nullptr;
    for (; end < last; ++end) {
      const auto* here = items_[end].provenance;
      if (here != nullptr && way != nullptr && here != way) {
        break;
      }
      way = here != nullptr ? here : way;
    }
    apply_run(first, end);
    first = end;
  }
}

void SqlSinkTask::apply_run(std::uint32_t first, std::uint32_t last) {
  for (std::uint32_t i = first; i < last; ++i) {
    if (items_[i].error) {
      apply_run(first, i);
      give_up(i, *items_[i].error);
      return apply_run(i + 1, last);
    }
  }
  if (first == last) {
    return;
  }
  try {
    if (settings_.insert_mode == InsertMode::upsert) {
      try {
        return transact(first, last, true);
      } catch (const StatementFailure& e) {
        if (e.failure != FailureClass::data) {
          throw;
        }
        connection_->roll_back();
        log::debug("tandem.sql_sink", "batch is replayed in source order after: {}", e.error().message);
      }
    }
    transact(first, last, false);
  } catch (const BadRecord& e) {
    connection_->roll_back();
    apply_run(first, e.record);
    give_up(e.record, e.error());
    apply_run(e.record + 1, last);
  } catch (const StatementFailure& e) {
    if (e.failure != FailureClass::data) {
      throw;
    }
    connection_->roll_back();
    if (last - first == 1) {
      return give_up(first, e.error());
    }
    bisect(first, last);
  }
}

void SqlSinkTask::bisect(std::uint32_t first, std::uint32_t last) {
  const std::uint32_t middle = first + (last - first) / 2;
  apply_run(first, middle);
  apply_run(middle, last);
}

void SqlSinkTask::give_up(std::uint32_t index, const Error& error) {
  const SinkRecord& record = (*records_)[index];
  Error full = error;
  full.kind = error.kind == ErrorKind::bug ? ErrorKind::bug : ErrorKind::data;
  const auto* position = record.header(sync::kHeaderPosition);
  full.message += fmt::format(
      " (topic {}, partition {}, offset {}{}{})", *record.original_topic, record.original_partition,
      record.kafka_offset, position != nullptr && position->value.string() != nullptr ? ", position " : "",
      position != nullptr && position->value.string() != nullptr ? *position->value.string() : "");
  if (!context_->report_errant(record, full)) {
    throw TandemError(full);
  }
  batch_.drop(index);
  items_[index].error.reset();
  items_[index].metrics = nullptr;
  if (settings_.in_link() && !items_[index].skipped) {
    transact(index, index + 1, false);
  }
}

SqlSinkTask::Moves SqlSinkTask::moves_of(std::uint32_t first, std::uint32_t last) const {
  Moves moves;
  for (std::uint32_t i = first; i < last; ++i) {
    const Item& item = items_[i];
    if (item.partition == nullptr || item.skipped) {
      continue;
    }
    const SinkRecord& record = (*records_)[i];
    auto [it, fresh] =
        moves.try_emplace({*record.original_topic, record.original_partition}, *item.partition);
    PartitionState& to = it->second;
    to.next_offset = item.offset + 1;
    to.record_check = item.fingerprint;
    to.checked = true;
    if (item.position && !item.position->snapshot &&
        !(to.applied && sync::is_repeat(*item.position, *to.applied))) {
      to.applied = item.position;
    }
  }
  for (auto& [partition, state] : moves) {
    state.source_position = state.applied ? state.applied->text() : "";
  }
  return moves;
}

void SqlSinkTask::transact(std::uint32_t first, std::uint32_t last, bool reduce) {
  std::optional<Backoff> backoff;
  for (int tries = 0;; ++tries) {
    statements_.clear();
    const Moves moves = settings_.in_link() ? moves_of(first, last) : Moves{};
    static const sync::Provenance none;
    const sync::Provenance* way = &none;
    for (std::uint32_t i = first; i < last; ++i) {
      way = items_[i].provenance != nullptr ? items_[i].provenance : way;
    }
    statements_.emplace_back(dialect_->begin());
    if (!moves.empty() && settings_.url.is_postgres()) {
      sync::Marker marker{1, settings_.link, context_->worker_group(), *way, {}};
      for (const auto& [p, state] : moves) {
        marker.positions[sync::position_key(p.topic, p.partition)] = state.source_position;
      }
      statements_.emplace_back(fmt::format("SELECT pg_logical_emit_message(true, '{}', {})",
                                           sync::kMessagePrefix, dialect_->quote_text(marker.to_json())));
    }
    for (const auto& [p, state] : moves) {
      for (auto& sql : positions_->move(p, *positions_->find(p), state, *way)) {
        statements_.emplace_back(std::move(sql));
      }
    }
    const std::size_t writes = statements_.size();
    batch_.build(*dialect_, first, last, reduce, statements_);
    if (statements_.size() == 1) {
      return;
    }
    statements_.emplace_back("COMMIT");
    try {
      run_transaction(statements_, moves.empty() ? 0 : writes, writes);
    } catch (const StatementFailure& e) {
      if (!moves.empty() && e.index > 0 && e.index < writes && e.failure == FailureClass::data) {
        connection_->roll_back();
        raise(ErrorKind::conflict,
              fmt::format("connector {}: the position of this batch was moved by another owner; nothing was "
                          "written. A second worker or an older "
                          "task applies the same topic",
                          settings_.connector),
              "stop the other worker, then restart this task");
      }
      if (e.failure == FailureClass::retry && tries < settings_.max_retries) {
        connection_->roll_back();
        if (!backoff) {
          backoff.emplace(std::chrono::milliseconds(10),
                          std::max(settings_.retry_delay, std::chrono::milliseconds(10)));
        }
        context_->clock().sleep_for(backoff->next(), {});
        continue;
      }
      throw;
    }
    for (const auto& [p, state] : moves) {
      *positions_->find(p) = state;
    }
    return count(first, last);
  }
}

void SqlSinkTask::run_transaction(std::vector<Statement>& statements, std::size_t positions,
                                  std::size_t writes) {
  if (!stepwise_) {
    connection_->run(statements);
    return;
  }
  const std::span<const Statement> all(statements);
  const std::size_t commit = statements.size() - 1;
  std::size_t base = 0;
  try {
    connection_->run(all.first(writes));
    if (positions > 0) {
      failpoint("position written");
    }
    if (commit > writes) {
      base = writes;
      connection_->run(all.subspan(writes, commit - writes));
    }
    failpoint("before commit");
    base = commit;
    connection_->run(all.last(1));
  } catch (const StatementFailure& e) {
    throw StatementFailure(e.error(), e.failure, e.code, e.index + base);
  } catch (...) {
    connection_->roll_back();
    throw;
  }
}

void SqlSinkTask::count(std::uint32_t first, std::uint32_t last) {
  const std::int64_t now = context_->clock().now_us();
  for (std::uint32_t i = first; i < last; ++i) {
    const Item& item = items_[i];
    if (item.metrics != nullptr && !item.skipped) {
      metrics_->applied(*item.metrics, item.op);
      if (item.source_us > 0 && item.op != SinkMetrics::Op::snapshot) {
        item.metrics->delay->observe(static_cast<double>(std::max<std::int64_t>(0, now - item.source_us)) /
                                     1e6);
      }
    }
  }
  metrics_->tell();
}

}  // namespace tandem::sql_sink
