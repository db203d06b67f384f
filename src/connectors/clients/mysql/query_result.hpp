#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct st_mysql;
struct st_mysql_res;

namespace tandem::mysql {

/// A result's column as the protocol describes it.
struct ResultColumn {
  std::string name;  ///< the alias
  std::string original_name, table, original_table, database;
  std::uint8_t type = 0;      ///< protocol type number (MYSQL_TYPE_…)
  std::uint16_t charset = 0;  ///< collation id; 63 is binary
  std::uint32_t flags = 0;    ///< NOT_NULL_FLAG …
  std::uint32_t length = 0, decimals = 0;

  bool is_unsigned() const noexcept { return (flags & 32) != 0; }
  bool is_binary() const noexcept { return charset == 63; }
};

using CellText = std::optional<std::string_view>;  ///< nullopt is NULL

/// One statement's outcome, all rows in memory. Views into it live as long as it does.
class QueryResult {
 public:
  QueryResult();
  /// Takes the pending result of `connection`, which is not null.
  static QueryResult take(st_mysql* connection);
  QueryResult(QueryResult&&) noexcept;
  QueryResult& operator=(QueryResult&&) noexcept;
  ~QueryResult();

  const std::vector<ResultColumn>& columns() const noexcept { return columns_; }
  std::size_t row_count() const noexcept { return columns_.empty() ? 0 : cells_.size() / columns_.size(); }
  bool empty() const noexcept { return cells_.empty(); }
  CellText at(std::size_t row, std::size_t column) const;
  /// By the column's name, case-insensitive; raises not_found when the result has no such column.
  CellText at(std::size_t row, std::string_view column) const;
  bool has_column(std::string_view column) const noexcept;

  std::uint64_t affected_rows() const noexcept { return affected_rows_; }
  std::uint64_t insert_id() const noexcept { return insert_id_; }
  unsigned warnings() const noexcept { return warnings_; }

 private:
  struct Free {
    void operator()(st_mysql_res* r) const noexcept;
  };
  std::unique_ptr<st_mysql_res, Free> result_;
  std::vector<ResultColumn> columns_;
  std::vector<CellText> cells_;
  std::uint64_t affected_rows_ = 0, insert_id_ = 0;
  unsigned warnings_ = 0;
};

}  // namespace tandem::mysql
