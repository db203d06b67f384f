#pragma once
#include <compare>
#include <cstddef>
#include <functional>
#include <string>

namespace tandem::relational {

/// Name of a table: MySQL fills catalog and table, PostgreSQL catalog (database), schema and table. Case as
/// the server has it.
struct TableId {
  std::string catalog, schema, table;

  /// "catalog.schema.table" without the empty parts.
  std::string text() const;
  /// Debezium's form in history and schema-change records: "\"db\".\"table\"" (quotes inside are doubled).
  std::string double_quoted() const;
  /// The text that filters and transaction metadata use: "db.table" (MySQL), "schema.table" (PostgreSQL).
  std::string identifier() const { return (schema.empty() ? catalog : schema) + "." + table; }

  friend bool operator==(const TableId&, const TableId&) = default;
  friend auto operator<=>(const TableId&, const TableId&) = default;
};

/// Inverse of double_quoted() (two parts: catalog and table; three: all). Also takes unquoted parts.
TableId parse_table_id(const std::string& text);

}  // namespace tandem::relational

template <>
struct std::hash<tandem::relational::TableId> {
  std::size_t operator()(const tandem::relational::TableId& id) const noexcept {
    const std::hash<std::string> h;
    return h(id.table) * 31 * 31 + h(id.schema) * 31 + h(id.catalog);
  }
};
