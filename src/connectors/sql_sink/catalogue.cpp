#include "connectors/sql_sink/target_connection.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

std::string text(const TargetConnection::Row& row, std::size_t i) { return row.at(i).value_or(""); }

ColumnType postgres_column_type(const std::string& type, char category) {
  static const std::map<std::string, ColumnType> types = {{"bool", ColumnType::boolean},
                                                          {"int2", ColumnType::int2},
                                                          {"int4", ColumnType::int4},
                                                          {"int8", ColumnType::int8},
                                                          {"float4", ColumnType::float4},
                                                          {"float8", ColumnType::float8},
                                                          {"numeric", ColumnType::numeric},
                                                          {"text", ColumnType::text},
                                                          {"varchar", ColumnType::text},
                                                          {"bytea", ColumnType::bytes},
                                                          {"date", ColumnType::date},
                                                          {"time", ColumnType::time},
                                                          {"timestamp", ColumnType::timestamp},
                                                          {"timestamptz", ColumnType::timestamptz},
                                                          {"interval", ColumnType::interval},
                                                          {"uuid", ColumnType::uuid},
                                                          {"json", ColumnType::json},
                                                          {"jsonb", ColumnType::jsonb},
                                                          {"bit", ColumnType::bit},
                                                          {"varbit", ColumnType::bit},
                                                          {"point", ColumnType::point},
                                                          {"geometry", ColumnType::geometry},
                                                          {"geography", ColumnType::geometry}};
  if (const auto it = types.find(type); it != types.end()) {
    return it->second;
  }
  return category == 'A' ? ColumnType::array : ColumnType::other;
}

ColumnType mysql_column_type(const std::string& type) {
  static const std::map<std::string, ColumnType> types = {{"tinyint", ColumnType::int1},
                                                          {"smallint", ColumnType::int2},
                                                          {"mediumint", ColumnType::int3},
                                                          {"int", ColumnType::int4},
                                                          {"bigint", ColumnType::int8},
                                                          {"decimal", ColumnType::numeric},
                                                          {"float", ColumnType::float4},
                                                          {"double", ColumnType::float8},
                                                          {"bit", ColumnType::bit},
                                                          {"date", ColumnType::date},
                                                          {"time", ColumnType::time},
                                                          {"datetime", ColumnType::timestamp},
                                                          {"timestamp", ColumnType::timestamptz},
                                                          {"year", ColumnType::year},
                                                          {"char", ColumnType::text},
                                                          {"varchar", ColumnType::text},
                                                          {"tinytext", ColumnType::text},
                                                          {"text", ColumnType::text},
                                                          {"mediumtext", ColumnType::text},
                                                          {"longtext", ColumnType::text},
                                                          {"binary", ColumnType::bytes},
                                                          {"varbinary", ColumnType::bytes},
                                                          {"tinyblob", ColumnType::bytes},
                                                          {"blob", ColumnType::bytes},
                                                          {"mediumblob", ColumnType::bytes},
                                                          {"longblob", ColumnType::bytes},
                                                          {"json", ColumnType::json},
                                                          {"point", ColumnType::point},
                                                          {"geometry", ColumnType::geometry},
                                                          {"linestring", ColumnType::geometry},
                                                          {"polygon", ColumnType::geometry},
                                                          {"multipoint", ColumnType::geometry},
                                                          {"multilinestring", ColumnType::geometry},
                                                          {"multipolygon", ColumnType::geometry},
                                                          {"geomcollection", ColumnType::geometry},
                                                          {"geometrycollection", ColumnType::geometry}};
  const auto it = types.find(type);
  return it == types.end() ? ColumnType::other : it->second;
}

void add_index_column(std::map<std::string, std::vector<std::string>>& indexes, TargetTable& table,
                      const std::string& index, bool primary, const std::string& column) {
  (primary ? table.primary_key : indexes[index]).push_back(column);
}

