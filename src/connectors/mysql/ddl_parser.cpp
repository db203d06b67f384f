#include "connectors/mysql/ddl_parser.hpp"

#include "connectors/mysql/ddl_alter.hpp"
#include "connectors/mysql/ddl_column.hpp"

#include <algorithm>
#include <boost/regex.hpp>

namespace tandem::mysql {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') {
      out += '`';
    }
  }
  return out + "`";
}

class Statement {
 public:
  Statement(Catalog& catalog, std::string_view sql, const std::string& database, const DdlOptions& options)
      : context_{catalog, database, options}, sql_(sql), c_(sql, tokenize(sql, !options.mariadb)) {}

  std::vector<DdlChange> run() {
    if (c_.look_words({"SET", "STATEMENT"})) {  // MariaDB: settings for one statement
      while (!c_.at_end() && !c_.accept("FOR")) {
        c_.next();
      }
    }
    begin_ = c_.peek().begin;
    if (c_.accept("CREATE")) {
      create();
    } else if (c_.accept("ALTER")) {
      c_.accept("ONLINE");
      c_.accept("IGNORE");
      if (c_.accept("TABLE")) {
        alter();
      } else if (c_.accept("DATABASE") || c_.accept("SCHEMA")) {
        read_database_options();
      }
    } else if (c_.accept("DROP")) {
      drop();
    } else if (c_.accept_all({"RENAME", "TABLE"}) || c_.accept_all({"RENAME", "TABLES"})) {
      rename();
    } else if (c_.peek().is_word("SET") || c_.peek().is_word("USE")) {
      set_or_use();
    }
    return std::move(out_);
  }

 private:
  DdlChange& add(DdlChange::Kind kind, const TableId& id, TablePtr table) {
    DdlChange change;
    change.kind = kind;
    change.id = id;
    change.database = id.catalog;
    change.table = std::move(table);
    change.ddl = text_from(begin_);
    return out_.emplace_back(std::move(change));
  }

  /// Debezium's entries begin with the statement's first token and end with its last one: comments before it,
  /// a comment's end or a semicolon behind it are left out.
  std::string text_from(std::size_t begin) const { return std::string(c_.between(begin, c_.end_of_last())); }

  void create() {
    c_.accept_all({"OR", "REPLACE"});
    if (c_.accept("DATABASE") || c_.accept("SCHEMA")) {
      create_database();
    } else if (c_.accept("TABLE")) {
      create_table();
    } else {
      const std::size_t index_from = context_.options.mariadb ? begin_ : c_.peek().begin;
      if (c_.accept("UNIQUE")) {
        create_unique_index(index_from);
      }
    }
  }

  void create_unique_index(std::size_t text_from_here) {
    while (!c_.at_end() && !c_.accept("ON")) {
      c_.next();
    }
    const TableId id = read_table_id(c_, context_.database);
    const TablePtr old = context_.catalog.find(id);
    const auto columns = read_key_columns(c_);
    if (!old || !old->primary_key.empty() || !has_columns(*old, columns)) {
      return;
    }
    auto table = std::make_shared<Table>(*old);
    take_unique_key(*table, columns);
    put(id, table);
    add(DdlChange::Kind::index, id, table).ddl = text_from(text_from_here);
  }

  void create_table() {
    const bool if_not_exists = c_.accept_all({"IF", "NOT", "EXISTS"});
    const TableId id = read_table_id(c_, context_.database);
    const bool like = c_.look_words({"LIKE"}) || (c_.peek().is('(') && c_.peek(1).is_word("LIKE"));
    if (if_not_exists && context_.catalog.find(id)) {
      return;
    }
    context_.creates = true;
    auto table = std::make_shared<Table>();
    table->id = id;
    if (like) {
      c_.accept('(');
      c_.accept("LIKE");
      const TablePtr original = context_.catalog.find(read_table_id(c_, context_.database));
      if (!original) {
        add(DdlChange::Kind::create, id, nullptr).unknown_shape = true;
        return;
      }
      *table = *original;
      table->id = id;
    } else if (!read_table_body(c_, context_, *table)) {
      add(DdlChange::Kind::create, id, nullptr).unknown_shape = true;
      return;
    }
    // A statement that is read again after a restart: Debezium passes over a table that it knows.
    if (const TablePtr known = context_.catalog.find(id); !known || !(*known == *table)) {
      put(id, table);
      add(DdlChange::Kind::create, id, table);
    }
  }

