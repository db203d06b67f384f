#pragma once
#include "connectors/sql_sink/dialect.hpp"
#include "connectors/sql_sink/settings.hpp"
#include "connectors/sql_sink/target.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tandem::sql_sink {

/// How a failure on the server is dealt with.
enum class FailureClass : std::uint8_t {
  data,   ///< a value or constraint: some record of the batch is to blame
  retry,  ///< deadlock, lock timeout, serialization: the same again
  lost,   ///< the connection is spent
  other,
};

class StatementFailure : public TandemError {
 public:
  StatementFailure(Error error, FailureClass how, std::string code_, std::size_t at)
      : TandemError(std::move(error)), failure(how), code(std::move(code_)), index(at) {}
  FailureClass failure;
  std::string code;   ///< SQLSTATE, or MySQL's error number
  std::size_t index;  ///< of the statement in run(); 0 elsewhere
};

/// One session on the target, as much of it as the sink needs; an interface so that tests can stand in for a
/// server. One thread. Throws StatementFailure.
class TargetConnection {
 public:
  using Row = std::vector<std::optional<std::string>>;
  virtual ~TargetConnection() = default;
  /// All statements in order, in as few round trips as the protocol allows; the first failure ends it,
  /// nothing behind it was run. Rows changed by each.
  virtual std::vector<std::uint64_t> run(std::span<const Statement> statements) = 0;
  virtual std::vector<Row> query(const std::string& sql) = 0;
  /// Ends a transaction that failed; a lost connection stays lost.
  virtual void roll_back() noexcept = 0;
  virtual int version() const = 0;  ///< as make_dialect() wants it
};

using Connect = std::function<std::unique_ptr<TargetConnection>()>;

std::unique_ptr<TargetConnection> connect_postgres(const Settings& settings);
std::unique_ptr<TargetConnection> connect_mysql(const Settings& settings);
std::unique_ptr<TargetConnection> connect(const Settings& settings);

/// Table of the catalogue; nullopt when there is none of that name.
std::optional<TargetTable> load_table(TargetConnection& connection, const Dialect& dialect, bool postgres,
                                      const TableName& name);
/// What follows CREATE TABLE (…) so that the table holds every text: MariaDB's databases are latin1 unless
/// made otherwise.
std::string new_table_options(TargetConnection& connection, const Dialect& dialect, bool postgres,
                              const TableName& name);
/// The schema (PostgreSQL) or database (MySQL) that unqualified names mean.
std::string current_schema(TargetConnection& connection, bool postgres);

}  // namespace tandem::sql_sink
