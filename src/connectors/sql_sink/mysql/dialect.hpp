#pragma once
#include "connectors/sql_sink/dialect.hpp"

namespace tandem::sql_sink {

/// MySQL and MariaDB: multi-row statements as text.
class MysqlDialect final : public Dialect {
 public:
  /// `row_alias`: INSERT … AS new (MySQL 8.0.20), else VALUES(). A statement is closed when it has passed
  /// `statement_bytes`.
  explicit MysqlDialect(bool row_alias, std::size_t statement_bytes = std::size_t{1} << 20)
      : row_alias_(row_alias), statement_bytes_(statement_bytes) {}

  using Dialect::quote;
  std::string quote(std::string_view identifier) const override;
  std::string quote_text(std::string_view text) const override;
  void write(WriteOp op, const TargetTable& table, const RowSet& rows, std::vector<Statement>& out) override;
  void append_key(std::string& out, const BoundColumn& column, const Value& value) override;
  /// DELETE, not TRUNCATE: it stays in the transaction, behind its marker.
  std::string clear_table(const TableName& table) const override;
  std::string column_type(const Schema* schema, bool key) const override;
  std::string begin() const override { return "START TRANSACTION"; }
  std::string create_position_table(const TableName& table) const override;
  std::string log_whole_rows(const TableName&) const override {
    return "";
  }  // binlog_row_image is the server's
  std::vector<std::string> must_change_one(const std::string& update) const override;
  std::string now() const override { return "UTC_TIMESTAMP(6)"; }

 private:
  std::string head(WriteOp op, const TargetTable& table, std::span<const BoundColumn> columns) const;
  std::string tail(WriteOp op, const TargetTable& table, std::span<const BoundColumn> columns) const;
  void append_row(std::string& sql, WriteOp op, const RowSet& rows, std::size_t row);

  bool row_alias_;
  std::size_t statement_bytes_;
  std::string scratch_;
};

/// Appends an SQL literal. Throws TandemError(data).
void append_mysql_literal(std::string& out, const TargetColumn& column, const Scalar& value);
void append_mysql_text(std::string& out, std::string_view text);  ///< quoted; backslash escapes

}  // namespace tandem::sql_sink
