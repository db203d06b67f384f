#include "connectors/sql_sink/target_checks.hpp"

#include "connectors/sql_sink/mysql/grants.hpp"
#include "connectors/sql_sink/record_plan.hpp"
#include "connectors/sync/marker.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

/// One look at one table, or at the schema.
class Check {
 public:
  Check(TargetConnection& connection, const Settings& settings, const Dialect& dialect)
      : connection_(connection), s_(settings), dialect_(dialect), postgres_(settings.url.is_postgres()) {
    const auto rows = connection_.query(postgres_ ? "SELECT current_user, current_schema()"
                                                  : "SELECT CURRENT_USER(), DATABASE()");
    user_ = rows.at(0).at(0).value_or("");
    schema_ = rows.at(0).at(1).value_or("");
  }

  const std::string& schema() const { return schema_; }

  void add(ErrorKind kind, std::string setting, std::string message, std::string remedy) {
    problems_.push_back({kind, std::move(setting), std::move(message), std::move(remedy)});
  }
  std::vector<TargetProblem> take() { return std::move(problems_); }

  /// `setting`=`value` needs `privileges` on the table.
  void rights(const TableName& table, const std::string& setting, const std::string& value,
              const std::vector<std::string>& privileges, const std::string& column) {
    std::vector<std::string> missing;
    for (const auto& privilege : privileges) {
      if (postgres_ ? !postgres_has(table, privilege) : !mysql_has(table, privilege, column)) {
        missing.push_back(privilege);
      }
    }
    if (!missing.empty()) {
      const std::string list = fmt::format("{}", fmt::join(missing, ", "));
      add(ErrorKind::auth, setting,
          fmt::format("{}={} needs {} on table {}, which user {} has not", setting, value, list, table.text(),
                      user_),
          fmt::format("GRANT {} ON {} TO {}", list, qualified(table), grantee()));
    }
  }

  void may_create(const std::string& setting, const std::string& value, const TableName& table) {
    const std::string& schema = table.schema.empty() ? schema_ : table.schema;
    const bool may = postgres_ ? yes(fmt::format("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = "
                                                 "{0} AND has_schema_privilege(oid, 'CREATE'))",
                                                 dialect_.quote_text(schema)))
                               : grants().has("CREATE", schema, table.table);
    if (!may) {
      add(ErrorKind::auth, setting,
          fmt::format("{}={}: user {} may not create tables in {} {}", setting, value, user_,
                      postgres_ ? "schema" : "database", schema),
          postgres_ ? fmt::format("GRANT CREATE ON SCHEMA {} TO {}", dialect_.quote(schema), grantee())
                    : fmt::format("GRANT CREATE ON {}.* TO {}", dialect_.quote(schema), grantee()));
    }
  }

  void may_alter(const std::string& setting, const std::string& value, const TableName& table) {
    const std::string& schema = table.schema.empty() ? schema_ : table.schema;
    const std::string off = s_.flavour == Flavour::debezium ? "schema.evolution=none" : "auto.evolve=false";
    if (!postgres_) {
      if (!grants().has("ALTER", schema, table.table)) {
        add(ErrorKind::auth, setting,
            fmt::format("{}={} adds columns, and user {} may not ALTER table {}", setting, value, user_,
                        table.text()),
            fmt::format("GRANT ALTER ON {} TO {}; or set {}", qualified(table), grantee(), off));
      }
      return;
    }
    const auto owner =
        connection_.query(fmt::format("SELECT pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE') FROM "
                                      "pg_class WHERE oid = {}::regclass",
                                      dialect_.quote_text(dialect_.quote(table))));
    if (!owner.empty() && owner[0][1].value_or("t") != "t") {
      const std::string name = owner[0][0].value_or("");
      add(ErrorKind::auth, setting,
          fmt::format("{}={} adds columns, and table {} belongs to {}, not to user {}", setting, value,
                      table.text(), name, user_),
          fmt::format("GRANT {} TO {}; or set {}", dialect_.quote(name), grantee(), off));
    }
  }

 private:
  bool yes(const std::string& sql) {
    const auto rows = connection_.query(sql);
    return !rows.empty() && rows[0][0].value_or("f") == "t";
  }
  std::string grantee() const {
    if (postgres_) {
      return dialect_.quote(user_);
    }
    const auto at = user_.rfind('@');
    return dialect_.quote_text(user_.substr(0, at)) + "@" +
           dialect_.quote_text(at == std::string::npos ? "%" : user_.substr(at + 1));
  }
  std::string qualified(TableName table) const {
    table.schema = table.schema.empty() ? schema_ : table.schema;
    return dialect_.quote(table);
  }

