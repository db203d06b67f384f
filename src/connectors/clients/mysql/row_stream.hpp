#pragma once
#include "connectors/clients/mysql/query_result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::mysql {

class Connection;

/// One row as it lies in the receive buffer. Holds until the next `RowStream::next`.
class RowCells {
 public:
  RowCells(const char* const* values, const unsigned long* lengths, std::size_t size) noexcept
      : values_(values), lengths_(lengths), size_(size) {}
  std::size_t size() const noexcept { return size_; }
  bool is_null(std::size_t i) const noexcept { return values_[i] == nullptr; }
  /// The server's text (or bytes) of column `i`; empty for NULL.
  std::string_view text(std::size_t i) const noexcept {
    return values_[i] == nullptr ? std::string_view() : std::string_view(values_[i], lengths_[i]);
  }
  const char* const* values() const noexcept { return values_; }
  const unsigned long* lengths() const noexcept { return lengths_; }

 private:
  const char* const* values_;
  const unsigned long* lengths_;
  std::size_t size_;
};

/// Rows read from the socket as they come; memory is one row. The connection does nothing else until the
/// stream has ended or is destroyed. A stream destroyed before its end closes the connection (reading on
/// could take hours), and `Connection::reconnect` brings that back. Used by the connection's thread.
class RowStream {
 public:
  RowStream(Connection& connection, std::string_view sql);
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  ~RowStream();

  const std::vector<ResultColumn>& columns() const noexcept { return columns_; }
  /// False at the end. Throws SqlError.
  bool next();
  RowCells row() const noexcept { return {values_, lengths_, columns_.size()}; }

 private:
  Connection& connection_;
  st_mysql_res* result_ = nullptr;
  std::string statement_;
  std::vector<ResultColumn> columns_;
  const char* const* values_ = nullptr;
  const unsigned long* lengths_ = nullptr;
  bool done_ = false;
};

}  // namespace tandem::mysql