  void put(const TableId& id, TablePtr table) { context_.catalog.tables[id] = std::move(table); }

  void alter() {
    c_.accept_all({"IF", "EXISTS"});
    const TableId id = read_table_id(c_, context_.database);
    const TablePtr old = context_.catalog.find(id);
    if (!old) {
      add(DdlChange::Kind::alter, id, nullptr).unknown_shape = true;
      return;
    }
    auto table = std::make_shared<Table>(*old);
    if (!read_alterations(c_, context_, *table)) {
      add(DdlChange::Kind::alter, id, nullptr).unknown_shape = true;
      return;
    }
    const bool renamed = !(table->id == id);
    if (renamed) {
      context_.catalog.tables.erase(id);
    }
    put(table->id, table);
    auto& change = add(DdlChange::Kind::alter, table->id, table);
    if (renamed) {
      change.previous = id;
    }
  }

  void drop() {
    if (c_.accept("DATABASE") || c_.accept("SCHEMA")) {
      c_.accept_all({"IF", "EXISTS"});
      const std::string name = c_.next().text;
      std::erase_if(context_.catalog.tables, [&](const auto& e) { return e.first.catalog == name; });
      context_.catalog.database_charset.erase(name);
      add(DdlChange::Kind::database, {name, {}, {}}, nullptr);
      return;
    }
    if (!c_.accept("TABLE") && !c_.accept("TABLES")) {
      return;  // DROP TEMPORARY TABLE, DROP INDEX and the rest
    }
    c_.accept_all({"IF", "EXISTS"});
    const std::string prefix(c_.between(begin_, c_.peek().begin));
    do {
      const TableId id = read_table_id(c_, context_.database);
      context_.catalog.tables.erase(id);
      add(DdlChange::Kind::drop, id, nullptr).ddl = prefix + quoted(id.catalog) + "." + quoted(id.table);
    } while (c_.accept(','));
    if (c_.peek().is_word("RESTRICT") || c_.peek().is_word("CASCADE")) {
      const std::string& word = c_.peek().text;
      for (auto& change : out_) {
        change.ddl += " " + (context_.options.mariadb ? word : upper_case(word));
      }
    }
  }

  void rename() {
    c_.accept_all({"IF", "EXISTS"});
    const std::string prefix(c_.between(begin_, c_.peek().begin));
    do {
      const std::size_t begin = c_.peek().begin;
      const TableId from = read_table_id(c_, context_.database);
      c_.accept("TO");
      const TableId to = read_table_id(c_, context_.database);
      const TablePtr old = context_.catalog.find(from);
      auto& change = add(DdlChange::Kind::alter, to, nullptr);
      change.ddl = prefix + std::string(c_.between(begin, c_.last_end()));
      change.previous = from;
      change.by_rename_table = true;
      if (!old) {
        change.unknown_shape = !context_.catalog.find(to);
        continue;
      }
      auto table = std::make_shared<Table>(*old);
      table->id = to;
      context_.catalog.tables.erase(from);
      put(to, table);
      change.table = std::move(table);
    } while (c_.accept(','));
  }

  void create_database() {
    c_.accept_all({"IF", "NOT", "EXISTS"});
    const std::string name = c_.peek().text;
    if (!read_database_options()) {
      context_.catalog.database_charset[name] = context_.catalog.server_charset;
    }
    add(DdlChange::Kind::database, {name, {}, {}}, nullptr);
  }

  /// "[name] options"; whether they name a character set.
  bool read_database_options() {
    std::string name = context_.database;
    const Token& t = c_.peek();
    if (t.is_name() && !t.is_word("DEFAULT") && !t.is_word("CHARACTER") && !t.is_word("CHARSET") &&
        !t.is_word("COLLATE")) {
      name = c_.next().text;
    }
    std::optional<std::string> charset;
    while (!c_.at_end()) {
      if (c_.accept_all({"CHARACTER", "SET"}) || c_.accept("CHARSET")) {
        c_.accept('=');
        charset = c_.next().text;
      } else if (c_.accept("COLLATE")) {
        c_.accept('=');
        const auto collation = c_.next().text;
        charset = charset.value_or(charset_of_collation(collation));
      } else {
        c_.next();
      }
    }
    if (!charset || upper_case(*charset) == "DEFAULT") {
      return false;
    }
    context_.catalog.database_charset[name] = *charset;
    return true;
  }

