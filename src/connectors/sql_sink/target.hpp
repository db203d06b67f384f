#pragma once
#include "connectors/sql_sink/jdbc_url.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the catalogue of the target says of a table.
namespace tandem::sql_sink {

enum class ColumnType : std::uint8_t {
  boolean,
  int1,
  int2,
  int3,
  int4,
  int8,
  float4,
  float8,
  numeric,
  text,
  bytes,
  date,
  time,
  timestamp,
  timestamptz,
  year,
  interval,
  uuid,
  json,
  jsonb,
  bit,
  point,
  geometry,
  array,
  other,  ///< written as text and cast by the server (enums, inet, ranges, timetz, hstore…)
};

struct TargetColumn {
  std::string name;
  ColumnType type = ColumnType::other;
  std::string sql_type;  ///< as the server writes it: "numeric(10,2)", "bigint unsigned"
  bool is_unsigned = false;
  bool not_null = false;
  bool generated = false;  ///< computed by the server: never written
  bool identity_always = false;
  std::int64_t length = 0;  ///< bits of BIT(n), bytes of BINARY(n); 0 unknown
};

struct TableName {
  std::string schema;  ///< PostgreSQL schema; "" for the connection's own schema or database
  std::string table;
  std::string text() const { return schema.empty() ? table : schema + "." + table; }
  friend auto operator<=>(const TableName&, const TableName&) = default;
};

struct TargetTable {
  TableName name;
  std::vector<TargetColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<std::vector<std::string>> unique_keys;  ///< total unique indexes other than the primary key
  std::string engine;                                 ///< MySQL and MariaDB
  bool has_identity_always = false;

  /// By exact name, else ignoring case; -1 when there is none.
  int column(std::string_view column_name) const noexcept;
  /// True when the primary key or a unique index has exactly these columns.
  bool unique_over(const std::vector<std::string>& key) const;
  /// True when some unique index is not exactly `key`: an upsert may collide with another row by it.
  bool unique_besides(const std::vector<std::string>& key) const;
};

}  // namespace tandem::sql_sink
