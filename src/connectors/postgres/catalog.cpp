#include "connectors/postgres/catalog.hpp"

#include "connectors/relational/model/jdbc_types.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <charconv>
#include <set>
#include <tuple>

namespace tandem::postgres_source {
namespace {

std::int64_t number(BytesView text) {
  std::int64_t v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

std::int32_t jdbc_type_of(const TypeInfo& type) {
  namespace jdbc = relational::jdbc;
  static const std::map<std::string, std::int32_t, std::less<>> known = {{"bool", jdbc::kBit},
                                                                         {"bit", jdbc::kBit},
                                                                         {"int2", jdbc::kSmallint},
                                                                         {"int4", jdbc::kInteger},
                                                                         {"int8", jdbc::kBigint},
                                                                         {"oid", jdbc::kBigint},
                                                                         {"float4", jdbc::kReal},
                                                                         {"float8", jdbc::kDouble},
                                                                         {"money", jdbc::kDouble},
                                                                         {"numeric", jdbc::kNumeric},
                                                                         {"bpchar", jdbc::kChar},
                                                                         {"char", jdbc::kChar},
                                                                         {"varchar", jdbc::kVarchar},
                                                                         {"text", jdbc::kVarchar},
                                                                         {"name", jdbc::kVarchar},
                                                                         {"bytea", jdbc::kBinary},
                                                                         {"date", jdbc::kDate},
                                                                         {"time", jdbc::kTime},
                                                                         {"timetz", jdbc::kTime},
                                                                         {"timestamp", jdbc::kTimestamp},
                                                                         {"timestamptz", jdbc::kTimestamp}};
  if (type.element != 0) {
    return jdbc::kArray;
  }
  if (type.kind == 'e') {
    return jdbc::kVarchar;
  }
  const auto at = known.find(type.name);
  return at == known.end() ? jdbc::kOther : at->second;
}

}  // namespace

void describe_type(relational::Column& column, const TypeInfo* type, ColumnType resolved) {
  column.native_type = static_cast<std::int32_t>(resolved.oid);
  if (type == nullptr) {
    return;
  }
  column.type_name = type->name;
  column.type_expression = type->name;
  column.jdbc_type = jdbc_type_of(*type);
  column.enum_values = type->labels;
  // atttypmod as format_type() reads it: 4 bytes of header for the character types and numeric, none for bit
  // and times.
  const std::int32_t m = resolved.modifier;
  if (m < 0) {
    return;
  }
  if (type->name == "numeric" && m >= 4) {
    column.length = ((m - 4) >> 16) & 0xFFFF;
    column.scale = (m - 4) & 0x7FF;  // of numeric(3,-2) 2046, as the driver reads it
  } else if (type->name == "varchar" || type->name == "bpchar") {
    column.length = m - 4;
  } else if (type->name == "bit" || type->name == "varbit") {
    column.length = m;
  } else if (type->name.starts_with("time")) {
    column.scale = m;
  }
}

namespace {

/// Column size and decimal digits as org.postgresql.jdbc.TypeInfoCache counts them.
std::pair<std::int32_t, std::optional<std::int32_t>> driver_size(const std::string& type,
                                                                 std::int32_t modifier, bool streamed) {
  const auto clock = [&](std::int32_t rest) {
    const std::int32_t digits = modifier < 0 ? 6 : modifier;
    const std::int32_t fraction = digits == 0 ? 0 : digits == 1 ? 3 : digits + 1;
    return std::pair<std::int32_t, std::optional<std::int32_t>>{rest + 8 + fraction, digits};
  };
  if (type == "int2") {
    return {5, 0};
  }
  if (type == "int4" || type == "oid") {
    return {10, 0};
  }
  if (type == "int8") {
    return {19, 0};
  }
  if (type == "float4") {
    return {8, 8};
  }
  if (type == "float8") {
    return {17, 17};
  }
  if (type == "bool" || type == "char") {
    return {1, 0};
  }
  if (type == "numeric") {
    if (modifier < 4) {
      return streamed ? std::pair{131089, std::optional(0)} : std::pair{0, std::optional<std::int32_t>()};
    }
    return {((modifier - 4) >> 16) & 0xFFFF, (modifier - 4) & 0xFFFF};
  }
  if (type == "bit") {
    return {modifier < 0 ? 1 : modifier, 0};
  }
  if (type == "varbit") {
    return {modifier < 0 ? INT32_MAX : modifier, 0};
  }
  if (type == "bpchar" || type == "varchar") {
    return {modifier < 4 ? INT32_MAX : modifier - 4, 0};
  }
  if (type == "date") {
    return {13, 0};
  }
  if (type == "time") {
    return clock(0);
  }
  if (type == "timetz") {
    return clock(6);
  }
  if (type == "timestamp") {
    return clock(14);
  }
  if (type == "timestamptz") {
    return clock(20);
  }
  if (type == "interval") {
    return {49, modifier < 0 ? 6 : modifier & 0xFFFF};
  }
  return {INT32_MAX, 0};
}

}  // namespace

void Catalog::tell_driver_type(relational::Column& column, Oid declared, ColumnType resolved, bool streamed) {
  const TypeInfo* own = type(declared);
  const TypeInfo* base = type(resolved.oid);
  if (own == nullptr || base == nullptr) {
    return;
  }
  const TypeInfo* sized = base->element != 0 ? type(base->element) : base;
  relational::DriverType out;
  out.name = streamed || own->qualified.empty() ? own->name : own->qualified;
  if (!streamed && column.default_expression.value_or("").starts_with("nextval(")) {
    out.name = own->name == "int4"   ? "serial"
               : own->name == "int8" ? "bigserial"
               : own->name == "int2" ? "smallserial"
                                     : out.name;
  }
  std::tie(out.length, out.scale) =
      driver_size(sized == nullptr ? base->name : sized->name, resolved.modifier, streamed);
  column.driver_type = std::move(out);
}

namespace {

/// The patterns of io.debezium.connector.postgresql.connection.PostgresConnection.
bool is_expression(const std::string& definition) {
  static const boost::regex function(R"([(]?[A-Za-z0-9_.]+\(.*\))");
  if (boost::regex_match(definition, function)) {
    return true;
  }
  if (definition.size() < 5 || definition.front() != '(' || definition.back() != ')') {
    return false;
  }
  const auto op = definition.find_first_of("+ */<>=~!@#%^&|`?", 2);
  return op != std::string::npos && op + 2 < definition.size();
}

}  // namespace

std::vector<std::string> unique_key(const std::vector<IndexColumn>& columns) {
  std::set<std::string> excluded;
  std::string first;
  std::vector<std::string> out;
  for (const IndexColumn& c : columns) {
    if (excluded.contains(c.index)) {
      continue;
    }
    if (is_expression(c.definition)) {
      excluded.insert(c.index);
      if (first.empty() || first == c.index) {
        first.clear();
        out.clear();
        continue;
      }
    }
    if (first.empty()) {
      first = c.index;
    }
    if (first != c.index) {
      break;
    }
    out.push_back(c.column);
  }
  return out;
}

std::vector<std::string> identifying_key(const std::vector<IndexColumn>& columns) {
  std::vector<std::string> out;
  for (auto at = columns.begin(); at != columns.end();) {
    const auto end = std::find_if(at, columns.end(), [&](const auto& c) { return c.index != at->index; });
    if (std::all_of(at, end, [](const auto& c) { return c.always_set || !c.key; })) {
      for (; at != end && at->key; ++at) {
        out.push_back(at->column);
      }
      break;
    }
    at = end;
  }
  return out;
}

Catalog::Catalog(postgres::Connection& connection, std::string database, bool strict_keys)
    : connection_(&connection), database_(std::move(database)), strict_keys_(strict_keys) {
  refresh_types();
}

Catalog::Catalog(std::vector<TypeInfo> types) {
  for (TypeInfo& t : types) {
    const Oid oid = t.oid;
    types_.emplace(oid, std::move(t));
  }
}

void Catalog::refresh_types() {
  if (connection_ == nullptr) {
    return;
  }
  types_.clear();
  const auto rows = connection_->query(
      "SELECT t.oid, t.typname, t.typtype, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, "
      "t.typbasetype, t.typtypmod, "
      "CASE WHEN pg_type_is_visible(t.oid) THEN '' ELSE format('\"%s\".\"%s\"', n.nspname, t.typname) END "
      "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace");
  for (int i = 0; i < rows.size(); ++i) {
    TypeInfo t;
    t.oid = static_cast<Oid>(number(rows.at(i, 0)));
    t.name = rows.at(i, 1);
    t.kind = rows.at(i, 2).empty() ? 'b' : rows.at(i, 2)[0];
    t.element = static_cast<Oid>(number(rows.at(i, 3)));
    t.base = static_cast<Oid>(number(rows.at(i, 4)));
    t.base_modifier = static_cast<std::int32_t>(number(rows.at(i, 5)));
    t.qualified = rows.at(i, 6);
    types_.emplace(t.oid, std::move(t));
  }
  const auto labels =
      connection_->query("SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder");
  for (int i = 0; i < labels.size(); ++i) {
    types_[static_cast<Oid>(number(labels.at(i, 0)))].labels.emplace_back(labels.at(i, 1));
  }
}

const TypeInfo* Catalog::type(Oid oid) {
  auto at = types_.find(oid);
  if (at == types_.end()) {
    refresh_types();
    at = types_.find(oid);
    if (at == types_.end()) {
      at = types_.emplace(oid, TypeInfo{}).first;  // dropped since: not asked for again
    }
  }
  return at->second.oid == 0 ? nullptr : &at->second;
}

ColumnType Catalog::resolve(Oid oid, std::int32_t modifier) {
  ColumnType out{oid, modifier};
  for (const TypeInfo* t = type(oid); t != nullptr && t->kind == 'd'; t = type(out.oid)) {
    out.oid = t->base;
    out.domain = true;
    if (out.modifier < 0) {
      out.modifier = t->base_modifier;
    }
  }
  return out;
}

std::vector<CatalogTable> Catalog::tables(Partitions partitions) {
  const auto rows = connection_->query(
      "SELECT n.nspname, c.relname, c.relreplident, c.reltuples::bigint, c.relpersistence "
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.relpersistence IN ('p', 'u') AND CASE $1 WHEN 'both' THEN c.relkind IN ('r', 'p') "
      "WHEN 'roots' THEN c.relkind IN ('r', 'p') AND NOT c.relispartition ELSE c.relkind = 'r' END "
      "AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' "
      "ORDER BY n.nspname, c.relname",
      {postgres::Param::text(partitions == Partitions::both    ? "both"
                             : partitions == Partitions::roots ? "roots"
                                                               : "leaves")});
  std::vector<CatalogTable> out;
  for (int i = 0; i < rows.size(); ++i) {
    CatalogTable& t = out.emplace_back();
    t.table.id = {database_, std::string(rows.at(i, 0)), std::string(rows.at(i, 1))};
    t.replica_identity = rows.at(i, 2)[0];
    t.estimated_rows = number(rows.at(i, 3));
    t.unlogged = rows.at(i, 4) == "u";
  }
  return out;
}

std::map<std::string, std::size_t> Catalog::published_columns(const std::string& publication) {
  const auto rows = connection_->query(
      "SELECT schemaname || '.' || tablename, cardinality(attnames) FROM pg_publication_tables WHERE pubname "
      "= $1",
      {postgres::Param::text(publication)});
  std::map<std::string, std::size_t> out;
  for (int i = 0; i < rows.size(); ++i) {
    out.emplace(rows.at(i, 0), static_cast<std::size_t>(number(rows.at(i, 1))));
  }
  return out;
}

std::vector<std::pair<pgoutput::RelationColumn, std::optional<std::string>>> Catalog::added_since(
    const pgoutput::Relation& described, const std::string& publication, std::size_t count) {
  const auto rows = connection_->query(
      "SELECT a.attname, a.atttypid, a.atttypmod, "
      "CASE WHEN a.atthasmissing THEN (a.attmissingval::text::text[])[1] END "
      "FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname "
      "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename "
      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY(p.attnames) AND NOT a.attisdropped "
      "WHERE p.pubname = $1 AND p.schemaname = $2 AND p.tablename = $3 ORDER BY a.attnum LIMIT $4::bigint",
      {postgres::Param::text(publication), postgres::Param::text(described.schema),
       postgres::Param::text(described.name), postgres::Param::text(std::to_string(count))});
  std::vector<std::pair<pgoutput::RelationColumn, std::optional<std::string>>> out;
  const std::size_t known = described.columns.size();
  for (int i = 0; i < rows.size(); ++i) {
    pgoutput::RelationColumn column{false, std::string(rows.at(i, 0)),
                                    static_cast<Oid>(number(rows.at(i, 1))),
                                    static_cast<std::int32_t>(number(rows.at(i, 2)))};
    const auto at = static_cast<std::size_t>(i);
    if (at >= known) {
      out.emplace_back(std::move(column),
                       rows.is_null(i, 3) ? std::nullopt : std::optional(std::string(rows.at(i, 3))));
    } else if (column.name != described.columns[at].name || column.type != described.columns[at].type) {
      return {};
    }
  }
  return out;
}

std::vector<std::string> Catalog::key_columns(const std::string& table_oid) {
  const auto keys = connection_->query(
      "SELECT c.relname, a.attname, i.indisprimary, i.indpred IS NULL AND coalesce(a.attnotnull, false), "
      "k.n <= i.indnkeyatts, coalesce(pg_get_indexdef(i.indexrelid, k.n::int, false), '') "
      "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam "
      "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) "
      "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0 "
      "WHERE i.indrelid = $1::oid AND i.indisunique ORDER BY i.indisprimary DESC, "
      "CASE WHEN i.indisclustered THEN 1 WHEN m.amname = 'hash' THEN 2 ELSE 3 END, c.relname, k.n",
      {postgres::Param::text(table_oid)});
  std::vector<IndexColumn> primary, unique;
  for (int i = 0; i < keys.size(); ++i) {
    const bool is_primary = keys.at(i, 2) == "t";
    if (!is_primary || keys.at(i, 4) == "t") {
      (is_primary ? primary : unique)
          .push_back({std::string(keys.at(i, 0)), std::string(keys.at(i, 1)), std::string(keys.at(i, 5)),
                      keys.at(i, 3) == "t", keys.at(i, 4) == "t"});
    }
  }
  if (primary.empty()) {
    return strict_keys_ ? identifying_key(unique) : unique_key(unique);
  }
  std::vector<std::string> out;
  for (const IndexColumn& c : primary) {
    out.push_back(c.column);
  }
  return out;
}

std::optional<CatalogTable> Catalog::table(const std::string& schema, const std::string& name) {
  const auto rows = connection_->query(
      "SELECT c.oid, c.relreplident, a.attname, a.atttypid, a.atttypmod, a.attnotnull OR t.typtype = 'd' AND "
      "t.typnotnull, "
      "pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '', a.attgenerated <> '' "
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
      "LEFT JOIN pg_type t ON t.oid = a.atttypid "
      "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
      "WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum",
      {postgres::Param::text(schema), postgres::Param::text(name)});
  if (rows.empty()) {
    return std::nullopt;
  }
  CatalogTable out;
  out.table.id = {database_, schema, name};
  const std::string oid(rows.at(0, 0));
  out.replica_identity = rows.at(0, 1)[0];
  for (int i = 0; i < rows.size(); ++i) {
    if (rows.is_null(i, 2)) {
      continue;
    }
    relational::Column& column = out.table.columns.emplace_back();
    column.name = rows.at(i, 2);
    const ColumnType resolved =
        resolve(static_cast<Oid>(number(rows.at(i, 3))), static_cast<std::int32_t>(number(rows.at(i, 4))));
    describe_type(column, type(resolved.oid), resolved);
    column.optional = rows.at(i, 5) != "t";
    if (!rows.is_null(i, 6)) {
      column.default_expression = std::string(rows.at(i, 6));
    }
    column.generated = rows.at(i, 8) == "t";
    column.has_default =
        column.default_expression.has_value();  // Debezium takes what generates a column for one, too
    column.auto_incremented =
        rows.at(i, 7) == "t" || column.default_expression.value_or("").starts_with("nextval(");
    tell_driver_type(column, static_cast<Oid>(number(rows.at(i, 3))), resolved, false);
    out.types.push_back(resolved);
  }
  out.table.renumber();
  out.table.primary_key = key_columns(oid);
  return out;
}

}  // namespace tandem::postgres_source