  void set_or_use() {
    if (c_.accept("USE")) {
      add(DdlChange::Kind::set, {c_.next().text, {}, {}}, nullptr);
      return;
    }
    c_.accept("SET");
    c_.accept("GLOBAL");
    if (c_.peek().is_word("CHARACTER_SET_SERVER") && c_.peek(1).is('=')) {
      c_.next();
      c_.next();
      context_.catalog.server_charset = c_.next().text;
      add(DdlChange::Kind::set, {}, nullptr);
    }
  }

  DdlContext context_;
  std::string_view sql_;
  TokenCursor c_;
  std::size_t begin_ = 0;  ///< of the statement's first token
  std::vector<DdlChange> out_;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

TablePtr Catalog::find(const TableId& id) const {
  const auto it = tables.find(id);
  return it == tables.end() ? nullptr : it->second;
}

const std::string& Catalog::charset_of(const std::string& database) const {
  const auto it = database_charset.find(database);
  return it == database_charset.end() ? server_charset : it->second;
}

std::vector<DdlChange> apply_ddl(Catalog& catalog, std::string_view statement,
                                 const std::string& current_database, const DdlOptions& options) {
  const std::string text = options.mariadb ? std::string(statement) : rewritten_ddl(statement);
  auto changes = Statement(catalog, text, current_database, options).run();
  if (const auto whole = trimmed(statement); changes.empty() && !whole.empty()) {
    DdlChange& change = changes.emplace_back();
    change.database = current_database;
    change.ddl = whole;
  }
  return changes;
}

std::optional<TableId> truncated_table(std::string_view statement, const std::string& current_database) {
  TokenCursor c(statement, tokenize(statement.substr(0, std::min<std::size_t>(statement.size(), 1000))));
  if (!c.accept("TRUNCATE")) {
    return std::nullopt;
  }
  c.accept("TABLE");
  if (!c.peek().is_name()) {
    return std::nullopt;
  }
  std::string first = c.next().text;
  if (c.accept('.') && c.peek().is_name()) {
    return TableId{first, {}, c.next().text};
  }
  return TableId{current_database, {}, first};
}

bool is_filtered_ddl(std::string_view statement) {
  // The default of schema.history.internal.ddl.filter. TRUNCATE TABLE is in it, too, but goes another way.
  static const boost::regex filter(
      "DROP TEMPORARY TABLE IF EXISTS .+ /\\* generated by server \\*/"
      "|(SET STATEMENT .*)?INSERT INTO (mysql\\.)?rds_heartbeat2\\(.*\\) values \\(.*\\) ON DUPLICATE KEY "
      "UPDATE value = .*"
      "|(SET STATEMENT .*)?DELETE FROM (mysql\\.)?rds_(sysinfo|monitor).*"
      "|(SET STATEMENT .*)?INSERT INTO (mysql\\.)?rds_sysinfo\\(.*\\) values \\(.*\\)"
      "|(SET STATEMENT .*)?INSERT INTO (mysql\\.)?rds_monitor\\(.*\\) values \\(.*\\)( ON DUPLICATE KEY "
      "UPDATE value = .*)?"
      "|FLUSH RELAY LOGS.*"
      "|SAVEPOINT .*"
      "|\\s*#\\s*Dummy event.*"
      "|(SET STATEMENT .*)?REPLACE INTO .*"
      "|(?:SET STATEMENT\\s+.*?FOR\\s+)?(?:GRANT|REVOKE)\\s+.*"
      "|(?:SET STATEMENT\\s+.*?FOR\\s+)?(?:ANALYZE|OPTIMIZE|REPAIR)\\s+(?:NO_WRITE_TO_BINLOG\\s+|LOCAL\\s+)?"
      "TABLE\\s+.*"
      "|(?:SET STATEMENT\\s+.*?FOR\\s+)?(CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+)?"
      "(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(USER|ROLE)\\b.*"
      "|(?:SET STATEMENT\\s+.*?FOR\\s+)?(CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+)?"
      "(?:ALGORITHM\\s*=\\s*[^\\s]+\\s+)?(?:DEFINER\\s*=\\s*[^\\s]+\\s+)?(?:SQL\\s+SECURITY\\s+[^\\s]+\\s+)?"
      "(VIEW|FUNCTION|PROCEDURE|TRIGGER)\\s+.*",
      boost::regex::icase);
  const auto text = trimmed(statement);
  return text == "END" || text == "FLUSH PRIVILEGES" || boost::regex_match(text.begin(), text.end(), filter);
}

}  // namespace tandem::mysql
