#pragma once
#include "connectors/relational/model/table.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tandem::mysql {

using relational::Table;
using relational::TableId;
using relational::TablePtr;

/// Tables and default character sets as the log stands at one position: what the schema history rebuilds.
struct Catalog {
  std::unordered_map<TableId, TablePtr> tables;
  std::map<std::string, std::string> database_charset;
  std::string server_charset = "utf8mb4";

  TablePtr find(const TableId& id) const;
  /// Of a database, else of the server.
  const std::string& charset_of(const std::string& database) const;
};

/// One effect of a statement, as one schema history entry tells it.
struct DdlChange {
  /// index: a unique index that becomes the key. other: no effect that is known; the entry holds the whole
  /// statement.
  enum class Kind { create, alter, index, drop, database, set, other };
  Kind kind = Kind::other;
  TableId id;                       ///< of table kinds
  std::optional<TableId> previous;  ///< rename
  bool by_rename_table = false;     ///< only RENAME TABLE tells its old name in the history
  TablePtr table;                   ///< the new shape; nullptr for drop and where nothing changes
  std::string database;             ///< that the entry belongs to
  std::string ddl;                  ///< text of the entry
  /// The shape could not be worked out from the text; it has to be read from the server.
  bool unknown_shape = false;
};

struct DdlOptions {
  bool keep_comments = false;  ///< include.schema.comments
  bool mariadb = false;        ///< as Debezium's MariaDB parser, which differs here and there
};

/// What io.debezium.connector.mysql.antlr.DdlNormalizer makes of a statement before it is parsed, stored and
/// told: "text" in single quotes, names that are words of window functions in backticks.
std::string rewritten_ddl(std::string_view statement);

/// Works out what a statement does to the catalogue, and does it there. Never throws and never refuses: one
/// that is not understood and names a table gives a change with `unknown_shape`, any other a change of kind
/// `other`; only a statement without words gives nothing.
std::vector<DdlChange> apply_ddl(Catalog& catalog, std::string_view statement,
                                 const std::string& current_database, const DdlOptions& options);

/// The table of a TRUNCATE statement; nullopt for any other.
std::optional<TableId> truncated_table(std::string_view statement, const std::string& current_database);

/// Debezium's internal filter: statements that are neither stored nor told (GRANT, views, routines …).
bool is_filtered_ddl(std::string_view statement);

}  // namespace tandem::mysql
