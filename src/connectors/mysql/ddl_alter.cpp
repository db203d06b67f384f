#include "connectors/mysql/ddl_alter.hpp"

#include "connectors/mysql/ddl_column.hpp"

#include <algorithm>

namespace tandem::mysql {
namespace {

using relational::Column;
using relational::same_name;

auto find_column(Table& table, const std::string& name) {
  return std::find_if(table.columns.begin(), table.columns.end(),
                      [&](const Column& x) { return same_name(x.name, name); });
}

void set_primary_key(Table& table, std::vector<std::string> columns) {
  for (auto& name : columns) {
    if (auto it = find_column(table, name); it != table.columns.end()) {
      name = it->name;
      if (it->optional) {
        it->optional = false;
        it->has_default = it->default_expression.has_value();
      }
    }
  }
  table.primary_key = std::move(columns);
}

/// In the place of the column of the same name, or at the end; then where FIRST or AFTER x says.
void put_column(TokenCursor& c, Table& table, Column column) {
  auto it = find_column(table, column.name);
  const bool first = c.accept("FIRST");
  const bool after = !first && c.accept("AFTER");
  if (!first && !after && it != table.columns.end()) {
    *it = std::move(column);
    return;
  }
  if (it != table.columns.end()) {
    table.columns.erase(it);
  }
  it = first ? table.columns.begin() : table.columns.end();
  if (after) {
    const auto before = find_column(table, c.next().text);
    it = before == table.columns.end() ? before : before + 1;
  }
  table.columns.insert(it, std::move(column));
}

/// Keys and constraints of CREATE TABLE and of ALTER TABLE ADD; true when one was read.
bool read_constraint(TokenCursor& c, Table& table) {
  const std::size_t start = c.mark();
  if (c.accept("CONSTRAINT")) {
    if (!c.peek().is_word("PRIMARY") && !c.peek().is_word("UNIQUE") && !c.peek().is_word("FOREIGN") &&
        !c.peek().is_word("CHECK")) {
      c.next();
    }
  }
  if (c.accept_all({"PRIMARY", "KEY"})) {
    while (!c.at_end() && !c.peek().is('(')) {
      c.next();
    }
    set_primary_key(table, read_key_columns(c));
  } else if (c.peek().is_word("UNIQUE") && !c.peek(1).is_word("INT")) {
    while (!c.at_end() && !c.peek().is('(')) {
      c.next();
    }
    take_unique_key(table, read_key_columns(c));
  } else if (!(c.peek().is_word("FOREIGN") || c.peek().is_word("CHECK") || c.peek().is_word("KEY") ||
               c.peek().is_word("INDEX") || c.peek().is_word("FULLTEXT") || c.peek().is_word("SPATIAL") ||
               c.peek().is_word("PERIOD"))) {
    c.back_to(start);
    return false;
  }
  c.skip_item();
  return true;
}

bool read_charset_option(TokenCursor& c, std::string& charset, std::string& collation) {
  if (c.accept_all({"CHARACTER", "SET"}) || c.accept("CHARSET")) {
    c.accept('=');
    charset = c.next().text;
    return true;
  }
  if (c.accept("COLLATE")) {
    c.accept('=');
    collation = c.next().text;
    return true;
  }
  return false;
}

DefinitionContext definition_context(const DdlContext& context, const Table& table, bool in_list = false) {
  return {table.charset.value_or(context.catalog.charset_of(table.id.catalog)), context.options, in_list};
}

/// `in_list`: one of several in parentheses.
bool add_column(TokenCursor& c, const DdlContext& context, Table& table, bool in_list = false) {
  ColumnDefinition definition;
  definition.column.name = c.next().text;
  if (!parse_column_definition(c, definition_context(context, table, in_list), definition)) {
    return false;
  }
  const std::string name = definition.column.name;
  put_column(c, table, std::move(definition.column));
  // In an ALTER, Debezium for MySQL leaves the UNIQUE of a column out.
  if (definition.primary_key ||
      (definition.unique_key && table.primary_key.empty() && (context.options.mariadb || context.creates))) {
    table.primary_key = {name};
  }
  return true;
}

/// MODIFY, and CHANGE, which keeps what the new definition does not tell.
bool replace_column(TokenCursor& c, const DdlContext& context, Table& table, const std::string& old_name,
                    const std::string& new_name, bool keeps) {
  const auto it = find_column(table, old_name);
  if (it == table.columns.end()) {
    return false;
  }
  ColumnDefinition definition;
  if (keeps) {
    definition.column.auto_incremented = it->auto_incremented;
    definition.column.generated = it->generated;
    definition.column.comment = it->comment;
    definition.column.enum_values = it->enum_values;
  }
  definition.column.name = new_name;
  if (!parse_column_definition(c, definition_context(context, table), definition)) {
    return false;
  }
  it->name = new_name;
  put_column(c, table, std::move(definition.column));
  if (keeps) {
    for (auto& key : table.primary_key) {
      key = same_name(key, old_name) ? new_name : key;
    }
  }
  if (definition.primary_key ||
      (definition.unique_key && table.primary_key.empty() && context.options.mariadb)) {
    table.primary_key = {new_name};
  }
  return true;
}

bool drop_item(TokenCursor& c, Table& table) {
  if (c.accept_all({"PRIMARY", "KEY"})) {
    table.primary_key.clear();
    return true;
  }
  for (const char* word : {"INDEX", "KEY", "FOREIGN", "CHECK", "CONSTRAINT", "PARTITION"}) {
    if (c.accept(word)) {
      c.skip_item();
      return true;
    }
  }
  c.accept("COLUMN");
  c.accept_all({"IF", "EXISTS"});
  const std::string name = c.next().text;
  if (const auto it = find_column(table, name); it != table.columns.end()) {
    table.columns.erase(it);
    std::erase_if(table.primary_key, [&](const auto& k) { return same_name(k, name); });
  }
  return true;
}

}  // namespace

TableId read_table_id(TokenCursor& c, const std::string& database) {
  std::string first = c.next().text;
  if (c.peek().is('.')) {
    c.next();
    return {std::move(first), {}, c.next().text};
  }
  return {database, {}, std::move(first)};
}

std::vector<std::string> read_key_columns(TokenCursor& c) {
  std::vector<std::string> out;
  if (!c.accept('(')) {
    return out;
  }
  bool expression = false;
  while (!c.at_end() && !c.peek().is(')')) {
    if (c.peek().is('(')) {
      expression = true;
    } else {
      out.push_back(c.next().text);
    }
    c.skip_item();
    c.accept(',');
  }
  c.accept(')');
  if (expression) {
    out.clear();
  }
  return out;
}

bool has_columns(const Table& table, const std::vector<std::string>& columns) {
  return !columns.empty() && std::all_of(columns.begin(), columns.end(),
                                         [&](const auto& name) { return table.column(name) != nullptr; });
}

void take_unique_key(Table& table, const std::vector<std::string>& columns) {
  if (!table.primary_key.empty() || columns.empty()) {
    return;
  }
  std::vector<std::string> names;
  for (const auto& name : columns) {
    const Column* column = table.column(name);
    if (column == nullptr || column->optional) {
      return;
    }
    names.push_back(column->name);
  }
  table.primary_key = std::move(names);
}

bool read_table_body(TokenCursor& c, const DdlContext& context, Table& table) {
  if (!c.peek().is('(')) {
    return false;
  }
  // Options come last but give the columns their character set.
  const std::size_t body = c.mark();
  c.skip_parentheses();
  std::string charset, collation;
  while (!c.at_end()) {
    if (c.accept("SELECT") || c.accept("AS")) {
      return false;
    }
    if (c.accept("COMMENT")) {
      c.accept('=');
      if (auto text = read_comment(c); context.options.keep_comments) {
        table.comment = std::move(text);
      }
    } else if (c.peek().is('(')) {
      c.skip_parentheses();
    } else if (!read_charset_option(c, charset, collation)) {
      c.next();
    }
  }
  table.charset = !charset.empty()     ? charset
                  : !collation.empty() ? charset_of_collation(collation)
                                       : context.catalog.charset_of(table.id.catalog);
  c.back_to(body);
  c.accept('(');
  while (!c.at_end() && !c.peek().is(')')) {
    if ((c.peek().kind == Token::Kind::quoted_name || !read_constraint(c, table)) &&
        !add_column(c, context, table)) {
      return false;
    }
    c.skip_item();
    c.accept(',');
  }
  table.renumber();
  return !table.columns.empty();
}

bool read_alterations(TokenCursor& c, const DdlContext& context, Table& table) {
  std::string charset, collation;
  while (!c.at_end()) {
    if (c.accept("ADD")) {
      if (c.peek().kind != Token::Kind::quoted_name && read_constraint(c, table)) {
      } else if (c.accept("PARTITION")) {
        c.skip_item();
      } else {
        c.accept("COLUMN");
        c.accept_all({"IF", "NOT", "EXISTS"});
        if (c.accept('(')) {
          do {
            if (!add_column(c, context, table, true)) {
              return false;
            }
          } while (c.accept(','));
          c.accept(')');
        } else if (!add_column(c, context, table)) {
          return false;
        }
      }
    } else if (c.accept("MODIFY")) {
      c.accept("COLUMN");
      c.accept_all({"IF", "EXISTS"});
      const std::string name = c.next().text;
      if (!replace_column(c, context, table, name, name, false)) {
        return false;
      }
    } else if (c.accept("CHANGE")) {
      c.accept("COLUMN");
      c.accept_all({"IF", "EXISTS"});
      const std::string from = c.next().text;
      const std::string to = c.next().text;
      if (!replace_column(c, context, table, from, to, true)) {
        return false;
      }
    } else if (c.accept("DROP")) {
      drop_item(c, table);
    } else if (c.accept("RENAME")) {
      if (c.accept("COLUMN")) {
        const std::string from = c.next().text;
        c.accept("TO");
        const std::string to = c.next().text;
        if (auto it = find_column(table, from); it != table.columns.end()) {
          it->name = to;
        }
        for (auto& key : table.primary_key) {
          key = same_name(key, from) ? to : key;
        }
      } else if (c.accept("INDEX") || c.accept("KEY")) {
        c.skip_item();
      } else {
        c.accept("TO") || c.accept("AS") || c.accept('=');
        table.id = read_table_id(c, context.database);
      }
    } else if (c.accept("ALTER")) {
      if (c.accept("INDEX") || c.accept("CHECK") || c.accept("CONSTRAINT")) {
        c.skip_item();
      } else {
        c.accept("COLUMN");
        const auto it = find_column(table, c.next().text);
        if (c.accept_all({"DROP", "DEFAULT"}) && it != table.columns.end()) {
          it->has_default = it->optional;
          it->default_expression.reset();
        } else if (c.accept_all({"SET", "DEFAULT"}) && it != table.columns.end()) {
          read_default(c, context.options.mariadb, *it);
        }
      }
    } else if (c.accept_all({"CONVERT", "TO"})) {
      read_charset_option(c, charset, collation);
      read_charset_option(c, charset, collation);
      if (charset.empty() && !collation.empty()) {
        charset = charset_of_collation(collation);
      }
      if (!charset.empty() && upper_case(charset) != "DEFAULT") {
        table.charset = charset;
        for (auto& column : table.columns) {
          if (column.charset) {
            column.charset = charset;
          }
        }
      }
      charset.clear();
    } else if (c.accept("COMMENT")) {
      c.accept('=');
      if (auto text = read_comment(c); context.options.keep_comments) {
        table.comment = std::move(text);
      }
    } else if (c.accept("DEFAULT") || c.accept(',')) {
    } else if (read_charset_option(c, charset, collation)) {
      table.charset = charset.empty() ? charset_of_collation(collation) : charset;
    } else if (c.peek().is('(')) {
      c.skip_parentheses();
    } else {
      c.next();
    }
  }
  table.renumber();
  return !table.columns.empty();
}

}  // namespace tandem::mysql
