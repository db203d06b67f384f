#pragma once
#include "connectors/sql_sink/target_connection.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tandem::test {

/// A MySQL server as far as the sink speaks to one, in memory: tables with a primary key, transactions (one
/// writer at a time; who comes second gets a lock wait timeout), duplicate keys, the catalogue. Understands
/// the statements that MysqlDialect and PositionStore make; any other throws std::logic_error.
struct TwinServer {
  using Row = std::vector<std::optional<std::string>>;
  struct Table {
    std::vector<std::string> columns, types, key;
    std::map<std::vector<std::string>, Row> rows;  ///< by key
  };
  std::map<std::string, Table> tables;  ///< what is committed
  const void* writer = nullptr;         ///< connection with an open transaction

  std::unique_ptr<sql_sink::TargetConnection> connect();
};

}  // namespace tandem::test
