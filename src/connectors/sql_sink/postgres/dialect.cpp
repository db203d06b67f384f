#include "connectors/sql_sink/postgres/dialect.hpp"

#include "connectors/sql_sink/ddl_type.hpp"

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

void append_be32(std::string& out, std::uint32_t v) {
  const char bytes[4] = {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
                         static_cast<char>(v)};
  out.append(bytes, 4);
}

}  // namespace

std::string PostgresDialect::quote(std::string_view identifier) const {
  std::string out = "\"";
  for (const char c : identifier) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

std::string PostgresDialect::quote_text(std::string_view text) const {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') {
      out += c;
    }
  }
  return out + "'";
}

std::string PostgresDialect::sql_of(WriteOp op, const TargetTable& table,
                                    std::span<const BoundColumn> columns) const {
  std::string names, values, arrays, aliases, sets, conflict_sets, keys, matches;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[i];
    const auto wire = postgres_wire(*column.target);
    const std::string name = quote(column.target->name);
    const std::string value = fmt::format("u.c{}", i + 1) + (wire.cast ? "::" + column.target->sql_type : "");
    const char* comma = i == 0 ? "" : ", ";
    names += comma + name;
    values += comma + value;
    arrays += fmt::format("{}${}::{}[]", comma, i + 1, wire.element);
    aliases += fmt::format("{}c{}", comma, i + 1);
    if (column.key) {
      keys += (keys.empty() ? "" : ", ") + name;
      matches += fmt::format("{}t.{} = {}", matches.empty() ? "" : " AND ", name, value);
    } else {
      sets += fmt::format("{}{} = {}", sets.empty() ? "" : ", ", name, value);
      conflict_sets += fmt::format("{}{} = EXCLUDED.{}", conflict_sets.empty() ? "" : ", ", name, name);
    }
  }
  const std::string target = quote(table.name);
  const std::string source = fmt::format("UNNEST({}) AS u({})", arrays, aliases);
  if (op == WriteOp::remove) {
    return fmt::format("DELETE FROM {} AS t USING {} WHERE {}", target, source, matches);
  }
  if (op == WriteOp::update) {
    return sets.empty()
               ? ""
               : fmt::format("UPDATE {} AS t SET {} FROM {} WHERE {}", target, sets, source, matches);
  }
  std::string sql = fmt::format("INSERT INTO {} ({}){} SELECT {} FROM {}", target, names,
                                table.has_identity_always ? " OVERRIDING SYSTEM VALUE" : "", values, source);
  if (op == WriteOp::upsert && !conflict_sets.empty()) {
    sql += fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}", keys, conflict_sets);
  } else if (op != WriteOp::insert) {
    sql += fmt::format(" ON CONFLICT ({}) DO NOTHING", keys);
  }
  return sql;
}

void PostgresDialect::write(WriteOp op, const TargetTable& table, const RowSet& rows,
                            std::vector<Statement>& out) {
  Statement statement(sql_of(op, table, rows.columns));
  if (statement.sql.empty()) {
    return;
  }
  statement.repeated = true;
  const std::size_t width = rows.columns.size();
  const std::size_t count = rows.count();
  statement.arrays.reserve(width);
  for (std::size_t c = 0; c < width; ++c) {
    const auto& column = rows.columns[c];
    const auto wire = postgres_wire(*column.target);
    Statement::Array array{wire.array_oid, {}};
    array.bytes.reserve(20 + count * 12);
    append_be32(array.bytes, 1);  // dimensions
    append_be32(array.bytes, 1);  // may hold nulls
    append_be32(array.bytes, wire.element_oid);
    append_be32(array.bytes, static_cast<std::uint32_t>(count));
    append_be32(array.bytes, 1);  // lower bound
    for (std::size_t row = 0; row < count; ++row) {
      try {
        append_postgres_element(
            array.bytes, *column.target,
            to_scalar(column.kind, column.schema, *rows.cells[row * width + c], scratch_));
      } catch (const TandemError& e) {
        Error error = e.error();
        error.message =
            fmt::format("table {}, column {}: {}", table.name.text(), column.target->name, error.message);
        throw RowError(std::move(error), row);
      }
    }
    statement.arrays.push_back(std::move(array));
  }
  out.push_back(std::move(statement));
}

void PostgresDialect::append_key(std::string& out, const BoundColumn& column, const Value& value) {
  append_postgres_element(out, *column.target, to_scalar(column.kind, column.schema, value, scratch_));
}

std::string PostgresDialect::clear_table(const TableName& table) const {
  return "TRUNCATE TABLE " + quote(table);
}

std::string PostgresDialect::column_type(const Schema* schema, bool key) const {
  return postgres_type(schema, key);
}

std::string PostgresDialect::create_position_table(const TableName& table) const {
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (link varchar(64) NOT NULL, connector varchar(190) NOT NULL, topic "
      "varchar(249) NOT NULL, "
      "partition_id int NOT NULL, next_offset bigint NOT NULL, source_position varchar(255) NOT NULL, "
      "log_id varchar(190) NOT NULL, record_check bigint NOT NULL, epoch bigint NOT NULL, origin varchar(64) "
      "NOT NULL, "
      "hops varchar(255) NOT NULL, version int NOT NULL, updated timestamptz NOT NULL, "
      "PRIMARY KEY (connector, topic, partition_id)) WITH (fillfactor = 50)",
      quote(table));
}

std::string PostgresDialect::log_whole_rows(const TableName& table) const {
  return fmt::format("ALTER TABLE {} REPLICA IDENTITY FULL", quote(table));
}

std::vector<std::string> PostgresDialect::must_change_one(const std::string& update) const {
  // A division by zero stops the pipeline, so that neither the rows nor the COMMIT behind it run.
  return {fmt::format("WITH moved AS ({} RETURNING 1) SELECT 1 / count(*) FROM moved", update)};
}

}  // namespace tandem::sql_sink
