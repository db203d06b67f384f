#include "connectors/clients/mysql/query_result.hpp"

#include "connectors/clients/mysql/result_columns.hpp"
#include "tandem/base/error.hpp"

#include <fmt/format.h>

namespace tandem::mysql {
namespace {

bool same_name(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

void QueryResult::Free::operator()(st_mysql_res* r) const noexcept { mysql_free_result(r); }

QueryResult::QueryResult() = default;
QueryResult::QueryResult(QueryResult&&) noexcept = default;
QueryResult& QueryResult::operator=(QueryResult&&) noexcept = default;
QueryResult::~QueryResult() = default;

QueryResult QueryResult::take(st_mysql* connection) {
  QueryResult out;
  out.warnings_ = mysql_warning_count(connection);
  out.result_.reset(mysql_store_result(connection));
  if (!out.result_) {
    out.affected_rows_ = mysql_affected_rows(connection);
    out.insert_id_ = mysql_insert_id(connection);
    return out;
  }
  MYSQL_RES* r = out.result_.get();
  out.columns_ = read_columns(r);
  out.affected_rows_ = mysql_num_rows(r);
  out.cells_.reserve(out.columns_.size() * out.affected_rows_);
  while (MYSQL_ROW row = mysql_fetch_row(r)) {
    const unsigned long* lengths = mysql_fetch_lengths(r);
    for (std::size_t i = 0; i < out.columns_.size(); ++i) {
      out.cells_.push_back(row[i] == nullptr ? CellText() : CellText(std::string_view(row[i], lengths[i])));
    }
  }
  return out;
}

CellText QueryResult::at(std::size_t row, std::size_t column) const {
  if (column >= columns_.size() || row >= row_count()) {
    raise(ErrorKind::bug, fmt::format("result cell ({}, {}) asked of {} rows and {} columns", row, column,
                                      row_count(), columns_.size()));
  }
  return cells_[row * columns_.size() + column];
}

CellText QueryResult::at(std::size_t row, std::string_view column) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (same_name(columns_[i].name, column)) {
      return at(row, i);
    }
  }
  raise(ErrorKind::not_found, fmt::format("the server's answer has no column {}", column));
}

bool QueryResult::has_column(std::string_view column) const noexcept {
  for (const auto& c : columns_) {
    if (same_name(c.name, column)) {
      return true;
    }
  }
  return false;
}

}  // namespace tandem::mysql