  bool postgres_has(const TableName& table, const std::string& privilege) {
    // Rights on some columns may do: which ones are written is not known yet.
    return yes(fmt::format(
        "SELECT {}({}, '{}')",
        privilege == "DELETE" || privilege == "TRUNCATE" ? "has_table_privilege" : "has_any_column_privilege",
        dialect_.quote_text(dialect_.quote(table)), privilege));
  }

  /// EXPLAIN checks rights as the statement does, and changes nothing.
  bool mysql_has(const TableName& table, const std::string& privilege, const std::string& column) {
    const std::string t = dialect_.quote(table), c = dialect_.quote(column);
    const std::string sql = privilege == "INSERT" ? fmt::format("INSERT INTO {} ({}) VALUES (DEFAULT)", t, c)
                            : privilege == "UPDATE" ? fmt::format("UPDATE {} SET {} = DEFAULT", t, c)
                            : privilege == "DELETE" ? fmt::format("DELETE FROM {}", t)
                                                    : fmt::format("SELECT {} FROM {}", c, t);
    try {
      connection_.query("EXPLAIN " + sql);
    } catch (const StatementFailure& e) {
      if (e.failure == FailureClass::lost) {
        throw;
      }
      // Database, table, column access denied; anything else is not about rights.
      return e.code != "1044" && e.code != "1142" && e.code != "1143";
    }
    return true;
  }

  const MysqlGrants& grants() {
    if (!grants_) {
      grants_ = MysqlGrants::read(connection_);
    }
    return *grants_;
  }

  TargetConnection& connection_;
  const Settings& s_;
  const Dialect& dialect_;
  const bool postgres_;
  std::string user_, schema_;
  std::optional<MysqlGrants> grants_;
  std::vector<TargetProblem> problems_;
};

std::string_view word(InsertMode mode) {
  return mode == InsertMode::upsert ? "upsert" : mode == InsertMode::update ? "update" : "insert";
}

bool no_transactions(const TargetTable& table) { return !table.engine.empty() && table.engine != "InnoDB"; }

