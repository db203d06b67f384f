#pragma once
#include "connectors/clients/postgres/connection.hpp"
#include "connectors/postgres/pgoutput/messages.hpp"
#include "connectors/relational/model/table.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::postgres_source {

using Oid = postgres::Oid;

/// A row of pg_type.
struct TypeInfo {
  Oid oid = 0;
  std::string name;
  char kind = 'b';  ///< typtype: b base, c composite, d domain, e enum, p pseudo, r range, m multirange
  Oid element = 0;  ///< of a true array, else 0
  Oid base = 0;     ///< of a domain
  std::int32_t base_modifier = -1;
  std::vector<std::string> labels;  ///< of an enum, in enumsortorder
  std::string qualified = {};       ///< "schema"."name" when it is not on the search path, else empty
};

/// A column's type with domains resolved.
struct ColumnType {
  Oid oid = 0;
  std::int32_t modifier = -1;
  bool domain = false;  ///< declared as one
};

/// A table as the catalogue has it now, and the types of its columns by position.
struct CatalogTable {
  relational::Table table;
  std::vector<ColumnType> types;
  char replica_identity = 'd';
  bool unlogged = false;  ///< the WAL does not hold its changes
  std::int64_t estimated_rows = 0;
};

/// A column of a unique index.
struct IndexColumn {
  std::string index;
  std::string column;      ///< empty for an expression
  std::string definition;  ///< as pg_get_indexdef() writes it
  bool always_set;         ///< NOT NULL, of an index over the whole table
  bool key;                ///< not one of INCLUDE
};
/// Debezium's key of a table without primary key: the first unique index of columns (with those of INCLUDE),
/// in the order of the driver's getIndexInfo(). Also where columns may be null or the index covers a part of
/// the rows.
std::vector<std::string> unique_key(const std::vector<IndexColumn>& columns);
/// The first that tells any two rows apart: it could serve as replica identity.
std::vector<std::string> identifying_key(const std::vector<IndexColumn>& columns);

/// The server's system catalogue, read on demand. One thread. Throws SqlError.
class Catalog {
 public:
  /// `database` is the name for TableId::catalog. `strict_keys`: a key tells any two rows apart (in a link,
  /// where keys are applied to another database), else it is Debezium's.
  Catalog(postgres::Connection& connection, std::string database, bool strict_keys);
  /// These types and no server: there are no tables (tests).
  explicit Catalog(std::vector<TypeInfo> types);

  /// nullptr when there is none, also after asking the server again.
  const TypeInfo* type(Oid oid);
  ColumnType resolve(Oid oid, std::int32_t modifier);
  /// `streamed`: as a Relation message tells it, else as the catalogue.
  void tell_driver_type(relational::Column& column, Oid declared, ColumnType resolved, bool streamed);
  /// Tables outside the system schemas, without columns; by schema and name. Partitioned tables come as their
  /// root or as their leaves, as publish_via_partition_root has the changes come. Of partitioned tables: the
  /// root, its parts, or both (as Debezium, whose snapshot then holds rows twice).
  enum class Partitions { roots, leaves, both };
  std::vector<CatalogTable> tables(Partitions partitions);
  /// One table with columns and key; nullopt when it does not exist (any more).
  std::optional<CatalogTable> table(const std::string& schema, const std::string& name);
  /// How many columns each table of `publication` has now, by "schema.table". Servers from 15.
  std::map<std::string, std::size_t> published_columns(const std::string& publication);
  /// The next columns of a table behind those of a relation as described, until it has `count`, each with the
  /// text that rows from before it have there; nullopt: null. None when what was described is not the
  /// beginning of the table.
  std::vector<std::pair<pgoutput::RelationColumn, std::optional<std::string>>> added_since(
      const pgoutput::Relation& described, const std::string& publication, std::size_t count);
  /// Rereads the types (after ALTER TYPE … ADD VALUE).
  void refresh_types();

 private:
  std::vector<std::string> key_columns(const std::string& table_oid);

  postgres::Connection* connection_ = nullptr;
  std::string database_;
  bool strict_keys_ = false;
  std::unordered_map<Oid, TypeInfo> types_;
};

/// Fills type name, length, scale and JDBC type of `column` from the resolved type.
void describe_type(relational::Column& column, const TypeInfo* type, ColumnType resolved);

}  // namespace tandem::postgres_source
