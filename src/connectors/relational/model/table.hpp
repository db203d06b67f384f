#pragma once
#include "connectors/relational/model/table_id.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::relational {

/// One column as Debezium's history and schema-change records describe it. Plain data.
/// A type as the JDBC driver tells it, where that is not what the column's own fields say (PostgreSQL): for
/// column.propagate.source.type.
struct DriverType {
  std::string name;
  std::int32_t length = 0;
  std::optional<std::int32_t> scale;
  friend bool operator==(const DriverType&, const DriverType&) = default;
};

struct Column {
  std::string name;
  std::int32_t jdbc_type = 0;               ///< java.sql.Types, see jdbc_types.hpp
  std::optional<std::int32_t> native_type;  ///< PostgreSQL: type oid
  std::string type_name;                    ///< "INT UNSIGNED", "varchar"
  std::string type_expression;
  std::optional<std::string> charset;
  std::optional<std::int32_t> length;
  std::optional<std::int32_t> scale;
  std::int32_t position = 1;  ///< from 1, without gaps
  bool optional = true;
  bool auto_incremented = false;
  bool generated = false;
  std::optional<std::string> comment;
  bool has_default = false;
  std::optional<std::string> default_expression;  ///< null default when has_default and absent
  std::vector<std::string> enum_values;
  std::optional<DriverType> driver_type;

  friend bool operator==(const Column&, const Column&) = default;
};

struct Table {
  TableId id;
  std::vector<Column> columns;           ///< by position
  std::vector<std::string> primary_key;  ///< column names in key order; may be a unique index
  std::optional<std::string> charset;
  std::optional<std::string> comment;
  std::vector<std::pair<std::string, std::string>> attributes;

  /// Case-insensitive (ASCII), as Debezium; nullptr when there is none.
  const Column* column(const std::string& name) const noexcept;
  bool in_primary_key(const std::string& name) const noexcept;
  /// Gives positions 1..n in order.
  void renumber() noexcept;

  friend bool operator==(const Table&, const Table&) = default;
};
using TablePtr = std::shared_ptr<const Table>;

/// ASCII case-insensitive comparison of names.
bool same_name(const std::string& a, const std::string& b) noexcept;

}  // namespace tandem::relational
