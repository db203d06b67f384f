#pragma once
#include "connectors/mysql/ddl_parser.hpp"
#include "connectors/mysql/ddl_tokens.hpp"

#include <string>
#include <vector>

/// The parts of CREATE TABLE and ALTER TABLE that change a table's shape.
namespace tandem::mysql {

struct DdlContext {
  Catalog& catalog;
  std::string database;  ///< of names without one
  DdlOptions options;
  bool creates = false;  ///< CREATE TABLE
};

/// `db`.`table` or a name in `database`.
TableId read_table_id(TokenCursor& c, const std::string& database);
/// "(a, b(10) desc, …)": names. An expression makes the list empty.
std::vector<std::string> read_key_columns(TokenCursor& c);
bool has_columns(const Table& table, const std::vector<std::string>& columns);
/// A unique key stands in for a missing primary key when it is of known columns, none of which may be null.
void take_unique_key(Table& table, const std::vector<std::string>& columns);
/// "( definitions ) options"; false: not understood (CREATE TABLE … SELECT).
bool read_table_body(TokenCursor& c, const DdlContext& context, Table& table);
/// What follows ALTER TABLE name; false: not understood.
bool read_alterations(TokenCursor& c, const DdlContext& context, Table& table);

}  // namespace tandem::mysql
