#include "connectors/mysql/ddl_parser.hpp"

#include "connectors/mysql/ddl_alter.hpp"
#include "connectors/mysql/ddl_column.hpp"

#include <algorithm>

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
  Statement(Catalog& catalog, std::string_view sql, const std::string& database, bool keep_comments)
      : Statement(catalog, sql, database, keep_comments, tokenize(sql)) {}

  Statement(Catalog& catalog, std::string_view sql, const std::string& database, bool keep_comments,
            std::vector<Token> tokens)
      : context_{catalog, database, keep_comments},
        // Debezium's entries end with the last token: a comment's end or a semicolon behind it is left out.
        sql_(sql.substr(0, tokens.size() < 2 ? 0 : tokens[tokens.size() - 2].end)),
        c_(sql, std::move(tokens)) {}

  std::vector<DdlChange> run() {
    if (c_.accept("CREATE")) {
      create();
    } else if (c_.accept("ALTER")) {
      if (c_.accept("TABLE") || c_.accept_all({"ONLINE", "TABLE"}) || c_.accept_all({"IGNORE", "TABLE"})) {
        alter();
      } else if (c_.accept("DATABASE") || c_.accept("SCHEMA")) {
        database(false);
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
    change.ddl = std::string(sql_);
    return out_.emplace_back(std::move(change));
  }

  void create() {
    c_.accept_all({"OR", "REPLACE"});
    if (c_.accept("DATABASE") || c_.accept("SCHEMA")) {
      database(true);
      return;
    }
    if (c_.peek().is_word("TEMPORARY")) {
      return;
    }
    if (c_.accept("TABLE")) {
      create_table();
      return;
    }
    const std::size_t index_from = c_.peek().begin;
    const bool unique = c_.accept("UNIQUE");
    if (unique || c_.look_words({"INDEX"}) || c_.look_words({"FULLTEXT"}) || c_.look_words({"SPATIAL"})) {
      while (!c_.at_end() && !c_.accept("ON")) {
        c_.next();
      }
      const TableId id = read_table_id(c_, context_.database);
      const TablePtr old = context_.catalog.find(id);
      if (!unique || !old || !old->primary_key.empty()) {
        add(DdlChange::Kind::other, id, nullptr);
        return;
      }
      auto table = std::make_shared<Table>(*old);
      take_unique_key(*table, read_key_columns(c_));
      if (table->primary_key.empty()) {
        add(DdlChange::Kind::other, id, nullptr);
        return;
      }
      put(id, table);
      add(DdlChange::Kind::alter, id, table).ddl = std::string(sql_.substr(index_from));
    }
  }

  void create_table() {
    const bool if_not_exists = c_.accept_all({"IF", "NOT", "EXISTS"});
    const TableId id = read_table_id(c_, context_.database);
    if (if_not_exists && context_.catalog.find(id)) {
      add(DdlChange::Kind::other, id, nullptr);
      return;
    }
    auto table = std::make_shared<Table>();
    table->id = id;
    const bool in_parentheses =
        c_.look_words({"LIKE"}) ? false : c_.peek().is('(') && c_.peek(1).is_word("LIKE");
    if (c_.look_words({"LIKE"}) || in_parentheses) {
      c_.accept('(');
      c_.accept("LIKE");
      const TablePtr like = context_.catalog.find(read_table_id(c_, context_.database));
      if (!like) {
        add(DdlChange::Kind::create, id, nullptr).unknown_shape = true;
        return;
      }
      *table = *like;
      table->id = id;
    } else if (!read_table_body(c_, context_, *table)) {
      add(DdlChange::Kind::create, id, nullptr).unknown_shape = true;
      return;
    }
    put(id, table);
    add(DdlChange::Kind::create, id, table);
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
      const bool exists = c_.accept_all({"IF", "EXISTS"});
      (void)exists;
      const std::string name = c_.next().text;
      std::erase_if(context_.catalog.tables, [&](const auto& e) { return e.first.catalog == name; });
      context_.catalog.database_charset.erase(name);
      add(DdlChange::Kind::database, {name, {}, {}}, nullptr);
      return;
    }
    if (c_.accept("INDEX")) {
      while (!c_.at_end() && !c_.accept("ON")) {
        c_.next();
      }
      add(DdlChange::Kind::other, read_table_id(c_, context_.database), nullptr);
      return;
    }
    if (!c_.accept("TABLE") && !c_.accept("TABLES")) {
      return;  // DROP TEMPORARY TABLE and the rest
    }
    const bool if_exists = c_.accept_all({"IF", "EXISTS"});
    do {
      const TableId id = read_table_id(c_, context_.database);
      context_.catalog.tables.erase(id);
      add(DdlChange::Kind::drop, id, nullptr).ddl = std::string("DROP TABLE ") +
                                                    (if_exists ? "IF EXISTS " : "") + quoted(id.catalog) +
                                                    "." + quoted(id.table);
    } while (c_.accept(','));
  }

  void rename() {
    do {
      const std::size_t begin = c_.peek().begin;
      const TableId from = read_table_id(c_, context_.database);
      c_.accept("TO");
      const std::size_t last = c_.mark();
      const TableId to = read_table_id(c_, context_.database);
      const std::size_t end = c_.peek().begin;
      (void)last;
      const TablePtr old = context_.catalog.find(from);
      auto& change = add(DdlChange::Kind::alter, to, nullptr);
      std::string text(c_.between(begin, end));
      text.erase(text.find_last_not_of(" \t\r\n") + 1);
      change.ddl = "rename table " + text;
      if (!old) {
        change.unknown_shape = true;
        continue;
      }
      auto table = std::make_shared<Table>(*old);
      table->id = to;
      context_.catalog.tables.erase(from);
      put(to, table);
      change.previous = from;
      change.by_rename_table = true;
      change.table = table;
    } while (c_.accept(','));
  }

  void database(bool create) {
    const bool exists = c_.accept_all({"IF", "NOT", "EXISTS"});
    (void)exists;
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
    if (charset && upper_case(*charset) != "DEFAULT") {
      context_.catalog.database_charset[name] = *charset;
    } else if (create) {
      context_.catalog.database_charset[name] = context_.catalog.server_charset;
    }
    add(DdlChange::Kind::database, {name, {}, {}}, nullptr);
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
  std::vector<DdlChange> out_;
};

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
                                 const std::string& current_database, bool keep_comments) {
  return Statement(catalog, statement, current_database, keep_comments).run();
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
  TokenCursor c(statement, tokenize(statement.substr(0, std::min<std::size_t>(statement.size(), 400))));
  for (const char* word : {"SAVEPOINT", "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "REPAIR", "FLUSH",
                           "TRUNCATE", "BEGIN", "COMMIT", "ROLLBACK", "XA"}) {
    if (c.peek().is_word(word)) {
      return true;
    }
  }
  if (c.look_words({"REPLACE", "INTO"})) {
    return true;
  }
  if (c.peek().is_word("CREATE") || c.peek().is_word("ALTER") || c.peek().is_word("DROP")) {
    for (std::size_t i = 1; i < 12 && c.peek(i).kind != Token::Kind::end; ++i) {
      const Token& t = c.peek(i);
      if (t.is_word("TABLE") || t.is_word("DATABASE") || t.is_word("SCHEMA") || t.is_word("INDEX")) {
        return i > 1 && c.peek(1).is_word("TEMPORARY");
      }
      for (const char* word :
           {"USER", "ROLE", "VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "SERVER", "TABLESPACE"}) {
        if (t.is_word(word)) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace tandem::mysql
