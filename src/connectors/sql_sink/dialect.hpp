#pragma once
#include "connectors/sql_sink/scalar.hpp"
#include "connectors/sql_sink/target.hpp"
#include "tandem/base/error.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::sql_sink {

/// One statement for TargetConnection::run(). On PostgreSQL `arrays` are its binary parameters $1…
struct Statement {
  struct Array {
    std::uint32_t oid;  ///< of the array type
    std::string bytes;
  };
  std::string sql;
  std::vector<Array> arrays;
  bool repeated = false;  ///< the same text comes again: worth preparing

  Statement() = default;
  explicit Statement(std::string text) : sql(std::move(text)) {}
};

/// A column of the target with the meaning of what is written into it.
struct BoundColumn {
  const TargetColumn* target = nullptr;
  SourceKind kind = SourceKind::text;
  const Schema* schema = nullptr;  ///< nullptr: schemaless
  bool key = false;
};

/// Rows to write, row by row: cells[row * columns.size() + column].
struct RowSet {
  std::span<const BoundColumn> columns;
  std::span<const Value* const> cells;
  std::size_t count() const noexcept { return columns.empty() ? 0 : cells.size() / columns.size(); }
};

enum class WriteOp : std::uint8_t {
  insert,
  upsert,
  insert_missing,  ///< leaves a row that is there as it is
  update,
  remove,
};

/// A value that its column cannot hold.
class RowError : public TandemError {
 public:
  RowError(Error error, std::size_t row_at) : TandemError(std::move(error)), row(row_at) {}
  std::size_t row;  ///< in the RowSet
};

/// A column to be made.
struct NewColumn {
  std::string name;
  const Schema* schema;  ///< nullptr: text
  bool key = false;
};

/// SQL text of one kind of server, and values in its form. Pure: no connection. One thread.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string quote(std::string_view identifier) const = 0;
  virtual std::string quote_text(std::string_view text) const = 0;
  std::string quote(const TableName& table) const;

  /// Appends statements that write all rows, in order. Throws RowError for the first value that does not fit.
  /// `remove` takes only key columns.
  virtual void write(WriteOp op, const TargetTable& table, const RowSet& rows,
                     std::vector<Statement>& out) = 0;
  /// Appends bytes that are equal for equal keys and order all writers alike. Throws TandemError(data).
  virtual void append_key(std::string& out, const BoundColumn& column, const Value& value) = 0;
  virtual std::string clear_table(const TableName& table) const = 0;

  virtual std::string column_type(const Schema* schema, bool key) const = 0;
  std::string create_table(const TableName& table, const std::vector<NewColumn>& columns) const;
  std::string add_columns(const TableName& table, const std::vector<NewColumn>& columns) const;

  virtual std::string begin() const = 0;
  virtual std::string create_position_table(const TableName& table) const = 0;
  /// What a table of a link needs so that its own source reads whole rows; "" when nothing.
  virtual std::string log_whole_rows(const TableName& table) const = 0;
  /// Statements that must change exactly one row each or fail: `update` is an UPDATE without its end.
  virtual std::vector<std::string> must_change_one(const std::string& update) const = 0;
  virtual std::string now() const = 0;  ///< UTC, microseconds
};

/// `version` as the server numbers it: 170004; 80015; MariaDB 101119.
std::unique_ptr<Dialect> make_dialect(ServerKind kind, int version);

/// "column `c` (smallint): 70000 is out of range" as TandemError(data).
[[noreturn]] void impossible(const TargetColumn& column, const Scalar& value, std::string_view why);

}  // namespace tandem::sql_sink
