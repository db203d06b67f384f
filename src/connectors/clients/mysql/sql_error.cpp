#include "connectors/clients/mysql/sql_error.hpp"

#include "connectors/clients/mysql/error_table.hpp"

#include <fmt/format.h>

namespace tandem::mysql {
namespace {

Error make_error(unsigned number, std::string_view sqlstate, std::string_view message,
                 std::string_view statement, std::string_view where) {
  Error e(classify(number, sqlstate, message),
          fmt::format("{}: {} (error {}, SQLSTATE {})", where, message, number, sqlstate),
          remedy_for(number, message));
  if (!statement.empty()) {
    e.context.push_back("executing: " + shorten_statement(statement));
  }
  return e;
}

}  // namespace

SqlError::SqlError(unsigned number, std::string sqlstate, std::string_view message,
                   std::string_view statement, std::string_view where)
    : SqlError(make_error(number, sqlstate, message, statement, where), number, sqlstate,
               shorten_statement(statement), leaves_connection_usable(number)) {}

SqlError::SqlError(Error error, unsigned number, std::string sqlstate, std::string statement, bool usable)
    : TandemError(std::move(error)),
      number_(number),
      sqlstate_(std::move(sqlstate)),
      statement_(std::move(statement)),
      connection_usable_(usable) {}

SqlError SqlError::cancelled(std::string_view statement, std::string_view where) {
  return SqlError(Error(ErrorKind::cancelled, fmt::format("{}: the connection was cancelled", where)),
                  kErrServerLost, "HY000", shorten_statement(statement), false);
}

bool SqlError::transaction_lost() const noexcept {
  return !connection_usable_ || number_ == kErrDeadlock || number_ == 1206 || number_ == 3101;
}

std::string shorten_statement(std::string_view sql, std::size_t max_bytes) {
  if (sql.size() <= max_bytes) {
    return std::string(sql);
  }
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(sql[end]) & 0xC0) == 0x80) {
    --end;
  }
  return fmt::format("{}… ({} bytes)", sql.substr(0, end), sql.size());
}

}  // namespace tandem::mysql
