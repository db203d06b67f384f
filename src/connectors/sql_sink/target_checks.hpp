#pragma once
#include "connectors/sql_sink/dialect.hpp"
#include "connectors/sql_sink/target_connection.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the target lacks for these settings, found out before the first record.
namespace tandem::sql_sink {

struct TargetProblem {
  ErrorKind kind;
  std::string setting;  ///< key of the configuration
  Error error() const { return {kind, message, remedy}; }
  std::string message, remedy;
};

/// The table that records of a topic go to, as far as the topic's name tells; nullopt when only a record can.
/// `renamed`: transforms stand before the sink, so that the topic's name may not be the record's. ${source.…}
/// is read from names as Debezium's default topic naming makes them.
std::optional<TableName> table_of_topic(const Settings& settings, const std::string& topic, bool renamed);

/// Rights on the schema and on the position table, its engine.
std::vector<TargetProblem> schema_problems(TargetConnection& connection, const Settings& settings,
                                           const Dialect& dialect);
/// Rights, engine and key of one table; nothing when it is not there.
std::vector<TargetProblem> table_problems(TargetConnection& connection, const Settings& settings,
                                          const Dialect& dialect, const TableName& table);

}  // namespace tandem::sql_sink
