#pragma once
#include "connectors/sql_sink/dialect.hpp"

namespace tandem::sql_sink {

/// PostgreSQL: set-based statements over UNNEST of binary arrays, one array a column.
class PostgresDialect final : public Dialect {
 public:
  using Dialect::quote;
  std::string quote(std::string_view identifier) const override;
  std::string quote_text(std::string_view text) const override;
  void write(WriteOp op, const TargetTable& table, const RowSet& rows, std::vector<Statement>& out) override;
  void append_key(std::string& out, const BoundColumn& column, const Value& value) override;
  std::string clear_table(const TableName& table) const override;
  std::string column_type(const Schema* schema, bool key) const override;
  std::string begin() const override { return "BEGIN ISOLATION LEVEL READ COMMITTED"; }
  std::string create_position_table(const TableName& table) const override;
  std::string log_whole_rows(const TableName& table) const override;
  std::vector<std::string> must_change_one(const std::string& update) const override;
  std::string now() const override { return "clock_timestamp()"; }

 private:
  std::string sql_of(WriteOp op, const TargetTable& table, std::span<const BoundColumn> columns) const;
  std::string scratch_;
};

/// How values of a column travel: the element type of its array, and whether the server casts it to the
/// column's type.
struct PostgresWire {
  std::uint32_t element_oid;
  std::uint32_t array_oid;
  std::string_view element;
  bool cast;
};
PostgresWire postgres_wire(const TargetColumn& column) noexcept;

/// Appends one array element: length and bytes, big-endian (PostgreSQL source, array_recv and the types' recv
/// functions). Throws TandemError(data).
void append_postgres_element(std::string& out, const TargetColumn& column, const Scalar& value);

}  // namespace tandem::sql_sink
