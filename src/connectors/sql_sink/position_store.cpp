#include "connectors/sql_sink/position_store.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

std::int64_t number(const std::optional<std::string>& text) {
  std::int64_t n = 0;
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), n);
  }
  return n;
}

std::string row_condition(const Dialect& dialect, const std::string& connector,
                          const topics::TopicPartition& p) {
  return fmt::format("connector = {} AND topic = {} AND partition_id = {}", dialect.quote_text(connector),
                     dialect.quote_text(p.topic), p.partition);
}

}  // namespace

std::int64_t record_fingerprint(std::int64_t timestamp_ms, std::string_view position) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bits
  const auto mix = [&hash](unsigned char c) { hash = (hash ^ c) * 1099511628211ULL; };
  for (int shift = 0; shift < 64; shift += 8) {
    mix(static_cast<unsigned char>(static_cast<std::uint64_t>(timestamp_ms) >> shift));
  }
  for (const char c : position) {
    mix(static_cast<unsigned char>(c));
  }
  return hash == 0 ? 1 : static_cast<std::int64_t>(hash);
}

std::string PositionStore::where(const topics::TopicPartition& p) const {
  return row_condition(dialect_, settings_.connector, p);
}

std::string PositionStore::log_of(const topics::TopicPartition& p) const {
  auto& admin = context_.topics().admin();
  const auto topic = admin.describe(p.topic);
  return admin.log_id() + (topic && !topic->id.empty() ? "/" + topic->id : "");
}

void PositionStore::prepare(TargetConnection& connection) {
  const bool postgres = settings_.url.is_postgres();
  table_ = {
      postgres && settings_.url.schema.empty() ? current_schema(connection, true) : settings_.url.schema,
      std::string(sync::kPositionTable)};
  const auto table = load_table(connection, dialect_, postgres, table_);
  if (!table) {
    connection.query(dialect_.create_position_table(table_));
    return;
  }
  if (!table->engine.empty() && table->engine != "InnoDB") {
    raise(ErrorKind::schema,
          fmt::format("table {} has engine {}, which has no transactions", table_.text(), table->engine),
          fmt::format("ALTER TABLE {} ENGINE=InnoDB", dialect_.quote(table_)));
  }
  const auto version = connection.query("SELECT MAX(version) FROM " + dialect_.quote(table_));
  if (number(version.at(0).at(0)) > sync::kPositionVersion) {
    raise(ErrorKind::fatal,
          fmt::format("table {} was written by a later release (version {}, known: {})", table_.text(),
                      *version[0][0], sync::kPositionVersion),
          "run the release that wrote it, or a later one");
  }
}

void PositionStore::replaced(const topics::TopicPartition& p, const PartitionState& state,
                             const std::string& why) const {
  raise(ErrorKind::fatal,
        fmt::format("topic {} partition {}: {}. The position of connector {} (next offset {}) belongs to "
                    "another log, and applying this "
                    "one could lose or repeat changes",
                    p.topic, p.partition, why, settings_.connector, state.next_offset),
        fmt::format("when the topic was made anew on purpose, make both databases equal, then run on the "
                    "target: DELETE FROM {} WHERE {}; "
                    "and restart the connector: it then applies the topic from its beginning",
                    dialect_.quote(table_), where(p)));
}

void PositionStore::check_end(const topics::TopicPartition& p, const PartitionState& state) const {
  const auto marks = context_.topics().admin().watermarks(p);
  if (state.next_offset > marks.high) {
    replaced(p, state, fmt::format("the topic ends at offset {}", marks.high));
  }
}

