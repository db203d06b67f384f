#pragma once
#include "tandem/base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::mysql {

/// What a server, or the road to it, refused. `kind()` comes from one table of error numbers
/// (error_table.cpp).
class SqlError : public TandemError {
 public:
  /// `number` and `sqlstate` as the server or the client library (2000 to 2999) give them; `where` is the
  /// server's address.
  SqlError(unsigned number, std::string sqlstate, std::string_view message, std::string_view statement,
           std::string_view where);

  unsigned number() const noexcept { return number_; }
  const std::string& sqlstate() const noexcept { return sqlstate_; }
  const std::string& statement() const noexcept { return statement_; }  ///< shortened to 1,000 bytes
  /// False when the connection is gone or out of step: close it, or `reconnect()`.
  bool connection_usable() const noexcept { return connection_usable_; }
  /// The whole transaction is rolled back by the server (deadlock), not only the statement.
  bool transaction_lost() const noexcept;
  /// In a batch: which statement failed, counted from 0. Those before it were executed, those after it were
  /// not.
  std::optional<std::size_t> statement_index() const noexcept { return statement_index_; }
  void set_statement_index(std::size_t index) noexcept { statement_index_ = index; }

  /// The same failure, seen as our own doing: `cancel()` was called.
  static SqlError cancelled(std::string_view statement, std::string_view where);

 private:
  SqlError(Error error, unsigned number, std::string sqlstate, std::string statement, bool usable);

  unsigned number_;
  std::string sqlstate_, statement_;
  bool connection_usable_;
  std::optional<std::size_t> statement_index_;
};

/// Shortened for messages and logs, cut at a character.
std::string shorten_statement(std::string_view sql, std::size_t max_bytes = 1000);

}  // namespace tandem::mysql
