#pragma once
#include "connectors/sql_sink/target_connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tandem::sql_sink {

/// What SHOW GRANTS says of the user of a connection, active roles included: for rights that no statement
/// without effect shows (CREATE, ALTER).
class MysqlGrants {
 public:
  static MysqlGrants read(TargetConnection& connection);
  /// `lines` as SHOW GRANTS writes them.
  static MysqlGrants parse(const std::vector<std::string>& lines);
  /// `table`: "" asks for the right on the whole database.
  bool has(std::string_view privilege, std::string_view database, std::string_view table) const;

 private:
  struct Entry {
    bool taken = false;           ///< a partial REVOKE (MySQL 8.0.16)
    std::string database, table;  ///< "*": any
    std::vector<std::string> privileges;
  };
  std::vector<Entry> entries_;
};

}  // namespace tandem::sql_sink