bool PositionStore::take_over(TargetConnection& connection, const topics::TopicPartition& p,
                              topics::Offsets& seek) {
  const std::string table = dialect_.quote(table_);
  const auto rows =
      connection.query("SELECT next_offset, source_position, log_id, record_check, epoch, link FROM " +
                       table + " WHERE " + where(p));
  const auto marks = context_.topics().admin().watermarks(p);
  const std::string log = log_of(p);
  PartitionState state;
  try {
    if (rows.empty()) {
      const auto committed = context_.topics().admin().group_offsets("connect-" + settings_.connector);
      const auto it = committed.find(p);
      state.next_offset = it != committed.end() && it->second >= marks.low && it->second <= marks.high
                              ? it->second
                              : marks.low;
      state.epoch = 1;
      state.checked = true;
      Statement insert(
          fmt::format("INSERT INTO {} (link, connector, topic, partition_id, next_offset, source_position, "
                      "log_id, record_check, epoch, origin, hops, "
                      "version, updated) VALUES ({}, {}, {}, {}, {}, '', {}, 0, 1, '', '', {}, {})",
                      table, dialect_.quote_text(settings_.link), dialect_.quote_text(settings_.connector),
                      dialect_.quote_text(p.topic), p.partition, state.next_offset, dialect_.quote_text(log),
                      sync::kPositionVersion, dialect_.now()));
      connection.run({&insert, 1});
    } else {
      const auto& row = rows[0];
      state.next_offset = number(row[0]);
      state.source_position = row[1].value_or("");
      state.record_check = number(row[3]);
      state.epoch = number(row[4]) + 1;
      if (row[5].value_or("") != settings_.link) {
        raise(ErrorKind::conflict,
              fmt::format("connector {} has a position in link '{}', and its sync.link is '{}'",
                          settings_.connector, row[5].value_or(""), settings_.link),
              "set sync.link back, or give the connector another name");
      }
      if (row[2].value_or("") != log) {
        replaced(p, state,
                 fmt::format("its log is {}, and the position is of log {}", log, row[2].value_or("")));
      }
      if (state.next_offset > marks.high) {
        replaced(p, state, fmt::format("the topic ends at offset {}", marks.high));
      }
      if (state.next_offset < marks.low) {
        raise(ErrorKind::fatal,
              fmt::format("topic {} partition {} begins at offset {}, and offset {} was not applied yet: {} "
                          "records are lost "
                          "to retention",
                          p.topic, p.partition, marks.low, state.next_offset, marks.low - state.next_offset),
              fmt::format("run a new snapshot with sync.seed=true after: DELETE FROM {} WHERE {}", table,
                          where(p)));
      }
      if (!state.source_position.empty()) {
        state.applied = value_or_throw(sync::LogPosition::parse(state.source_position));
      }
      state.checked = state.record_check == 0 || marks.low >= state.next_offset;
      std::vector<Statement> raise_epoch;
      raise_epoch.emplace_back(dialect_.begin());
      for (auto& sql : dialect_.must_change_one(
               fmt::format("UPDATE {} SET epoch = epoch + 1, updated = {} WHERE {} AND epoch = {}", table,
                           dialect_.now(), where(p), state.epoch - 1))) {
        raise_epoch.emplace_back(std::move(sql));
      }
      raise_epoch.emplace_back("COMMIT");
      connection.run(raise_epoch);
    }
  } catch (const StatementFailure& e) {
    connection.roll_back();
    if (e.failure == FailureClass::data || e.failure == FailureClass::retry) {
      return false;  // another owner was faster
    }
    throw;
  }
  partitions_[p] = state;
  seek[p] = state.checked ? state.next_offset : state.next_offset - 1;
  return true;
}

topics::Offsets PositionStore::assign(TargetConnection& connection,
                                      const std::vector<topics::TopicPartition>& partitions) {
  topics::Offsets seek;
  for (const auto& p : partitions) {
    int tries = 5;
    while (!take_over(connection, p, seek)) {
      if (--tries == 0) {
        raise(ErrorKind::conflict,
              fmt::format(
                  "the position of topic {} partition {} changes under us: another worker takes it over too",
                  p.topic, p.partition),
              "let one worker run connector " + settings_.connector);
      }
    }
  }
  return seek;
}

void PositionStore::release(const std::vector<topics::TopicPartition>& partitions) {
  for (const auto& p : partitions) {
    partitions_.erase(p);
  }
}

void PositionStore::refresh(TargetConnection& connection) {
  for (auto& [p, state] : partitions_) {
    const auto rows = connection.query("SELECT next_offset, source_position, record_check, epoch FROM " +
                                       dialect_.quote(table_) + " WHERE " + where(p));
    if (rows.empty() || number(rows[0][3]) != state.epoch) {
      raise(ErrorKind::conflict,
            fmt::format("topic {} partition {} has another owner now (epoch {}, mine {})", p.topic,
                        p.partition, rows.empty() ? "none" : rows[0][3].value_or(""), state.epoch),
            "restart the task when it should take the partition back");
    }
    const std::int64_t next = number(rows[0][0]);
    if (next != state.next_offset) {
      state.next_offset = next;
      state.source_position = rows[0][1].value_or("");
      state.record_check = number(rows[0][2]);
      if (!state.source_position.empty()) {
        state.applied = value_or_throw(sync::LogPosition::parse(state.source_position));
      }
    }
  }
}

PartitionState* PositionStore::find(const topics::TopicPartition& p) {
  const auto it = partitions_.find(p);
  return it == partitions_.end() ? nullptr : &it->second;
}

std::vector<std::string> PositionStore::move(const topics::TopicPartition& p, const PartitionState& from,
                                             const PartitionState& to,
                                             const sync::Provenance& provenance) const {
  return dialect_.must_change_one(fmt::format(
      "UPDATE {} SET next_offset = {}, source_position = {}, record_check = {}, origin = {}, hops = {}, "
      "updated = {} "
      "WHERE {} AND next_offset = {} AND epoch = {}",
      dialect_.quote(table_), to.next_offset, dialect_.quote_text(to.source_position), to.record_check,
      dialect_.quote_text(provenance.origin), dialect_.quote_text(provenance.hops_text()), dialect_.now(),
      where(p), from.next_offset, from.epoch));
}

void PositionStore::overwrite(TargetConnection& connection, const Dialect& dialect, const TableName& table,
                              const std::string& connector, const topics::TopicPartition& p,
                              std::optional<std::int64_t> next_offset) {
  const std::string condition = row_condition(dialect, connector, p);
  connection.query(
      next_offset
          ? fmt::format(
                "UPDATE {} SET next_offset = {}, source_position = '', record_check = 0, epoch = epoch + 1, "
                "updated = {} WHERE {}",
                dialect.quote(table), *next_offset, dialect.now(), condition)
          : fmt::format("DELETE FROM {} WHERE {}", dialect.quote(table), condition));
}

}  // namespace tandem::sql_sink
