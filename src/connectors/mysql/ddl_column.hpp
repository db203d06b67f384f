#pragma once
#include "connectors/mysql/ddl_tokens.hpp"
#include "connectors/relational/model/table.hpp"

#include <optional>

namespace tandem::mysql {

/// A column definition and what it says beyond the column.
struct ColumnDefinition {
  relational::Column column;
  bool primary_key = false, unique_key = false;
};

/// Reads "type attributes…" after the column's name, up to FIRST, AFTER, ',' or ')'. False: not a type that
/// we know. `table_charset`: of character columns that name none.
bool parse_column_definition(TokenCursor& c, const std::string& table_charset, bool keep_comments,
                             ColumnDefinition& out);

/// Character set of a collation's name ("latin1_bin" → "latin1").
std::string charset_of_collation(const std::string& collation);
bool has_charset(const relational::Column& column);

}  // namespace tandem::mysql