void load_postgres(TargetConnection& connection, const Dialect& dialect, TargetTable& table) {
  const std::string relation = dialect.quote_text(dialect.quote(table.name)) + "::regclass";
  for (const auto& row : connection.query(
           fmt::format("SELECT a.attname, format_type(a.atttypid, a.atttypmod), COALESCE(b.typname, "
                       "t.typname), t.typcategory, a.attnotnull, "
                       "a.attgenerated, a.attidentity, a.atttypmod FROM pg_attribute a JOIN pg_type t ON "
                       "t.oid = a.atttypid "
                       "LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype "
                       "WHERE a.attrelid = {} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
                       relation))) {
    TargetColumn c;
    c.name = text(row, 0);
    c.sql_type = text(row, 1);
    c.type = postgres_column_type(text(row, 2), text(row, 3).empty() ? ' ' : text(row, 3)[0]);
    c.not_null = text(row, 4) == "t";
    c.generated = !text(row, 5).empty();
    c.identity_always = text(row, 6) == "a";
    c.length = c.type == ColumnType::bit ? std::atoll(text(row, 7).c_str()) : 0;
    table.has_identity_always |= c.identity_always;
    table.columns.push_back(std::move(c));
  }
  std::map<std::string, std::vector<std::string>> indexes;
  for (const auto& row :
       connection.query(fmt::format("SELECT i.indexrelid, i.indisprimary, a.attname FROM pg_index i, "
                                    "unnest(i.indkey[0:i.indnkeyatts-1]) WITH ORDINALITY k(n, o) "
                                    "JOIN pg_attribute a ON a.attnum = k.n WHERE i.indrelid = {} AND "
                                    "a.attrelid = i.indrelid AND i.indisunique "
                                    "AND i.indpred IS NULL AND i.indexprs IS NULL ORDER BY i.indexrelid, k.o",
                                    relation))) {
    add_index_column(indexes, table, text(row, 0), text(row, 1) == "t", text(row, 2));
  }
  for (auto& [name, columns] : indexes) {
    table.unique_keys.push_back(std::move(columns));
  }
}

void load_mysql(TargetConnection& connection, const Dialect& dialect, TargetTable& table) {
  const std::string where =
      fmt::format("table_schema = {} AND table_name = {}",
                  table.name.schema.empty() ? "DATABASE()" : dialect.quote_text(table.name.schema),
                  dialect.quote_text(table.name.table));
  for (const auto& row : connection.query(
           "SELECT column_name, column_type, data_type, is_nullable, extra, generation_expression, "
           "COALESCE(character_octet_length, numeric_precision) FROM information_schema.columns WHERE " +
           where + " ORDER BY ordinal_position")) {
    TargetColumn c;
    c.name = text(row, 0);
    c.sql_type = text(row, 1);
    c.type = mysql_column_type(text(row, 2));
    c.is_unsigned = c.sql_type.find("unsigned") != std::string::npos;
    c.not_null = text(row, 3) == "NO";
    c.generated = !text(row, 5).empty() && text(row, 4).find("DEFAULT_GENERATED") == std::string::npos;
    c.length = std::atoll(text(row, 6).c_str());
    table.columns.push_back(std::move(c));
  }
  std::map<std::string, std::vector<std::string>> indexes;
  for (const auto& row : connection.query("SELECT index_name, COALESCE(column_name, ''), sub_part FROM "
                                          "information_schema.statistics WHERE " +
                                          where + " AND non_unique = 0 ORDER BY index_name, seq_in_index")) {
    const std::string prefix =
        row.at(2) ? "(" + *row.at(2) + ")" : "";  // unique over a prefix is not unique over the column
    add_index_column(indexes, table, text(row, 0), text(row, 0) == "PRIMARY", text(row, 1) + prefix);
  }
  for (auto& [name, columns] : indexes) {
    table.unique_keys.push_back(std::move(columns));
  }
}

}  // namespace

std::optional<TargetTable> load_table(TargetConnection& connection, const Dialect& dialect, bool postgres,
                                      const TableName& name) {
  TargetTable table;
  table.name = name;
  if (postgres) {
    const auto found =
        connection.query(fmt::format("SELECT to_regclass({})", dialect.quote_text(dialect.quote(name))));
    if (found.empty() || !found[0][0]) {
      return std::nullopt;
    }
    load_postgres(connection, dialect, table);
  } else {
    const auto found =
        connection.query(fmt::format("SELECT COALESCE(engine, '') FROM information_schema.tables WHERE "
                                     "table_schema = {} AND table_name = {}",
                                     name.schema.empty() ? "DATABASE()" : dialect.quote_text(name.schema),
                                     dialect.quote_text(name.table)));
    if (found.empty()) {
      return std::nullopt;
    }
    table.engine = text(found[0], 0);
    load_mysql(connection, dialect, table);
  }
  return table;
}

std::string new_table_options(TargetConnection& connection, const Dialect& dialect, bool postgres,
                              const TableName& name) {
  if (postgres) {
    return "";
  }
  const auto rows = connection.query(
      fmt::format("SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = {}",
                  name.schema.empty() ? "DATABASE()" : dialect.quote_text(name.schema)));
  return rows.empty() || rows[0][0].value_or("") == "utf8mb4" ? "" : " DEFAULT CHARSET=utf8mb4";
}

std::string current_schema(TargetConnection& connection, bool postgres) {
  const auto rows = connection.query(postgres ? "SELECT current_schema()" : "SELECT DATABASE()");
  return rows.empty() ? "" : rows[0][0].value_or("");
}

std::unique_ptr<TargetConnection> connect(const Settings& settings) {
  return settings.url.is_postgres() ? connect_postgres(settings) : connect_mysql(settings);
}

}  // namespace tandem::sql_sink
