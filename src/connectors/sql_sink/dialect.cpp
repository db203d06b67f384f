#include "connectors/sql_sink/dialect.hpp"

#include "connectors/sql_sink/mysql/dialect.hpp"
#include "connectors/sql_sink/postgres/dialect.hpp"

#include <fmt/format.h>

namespace tandem::sql_sink {

std::string Dialect::quote(const TableName& table) const {
  return table.schema.empty() ? quote(table.table) : quote(table.schema) + "." + quote(table.table);
}

std::string Dialect::create_table(const TableName& table, const std::vector<NewColumn>& columns) const {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quote(table) + " (";
  std::string key;
  for (const auto& column : columns) {
    sql += &column == columns.data() ? "" : ", ";
    sql += quote(column.name) + " " + column_type(column.schema, column.key) +
           (column.key ? " NOT NULL" : " NULL");
    if (column.key) {
      key += (key.empty() ? "" : ", ") + quote(column.name);
    }
  }
  return sql + (key.empty() ? ")" : ", PRIMARY KEY (" + key + "))");
}

std::string Dialect::add_columns(const TableName& table, const std::vector<NewColumn>& columns) const {
  std::string sql = "ALTER TABLE " + quote(table);
  for (const auto& column : columns) {
    sql += &column == columns.data() ? " " : ", ";
    sql += "ADD COLUMN " + quote(column.name) + " " + column_type(column.schema, false) + " NULL";
  }
  return sql;
}

std::unique_ptr<Dialect> make_dialect(ServerKind kind, int version) {
  if (kind == ServerKind::postgres) {
    return std::make_unique<PostgresDialect>();
  }
  // The row alias of INSERT … AS new came with MySQL 8.0.20; MariaDB has none, also when a jdbc:mysql URL
  // leads to it (its numbers begin at 100000).
  return std::make_unique<MysqlDialect>(kind == ServerKind::mysql && version >= 80020 && version < 100000);
}

void impossible(const TargetColumn& column, const Scalar& value, std::string_view why) {
  std::string text;
  if (value.form == Scalar::Form::bytes || value.form == Scalar::Form::geometry) {
    text = "0x" + to_hex(value.text.substr(0, 40));
  } else {
    append_plain(text, value);
  }
  if (text.size() > 100) {
    text.resize(100);
    text += "…";
  }
  raise(ErrorKind::data,
        fmt::format("column {} ({}): value '{}' {}", column.name, column.sql_type, text, why));
}

}  // namespace tandem::sql_sink
