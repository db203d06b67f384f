#include "connectors/sql_sink/mysql/dialect.hpp"

#include "connectors/sql_sink/ddl_type.hpp"

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

// An error on demand: evaluated only when the condition before it fails (ER_SUBQUERY_NO_1_ROW).
constexpr std::string_view kError = "(SELECT 1 UNION ALL SELECT 2)";

std::vector<std::string> key_of(std::span<const BoundColumn> columns) {
  std::vector<std::string> out;
  for (const auto& column : columns) {
    if (column.key) {
      out.push_back(column.target->name);
    }
  }
  return out;
}

}  // namespace

std::string MysqlDialect::quote(std::string_view identifier) const {
  std::string out = "`";
  for (const char c : identifier) {
    out += c;
    if (c == '`') {
      out += c;
    }
  }
  return out + '`';
}

std::string MysqlDialect::quote_text(std::string_view text) const {
  std::string out;
  append_mysql_text(out, text);
  return out;
}

std::string MysqlDialect::head(WriteOp op, const TargetTable& table,
                               std::span<const BoundColumn> columns) const {
  std::string names;
  for (const auto& column : columns) {
    names += (names.empty() ? "" : ", ") + quote(column.target->name);
  }
  const std::string target = quote(table.name);
  switch (op) {
    case WriteOp::remove:
      return columns.size() == 1 ? fmt::format("DELETE FROM {} WHERE {} IN (", target, names)
                                 : fmt::format("DELETE FROM {} WHERE ({}) IN (", target, names);
    case WriteOp::update:
      return fmt::format("UPDATE {} SET ", target);
    default:
      return fmt::format("INSERT INTO {} ({}) VALUES ", target, names);
  }
}

std::string MysqlDialect::tail(WriteOp op, const TargetTable& table,
                               std::span<const BoundColumn> columns) const {
  if (op == WriteOp::remove) {
    return ")";
  }
  if (op == WriteOp::insert || op == WriteOp::update) {
    return "";
  }
  // ON DUPLICATE KEY fires for any unique index. Where there is more than the key's, the key of the row that
  // was hit must be the row's own, or the statement fails: another row is never updated.
  const bool guard = table.unique_besides(key_of(columns));
  std::string sets;
  for (const auto& column : columns) {
    const std::string name = quote(column.target->name);
    const std::string fresh = row_alias_ ? "new." + name : "VALUES(" + name + ")";
    const std::string old = quote(table.name) + "." + name;
    std::string set;
    if (column.key) {
      set = guard ? fmt::format("{} = IF({} <=> {}, {}, {})", name, old, fresh, old, kError)
            : op == WriteOp::insert_missing && sets.empty() ? fmt::format("{} = {}", name, old)
                                                            : "";
    } else if (op == WriteOp::upsert) {
      set = fmt::format("{} = {}", name, fresh);
    }
    if (!set.empty()) {
      sets += (sets.empty() ? "" : ", ") + set;
    }
  }
  if (sets.empty()) {
    const std::string name = quote(columns.front().target->name);
    sets = fmt::format("{} = {}.{}", name, quote(table.name), name);
  }
  return fmt::format("{} ON DUPLICATE KEY UPDATE {}", row_alias_ ? " AS new" : "", sets);
}

void MysqlDialect::append_row(std::string& sql, WriteOp op, const RowSet& rows, std::size_t row) {
  const std::size_t width = rows.columns.size();
  const auto literal = [&](std::size_t c) {
    const auto& column = rows.columns[c];
    append_mysql_literal(sql, *column.target,
                         to_scalar(column.kind, column.schema, *rows.cells[row * width + c], scratch_));
  };
  if (op != WriteOp::update) {
    const bool brackets = op != WriteOp::remove || width > 1;
    for (std::size_t c = 0; c < width; ++c) {
      sql += c > 0 ? "," : brackets ? "(" : "";
      literal(c);
    }
    sql += brackets ? ")" : "";
    return;
  }
  const char* before = "";
  for (const bool key : {false, true}) {
    for (std::size_t c = 0; c < width; ++c) {
      if (rows.columns[c].key == key) {
        sql += before;
        sql += quote(rows.columns[c].target->name) + " = ";
        literal(c);
        before = key ? " AND " : ", ";
      }
    }
    before = " WHERE ";
  }
}

void MysqlDialect::write(WriteOp op, const TargetTable& table, const RowSet& rows,
                         std::vector<Statement>& out) {
  const std::string start = head(op, table, rows.columns);
  const std::string end = tail(op, table, rows.columns);
  Statement statement(start);
  bool empty = true;
  const auto close = [&] {
    statement.sql += end;
    out.push_back(std::move(statement));
    statement = Statement(start);
    empty = true;
  };
  for (std::size_t row = 0; row < rows.count(); ++row) {
    if (!empty) {
      statement.sql += ',';
    }
    try {
      append_row(statement.sql, op, rows, row);
    } catch (const TandemError& e) {
      Error error = e.error();
      error.message = fmt::format("table {}: {}", table.name.text(), error.message);
      throw RowError(std::move(error), row);
    }
    empty = false;
    if (op == WriteOp::update || statement.sql.size() >= statement_bytes_) {
      close();
    }
  }
  if (!empty) {
    close();
  }
}

void MysqlDialect::append_key(std::string& out, const BoundColumn& column, const Value& value) {
  append_mysql_literal(out, *column.target, to_scalar(column.kind, column.schema, value, scratch_));
  out += ',';
}

std::string MysqlDialect::clear_table(const TableName& table) const { return "DELETE FROM " + quote(table); }

std::string MysqlDialect::column_type(const Schema* schema, bool key) const {
  return mysql_type(schema, key);
}

std::string MysqlDialect::create_position_table(const TableName& table) const {
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (link varchar(64) NOT NULL, connector varchar(190) NOT NULL, topic "
      "varchar(249) NOT NULL, "
      "partition_id int NOT NULL, next_offset bigint NOT NULL, source_position varchar(255) NOT NULL, "
      "log_id varchar(190) NOT NULL, record_check bigint NOT NULL, epoch bigint NOT NULL, origin varchar(64) "
      "NOT NULL, "
      "hops varchar(255) NOT NULL, version int NOT NULL, updated datetime(6) NOT NULL, "
      "PRIMARY KEY (connector, topic, partition_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
      "COLLATE=utf8mb4_bin",
      quote(table));
}

std::vector<std::string> MysqlDialect::must_change_one(const std::string& update) const {
  // Not DO: MariaDB takes the errors of one for done.
  return {update, fmt::format("SET @tandem_changed = IF(ROW_COUNT() = 1, 1, {})", kError)};
}

}  // namespace tandem::sql_sink
