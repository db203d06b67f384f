#pragma once
#include "connectors/mysql/ddl_parser.hpp"
#include "connectors/mysql/ddl_tokens.hpp"
#include "connectors/relational/model/table.hpp"

#include <optional>

namespace tandem::mysql {

/// A column definition and what it says beyond the column.
struct ColumnDefinition {
  relational::Column column;
  bool primary_key = false, unique_key = false;
};

/// What a definition is read for.
struct DefinitionContext {
  std::string table_charset;  ///< of character columns that name none
  DdlOptions options;
  bool in_list = false;  ///< ADD (…, …), of which Debezium for MySQL reads type, NULL and DEFAULT only
};

/// Reads "type attributes…" after the column's name, up to FIRST, AFTER, ',' or ')'. False: not a type that
/// we know. What `out` holds before is kept where the definition does not tell it.
bool parse_column_definition(TokenCursor& c, const DefinitionContext& context, ColumnDefinition& out);
/// A value after DEFAULT.
void read_default(TokenCursor& c, bool mariadb, relational::Column& column);

/// A text after COMMENT, as Debezium keeps it: without the outer quotes, escapes as they stand there.
std::string read_comment(TokenCursor& c);

/// Character set of a collation's name ("latin1_bin" → "latin1").
std::string charset_of_collation(const std::string& collation);
bool has_charset(const relational::Column& column);

}  // namespace tandem::mysql
