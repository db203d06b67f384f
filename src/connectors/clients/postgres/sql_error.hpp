#pragma once
#include "tandem/base/error.hpp"

#include <string>
#include <string_view>

namespace tandem::postgres {

/// What the server, or the transport to it, said. Fields are those of ErrorResponse
/// (PostgreSQL documentation, "Error and Notice Message Fields").
struct SqlFailure {
  std::string sqlstate;  ///< five characters; "08006" when the connection itself was lost
  std::string message;
  std::string detail;
  std::string hint;
  std::string statement;  ///< shortened to one line of at most 200 characters
  bool connection_usable = true;
};

/// transient: 08*, 57P01..57P05, 57014 (cancelled), 40001, 40P01, 55P03, 55006, 53*, 25006 (read-only after a
/// failover), lost connections; auth: 28*, 42501; data: 22*, 23*; schema: 42P01, 42703, 42883, 42704, 42804,
/// 42P10, 3F000; not_found: 3D000; conflict: 42710, 42P07; config: other 42*; fatal: the rest.
ErrorKind classify(std::string_view sqlstate) noexcept;

/// Thrown by every call of this room that fails on the server or on the way there.
class SqlError : public TandemError {
 public:
  explicit SqlError(SqlFailure failure);
  const std::string& sqlstate() const noexcept { return failure_.sqlstate; }
  const SqlFailure& failure() const noexcept { return failure_; }
  /// False: throw the Connection away and open another.
  bool connection_usable() const noexcept { return failure_.connection_usable; }

 private:
  SqlFailure failure_;
};

/// First failure of a pipeline, with the index of the queued statement that caused it.
class PipelineError : public SqlError {
 public:
  PipelineError(SqlFailure failure, std::size_t index) : SqlError(std::move(failure)), index_(index) {}
  std::size_t index() const noexcept { return index_; }

 private:
  std::size_t index_;
};

/// One line, at most 200 characters.
std::string shorten_statement(std::string_view sql);

}  // namespace tandem::postgres