/// A column of the key that settings alone tell; empty when the records have to.
std::vector<std::string> configured_key(const Settings& s) {
  std::vector<std::string> key = s.key_fields;
  if (s.key_mode == KeyMode::kafka && key.empty()) {
    return {"__connect_topic", "__connect_partition", "__connect_offset"};
  }
  for (auto& column : key) {
    if (s.fold_column_names && s.key_mode != KeyMode::kafka) {
      std::transform(column.begin(), column.end(), column.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
  }
  return key;
}

void check_key(Check& check, const Settings& s, const Dialect& dialect, const TargetTable& table) {
  if (s.insert_mode != InsertMode::upsert) {
    return;
  }
  const auto key = configured_key(s);
  const bool fits =
      key.empty() ? !table.primary_key.empty() || !table.unique_keys.empty() : table.unique_over(key);
  if (fits) {
    return;
  }
  std::string list;
  for (const auto& column : key) {
    list += (list.empty() ? "" : ", ") + dialect.quote(column);
  }
  check.add(
      ErrorKind::schema, "insert.mode",
      fmt::format(
          "insert.mode=upsert: table {} has no primary key or unique index{}, so rows cannot be upserted",
          table.name.text(), list.empty() ? "" : " over (" + list + ")"),
      fmt::format("ALTER TABLE {} ADD PRIMARY KEY ({})", dialect.quote(table.name),
                  list.empty() ? "the columns of the records' key" : list));
}

}  // namespace

std::optional<TableName> table_of_topic(const Settings& s, const std::string& topic, bool renamed) {
  const bool by_topic = s.table_format.find("${topic}") != std::string::npos;
  if (by_topic && renamed) {
    return std::nullopt;
  }
  if (s.table_format.find("${source.") == std::string::npos) {
    return s.table_format.find("${") == std::string::npos || by_topic
               ? std::optional(target_name(s, topic, nullptr))
               : std::nullopt;
  }
  const auto last = topic.rfind('.');
  const auto before = last == std::string::npos || last == 0 ? std::string::npos : topic.rfind('.', last - 1);
  if (before == std::string::npos) {
    return std::nullopt;
  }
  static const SchemaPtr shape = [] {
    auto schema = SchemaBuilder::structure();
    for (const char* f : {"db", "schema", "table"}) {
      schema.field(f, primitive(SchemaType::string));
    }
    return schema.build();
  }();
  for (std::size_t at = s.table_format.find("${source."); at != std::string::npos;
       at = s.table_format.find("${source.", at + 1)) {
    const auto field = s.table_format.substr(at + 9, s.table_format.find('}', at) - at - 9);
    if (shape->field(field) == nullptr) {
      return std::nullopt;
    }
  }
  Struct source(shape);
  const std::string owner = topic.substr(before + 1, last - before - 1);
  source.fields = {Value(owner), Value(owner), Value(topic.substr(last + 1))};
  return target_name(s, topic, &source);
}

std::vector<TargetProblem> schema_problems(TargetConnection& connection, const Settings& s,
                                           const Dialect& dialect) {
  Check check(connection, s, dialect);
  if (check.schema().empty() && s.url.is_postgres() && (s.create_tables || s.in_link())) {
    check.add(ErrorKind::config, "connection.url",
              "the user has no schema to write to: none of the search path exists",
              "add currentSchema=NAME to connection.url");
    return check.take();
  }
  if (s.create_tables) {
    const bool debezium = s.flavour == Flavour::debezium;
    check.may_create(debezium ? "schema.evolution" : "auto.create", debezium ? "basic" : "true",
                     {check.schema(), ""});
  }
  if (!s.in_link()) {
    return check.take();
  }
  const TableName positions{check.schema(), std::string(sync::kPositionTable)};
  const auto table = load_table(connection, dialect, s.url.is_postgres(), positions);
  if (!table) {
    check.may_create("sync.link", s.link, positions);
    return check.take();
  }
  check.rights(positions, "sync.link", s.link, {"SELECT", "INSERT", "UPDATE"}, "epoch");
  if (no_transactions(*table)) {
    check.add(ErrorKind::schema, "sync.link",
              fmt::format("sync.link={}: table {} has engine {}, which has no transactions", s.link,
                          positions.text(), table->engine),
              fmt::format("ALTER TABLE {} ENGINE=InnoDB", dialect.quote(positions)));
  }
  return check.take();
}

std::vector<TargetProblem> table_problems(TargetConnection& connection, const Settings& s,
                                          const Dialect& dialect, const TableName& name) {
  const auto table = load_table(connection, dialect, s.url.is_postgres(), name);
  if (!table || table->columns.empty()) {
    return {};  // made when its first record comes, or refused then with the statement that makes it
  }
  Check check(connection, s, dialect);
  std::string column = table->columns.front().name;
  for (const auto& c : table->columns) {
    if (!c.generated) {
      column = c.name;
      break;
    }
  }
  std::vector<std::string> writes;
  if (s.insert_mode != InsertMode::update) {
    writes.emplace_back("INSERT");
  }
  if (s.insert_mode != InsertMode::insert) {
    writes.emplace_back("UPDATE");
    // ON CONFLICT and WHERE read the key; ON DUPLICATE KEY only where another row has to be told from the one
    // meant.
    const bool one_index = table->unique_keys.size() + (table->primary_key.empty() ? 0U : 1U) == 1;
    if (s.url.is_postgres() || s.insert_mode == InsertMode::update || s.in_link() || !one_index) {
      writes.emplace_back("SELECT");
    }
  }
  check.rights(name, "insert.mode", std::string(word(s.insert_mode)), writes, column);
  if (s.delete_enabled) {
    check.rights(name, "delete.enabled", "true", {"DELETE", "SELECT"}, column);
  }
  if (s.truncate_enabled) {
    check.rights(name, "truncate.enabled", "true", {s.url.is_postgres() ? "TRUNCATE" : "DELETE"}, column);
  }
  if (s.add_columns) {
    const bool debezium = s.flavour == Flavour::debezium;
    check.may_alter(debezium ? "schema.evolution" : "auto.evolve", debezium ? "basic" : "true", name);
  }
  if (s.in_link() && no_transactions(*table)) {
    check.add(ErrorKind::schema, "sync.link",
              fmt::format("sync.link={}: table {} has engine {}, which has no transactions", s.link,
                          name.text(), table->engine),
              fmt::format("ALTER TABLE {} ENGINE=InnoDB", dialect.quote(name)));
  }
  check_key(check, s, dialect, *table);
  return check.take();
}

}  // namespace tandem::sql_sink
