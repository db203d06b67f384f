#include "connectors/mysql/snapshot.hpp"

#include "connectors/clients/mysql/quote.hpp"
#include "connectors/mysql/ddl_parser.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/failpoint.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <utility>

namespace tandem::mysql {
namespace {

constexpr std::string_view kLog = "tandem.mysql.snapshot";

std::string text_or(const CellText& cell, std::string fallback = {}) {
  return cell ? std::string(*cell) : fallback;
}

}  // namespace

ServerState read_log_position(Connection& connection) {
  const auto& v = connection.server();
  const bool renamed = !v.is_mariadb() && v.at_least(8, 2);
  const QueryResult r = connection.query(renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
  if (r.row_count() == 0) {
    raise(ErrorKind::config,
          "the server " + connection.options().address() + " writes no binary log (log_bin=OFF)",
          "set log_bin=binlog, server_id and binlog_format=ROW in my.cnf and restart the server");
  }
  ServerState s;
  s.file = text_or(r.at(0, "File"));
  s.pos = std::stoull(text_or(r.at(0, "Position"), "4"));
  std::string gtids =
      v.is_mariadb() ? connection.query_value("SELECT @@GLOBAL.gtid_binlog_pos").value_or("")
                     : text_or(r.has_column("Executed_Gtid_Set") ? r.at(0, "Executed_Gtid_Set") : CellText());
  std::erase_if(gtids, [](char c) { return c == '\n' || c == '\r'; });
  if (!gtids.empty()) {
    s.gtids = std::make_shared<const std::string>(std::move(gtids));
  }
  return s;
}

std::vector<TableId> list_tables(Connection& connection, relational::CaptureFilter& filter,
                                 bool only_captured_databases) {
  std::string sql =
      "SELECT table_schema, table_name FROM information_schema.tables "
      "WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";
  if (filter.ignores_builtin()) {
    sql += " AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";
  }
  const QueryResult r = connection.query(sql);
  std::vector<TableId> out;
  for (std::size_t i = 0; i < r.row_count(); ++i) {
    TableId id{text_or(r.at(i, 0)), {}, text_or(r.at(i, 1))};
    if (!only_captured_databases || filter.database(id.catalog)) {
      out.push_back(std::move(id));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TablePtr read_shape(Connection& connection, const TableId& id, const Catalog& catalog,
                    const DdlOptions& options) {
  try {
    const QueryResult r = connection.query("SHOW CREATE TABLE " + quote_table(id.catalog, id.table));
    Catalog scratch = {{}, catalog.database_charset, catalog.server_charset};
    for (const auto& change : apply_ddl(scratch, text_or(r.at(0, 1)), id.catalog, options)) {
      if (change.table) {
        return change.table;
      }
    }
  } catch (const SqlError& e) {
    if (!e.connection_usable()) {
      throw;
    }
    log::warn(kLog, "the shape of {} cannot be read: {}", id.text(), e.what());
  }
  return nullptr;
}

Snapshot::Snapshot(SourceParts parts, bool with_data) : parts_(parts), with_data_(with_data) {
  ConnectionOptions options = reading_options(parts_.config);
  const auto lock_wait = std::max<std::int64_t>(1, parts_.config.integer("snapshot.lock.timeout.ms") / 1000);
  const std::string own[] = {"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                             "SET SESSION lock_wait_timeout = " + std::to_string(lock_wait),
                             "SET SESSION time_zone = '+00:00'", "SET SESSION sql_mode = ''",
                             "SET SESSION net_write_timeout = 86400"};
  options.session_statements.insert(options.session_statements.begin(), std::begin(own), std::end(own));
  reader_ = std::make_unique<Connection>(options);
  locker_ = std::make_unique<Connection>(options);
}

void Snapshot::lock() {
  const std::string mode = parts_.config.string("snapshot.locking.mode");
  if (mode == "none") {
    locker_.reset();
    return;
  }
  const bool percona = mode.starts_with("minimal_percona");
  try {
    locker_->execute(percona ? "LOCK TABLES FOR BACKUP" : "FLUSH TABLES WITH READ LOCK");
    parts_.metrics.holding_lock(true);
    blocks_writers_ = !percona;
    return;
  } catch (const SqlError& e) {
    if (!e.connection_usable() || (!percona && e.kind() != ErrorKind::auth)) {
      throw;
    }
    if (mode == "minimal_percona_no_table_locks") {
      raise(ErrorKind::config,
            "snapshot.locking.mode=" + mode + ": the server refuses LOCK TABLES FOR BACKUP: " + e.what(),
            "only Percona Server has it: use snapshot.locking.mode=minimal, or none");
    }
    log::info(kLog, "all tables cannot be locked at once ({}); locking the captured ones", e.what());
  }
  blocks_writers_ = true;
  std::string list;
  for (const auto& id : list_tables(*reader_, parts_.schemas.filter(), true)) {
    if (parts_.schemas.filter().table(id)) {
      list += (list.empty() ? "" : ", ") + quote_table(id.catalog, id.table);
    }
  }
  if (!list.empty()) {
    locker_->execute("FLUSH TABLES " + list + " WITH READ LOCK");
  }
}

void Snapshot::unlock() noexcept {
  if (locker_) {
    try {
      locker_->execute("UNLOCK TABLES");
    } catch (const std::exception&) {  // closing the connection gives the locks back as well
    }
    locker_.reset();
    parts_.metrics.holding_lock(false);
  }
}

void Snapshot::begin(std::vector<SourceRecord>& out, std::stop_token stop) {
  (void)stop;
  lock();
  // Without a lock that holds writers back the position comes first: what commits in between is then read
  // twice, never lost.
  ServerState state;
  if (!blocks_writers_) {
    state = read_log_position(*reader_);
  }
  reader_->execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  if (blocks_writers_) {
    state = read_log_position(*reader_);
  }
  at_.file = state.file;
  at_.pos = state.pos;
  at_.gtids = state.gtids;
  at_.snapshot = true;
  auto& source = parts_.source;
  source.snapshot = relational::SnapshotMarker::in_progress;
  source.file = at_.file;
  source.pos = at_.pos;
  source.server_id = 0;
  source.row = 0;
  source.gtid.clear();
  source.thread = -1;
  source.query.clear();
  write_schemas(out);
  if (parts_.config.string("snapshot.locking.mode") != "extended") {
    unlock();
  }
  if (!with_data_) {
    tables_.clear();
  }
  progress_.emplace(parts_.context, parts_.metrics, tables_.size(), order_tables());
  log::info(kLog, "snapshot of {} tables at {}:{} {}", tables_.size(), at_.file, at_.pos,
            at_.gtids ? *at_.gtids : "");
}

void Snapshot::write_statement(const std::string& ddl, const std::string& database, const std::string& table,
                               std::vector<SourceRecord>& out) {
  const std::int64_t now_us = parts_.context.clock().now_us();
  parts_.source.ts_ns = now_us * 1000;
  at_.ts_sec = now_us / 1'000'000;
  parts_.schemas.apply(
      ddl, database, at_.to_map(), now_us / 1000,
      [&](const relational::HistoryRecord& entry, const std::optional<std::string>&) {
        if (parts_.emit_schema_changes) {
          out.push_back(parts_.schema_changes.make(
              entry, parts_.source.make(entry.database, table.empty() ? nullptr : &table),
              std::make_shared<MysqlOffset>(at_), parts_.records.settings().headers));
        }
      },
      nullptr);
}

void Snapshot::write_schemas(std::vector<SourceRecord>& out) {
  const auto& c = parts_.config;
  const bool only_databases = c.boolean("schema.history.internal.store.only.captured.databases.ddl");
  const bool only_tables = c.boolean("schema.history.internal.store.only.captured.tables.ddl");
  const QueryResult charset = reader_->query("SELECT @@character_set_server, @@collation_server");
  write_statement("SET character_set_server=" + text_or(charset.at(0, 0)) +
                      ", collation_server=" + text_or(charset.at(0, 1)),
                  "", "", out);
  std::vector<TableId> all = list_tables(*reader_, parts_.schemas.filter(), only_databases);
  std::erase_if(all, [&](const TableId& id) { return only_tables && !parts_.schemas.filter().table(id); });
  for (const auto& id : all) {
    write_statement("DROP TABLE IF EXISTS " + quote_table(id.catalog, id.table), id.catalog, id.table, out);
  }
  std::string database;
  for (const auto& id : all) {
    if (id.catalog != database) {
      database = id.catalog;
      const std::string name = quote_identifier(database);
      const QueryResult r = reader_->query(
          "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE "
          "schema_name = " +
          quote_string(database));
      write_statement("DROP DATABASE IF EXISTS " + name, database, "", out);
      write_statement(
          "CREATE DATABASE " + name + " CHARSET " + text_or(r.at(0, 0)) + " COLLATE " + text_or(r.at(0, 1)),
          database, "", out);
      write_statement("USE " + name, database, "", out);
    }
    try {
      const QueryResult r = reader_->query("SHOW CREATE TABLE " + quote_table(id.catalog, id.table));
      write_statement(text_or(r.at(0, 1)), database, id.table, out);
    } catch (const SqlError& e) {
      if (!e.connection_usable() || parts_.schemas.filter().table(id)) {
        throw;
      }
      log::warn(kLog, "table {} is not captured and its shape cannot be read: {}", id.text(), e.what());
      continue;
    }
    if (parts_.schemas.filter().table(id)) {
      tables_.push_back(id);
    }
  }
  parts_.schemas.flush_history();
  if (!out.empty()) {
    held_schema_change_ = std::move(out.back());
    out.pop_back();
  }
  const std::string only = c.string("snapshot.include.collection.list");
  if (!only.empty()) {
    const relational::PatternList pattern("snapshot.include.collection.list", only);
    std::erase_if(tables_, [&](const TableId& id) { return !pattern.matches(id.identifier()); });
  }
}

/// Puts them into the order of snapshot.tables.order.by.row.count; the server's estimate of all rows.
std::int64_t Snapshot::order_tables() {
  std::vector<std::pair<std::int64_t, TableId>> counted;
  std::int64_t rows = 0;
  for (auto& id : tables_) {
    // The optimizer's figure is fresh; information_schema's may be a day old.
    // MySQL 9.7 explains as a tree unless told otherwise.
    const QueryResult plan =
        reader_->query("EXPLAIN FORMAT=TRADITIONAL SELECT * FROM " + quote_table(id.catalog, id.table));
    const bool known = plan.row_count() > 0 && plan.has_column("rows");
    counted.emplace_back(known ? std::strtoll(text_or(plan.at(0, "rows"), "0").c_str(), nullptr, 10) : 0,
                         std::move(id));
    rows += counted.back().first;
  }
  if (const auto& order = parts_.config.string("snapshot.tables.order.by.row.count"); order != "disabled") {
    const bool ascending = order == "ascending";
    std::stable_sort(counted.begin(), counted.end(), [&](const auto& a, const auto& b) {
      return ascending ? a.first < b.first : b.first < a.first;
    });
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    tables_[i] = std::move(counted[i].second);
  }
  return rows;
}

std::string Snapshot::own_statement(const TableId& id) const {
  return get_or(parts_.config.originals(), "snapshot.select.statement.overrides." + id.identifier(), "");
}

/// Which column of the result each column of the table is; names count, as in Debezium, so a statement of the
/// user's own may have any order and leave columns out.
void Snapshot::map_columns() {
  const auto& wanted = plan_->table->columns;
  const auto& given = rows_->columns();
  cell_of_column_.assign(wanted.size(), kNoCell);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto it = std::find_if(wanted.begin(), wanted.end(),
                                 [&](const auto& c) { return relational::same_name(c.name, given[i].name); });
    if (it == wanted.end()) {
      const std::string table = plan_->table->id.identifier(), name = given[i].name;
      rows_.reset();
      raise(ErrorKind::config,
            "snapshot.select.statement.overrides." + table + " selects a column '" + name + "', which " +
                table + " does not have",
            "select columns of the table, under their own names");
    }
    cell_of_column_[static_cast<std::size_t>(it - wanted.begin())] = i;
  }
}

std::string Snapshot::select_statement(const Plan& plan) const {
  const TableId& id = plan.table->id;
  if (std::string own = own_statement(id); !own.empty()) {
    return own;
  }
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < plan.table->columns.size(); ++i) {
    sql += i == 0 ? "" : ", ";
    append_identifier(sql, plan.table->columns[i].name);
  }
  return sql + " FROM " + quote_table(id.catalog, id.table);
}

bool Snapshot::open_next_table() {
  while (next_table_ < tables_.size()) {
    const TableId id = tables_[next_table_++];
    plan_ = parts_.schemas.plan(id);
    if (!plan_) {
      log::warn(kLog, "the shape of {} is not known; it is left out of the snapshot", id.text());
      continue;
    }
    progress_->table(id.identifier());
    const std::int64_t now = parts_.context.clock().now_us() / 1'000'000;
    at_.ts_sec = now;
    parts_.source.ts_ns = now * 1'000'000'000;
    rows_ = std::make_unique<RowStream>(*reader_, select_statement(*plan_));
    map_columns();
    running_source_ = parts_.source.make(id.catalog, &id.table);
    running_offset_ = std::make_shared<MysqlOffset>(at_);
    first_in_table_ = true;
    return true;
  }
  return false;
}

void Snapshot::push(std::vector<SourceRecord>& out, bool last_in_table) {
  using Marker = relational::SnapshotMarker;
  const bool last = last_in_table && next_table_ >= tables_.size() && !rows_;
  const Marker marker = last                   ? Marker::last
                        : held_is_first_       ? Marker::first
                        : last_in_table        ? Marker::last_in_data_collection
                        : held_first_in_table_ ? Marker::first_in_data_collection
                                               : Marker::in_progress;
  if (marker != Marker::in_progress) {
    held_->source = relational::with_marker(*held_->source, marker);
  }
  relational::FixedOffset offset(last ? std::make_shared<MysqlOffset>(end()) : running_offset_);
  parts_.records.append(*held_plan_, std::move(*held_), held_collection_,
                        parts_.context.clock().now_us() * 1000, {}, offset, out);
  held_.reset();
}

void Snapshot::release_schema_change(std::vector<SourceRecord>& out) {
  if (held_schema_change_) {
    out.push_back(*std::exchange(held_schema_change_, std::nullopt));
  }
}

bool Snapshot::fill(std::vector<SourceRecord>& out, std::size_t max_records, std::size_t max_bytes,
                    std::stop_token stop) {
  std::size_t bytes = 0;
  while (out.size() < max_records && bytes < max_bytes) {
    if (stop.stop_requested()) {
      return true;
    }
    if (!rows_ && !open_next_table()) {
      if (held_) {
        push(out, true);
      }
      if (held_schema_change_) {  // there was no row: it is the snapshot's last record
        if (const auto source = held_schema_change_->value.structure_ptr()->at("source").structure_ptr()) {
          source->fields[relational::source::snapshot] =
              relational::to_text(relational::SnapshotMarker::last);
        }
        release_schema_change(out);
      }
      reader_->execute("COMMIT");
      unlock();
      progress_->finish();
      return false;
    }
    failpoint("in snapshot");
    if (!rows_->next()) {
      rows_.reset();
      continue;  // the last row waits until it is known whether a later table has rows
    }
    const RowCells cells = rows_->row();
    release_schema_change(out);
    if (held_) {
      push(out, first_in_table_);
    }
    relational::RowChange change;
    change.op = relational::Operation::read;
    const auto cell = [&](std::size_t column) {
      const std::size_t i = cell_of_column_[column];
      return i == kNoCell || cells.is_null(i) ? Cell() : Cell::of_text(cells.text(i));
    };
    for (std::size_t i = 0; i < cells.size(); ++i) {
      bytes += cells.text(i).size();
    }
    change.after = plan_->row(cell);
    change.after_key = plan_->key(cell);
    change.source = running_source_;
    held_ = std::move(change);
    if (held_plan_ != plan_) {
      held_plan_ = plan_;
      held_collection_ = plan_->table->id.identifier();
    }
    held_first_in_table_ = first_in_table_;
    held_is_first_ = first_in_table_ && next_table_ == 1;  // in the first table or nowhere
    first_in_table_ = false;
    progress_->rows(1);
  }
  return true;
}

BinlogOffset Snapshot::end() const {
  BinlogOffset at = at_;
  at.snapshot = false;
  return at;
}

}  // namespace tandem::mysql
