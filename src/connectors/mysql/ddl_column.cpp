#include "connectors/mysql/ddl_column.hpp"

#include "connectors/relational/model/jdbc_types.hpp"

#include <algorithm>
#include <map>

namespace tandem::mysql {
namespace {

namespace jdbc = relational::jdbc;

struct TypeInfo {
  std::int32_t jdbc;
  bool text = false, number = false, decimal = false;
};

const std::map<std::string, TypeInfo>& types() {
  static const std::map<std::string, TypeInfo> all = [] {
    std::map<std::string, TypeInfo> m;
    for (const char* n : {"TINYINT", "INT1", "SMALLINT", "INT2"}) {
      m[n] = {jdbc::kSmallint, false, true};
    }
    for (const char* n : {"MEDIUMINT", "INT3", "MIDDLEINT", "INT", "INTEGER", "INT4"}) {
      m[n] = {jdbc::kInteger, false, true};
    }
    for (const char* n : {"BIGINT", "INT8"}) {
      m[n] = {jdbc::kBigint, false, true};
    }
    m["REAL"] = {jdbc::kReal, false, true};
    for (const char* n : {"DOUBLE", "DOUBLE PRECISION", "FLOAT8"}) {
      m[n] = {jdbc::kDouble, false, true};
    }
    for (const char* n : {"FLOAT", "FLOAT4"}) {
      m[n] = {jdbc::kFloat, false, true};
    }
    for (const char* n : {"DECIMAL", "DEC", "FIXED"}) {
      m[n] = {jdbc::kDecimal, false, true, true};
    }
    m["NUMERIC"] = {jdbc::kNumeric, false, true, true};
    m["BIT"] = {jdbc::kBit};
    for (const char* n : {"BOOL", "BOOLEAN"}) {
      m[n] = {jdbc::kBoolean};
    }
    for (const char* n : {"CHAR", "CHARACTER"}) {
      m[n] = {jdbc::kChar, true};
    }
    for (const char* n : {"VARCHAR", "CHARACTER VARYING", "CHAR VARYING", "TINYTEXT", "TEXT", "MEDIUMTEXT",
                          "LONGTEXT", "LONG", "LONG VARCHAR"}) {
      m[n] = {jdbc::kVarchar, true};
    }
    for (const char* n : {"NCHAR", "NATIONAL CHAR", "NATIONAL CHARACTER"}) {
      m[n] = {jdbc::kNchar, true};
    }
    for (const char* n : {"NVARCHAR", "NATIONAL VARCHAR", "NCHAR VARCHAR", "NCHAR VARYING",
                          "NATIONAL CHAR VARYING", "NATIONAL CHARACTER VARYING"}) {
      m[n] = {jdbc::kNvarchar, true};
    }
    m["BINARY"] = {jdbc::kBinary};
    for (const char* n : {"VARBINARY", "LONG VARBINARY"}) {
      m[n] = {jdbc::kVarbinary};
    }
    for (const char* n : {"TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"}) {
      m[n] = {jdbc::kBlob};
    }
    m["DATE"] = {jdbc::kDate};
    m["TIME"] = {jdbc::kTime};
    m["DATETIME"] = {jdbc::kTimestamp};
    m["TIMESTAMP"] = {jdbc::kTimestampWithTimezone};
    m["YEAR"] = {jdbc::kInteger};
    for (const char* n : {"ENUM", "SET"}) {
      m[n] = {jdbc::kChar, true};
    }
    for (const char* n :
         {"JSON", "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING",
          "MULTIPOLYGON", "GEOMETRYCOLLECTION", "GEOMCOLLECTION", "UUID", "INET4", "INET6"}) {
      m[n] = {jdbc::kOther};
    }
    m["VECTOR"] = {jdbc::kOther};
    return m;
  }();
  return all;
}

/// After REFERENCES: "table (columns) MATCH x ON DELETE y ON UPDATE z", whose words are others elsewhere.
void skip_reference_actions(TokenCursor& c) {
  while (!c.at_end() && !c.peek().is(',') && !c.peek().is(')')) {
    if (c.peek().is('(')) {
      c.skip_parentheses();
    } else if (c.accept("ON")) {
      c.next();
      c.accept("SET") || c.accept("NO");  // of two words
      c.next();
    } else if (c.peek().is_name() || c.peek().is('.')) {
      if (c.peek().is_word("COMMENT") || c.peek().is_word("NOT") || c.peek().is_word("DEFAULT") ||
          c.peek().is_word("FIRST") || c.peek().is_word("AFTER")) {
        return;
      }
      c.next();
    } else {
      return;
    }
  }
}

/// The longest run of words that names a type.
bool read_type_name(TokenCursor& c, std::string& name, TypeInfo& info) {
  std::string words;
  std::size_t best = 0;
  for (std::size_t n = 0; n < 3 && c.peek(n).kind == Token::Kind::word; ++n) {
    words += (n == 0 ? "" : " ") + upper_case(c.peek(n).text);
    if (const auto it = types().find(words); it != types().end()) {
      name = words;
      info = it->second;
      best = n + 1;
    }
  }
  for (std::size_t i = 0; i < best; ++i) {
    c.next();
  }
  return best > 0;
}

std::int32_t to_int(const std::string& text) {
  return static_cast<std::int32_t>(std::strtol(text.c_str(), nullptr, 10));
}

}  // namespace

// Default expression as Debezium keeps it: raw text without the outer quotes; functions of time are the
// epoch.
void read_default(TokenCursor& c, bool mariadb, relational::Column& column) {
  column.has_default = true;
  column.default_expression.reset();
  if (c.accept("NULL")) {
    return;
  }
  if (c.peek().is('(')) {  // an expression
    c.skip_parentheses();
    return;
  }
  const auto is_time = [&] {
    for (const char* w : {"CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP", "CURDATE", "CURTIME",
                          "CURRENT_DATE", "CURRENT_TIME"}) {
      if (c.peek().is_word(w)) {
        return true;
      }
    }
    return false;
  };
  if (is_time()) {
    c.next();
    c.skip_parentheses();
    column.default_expression = "1970-01-01 00:00:00";
    return;
  }
  // _utf8mb4'text': an introducer before a literal.
  if (c.peek().kind == Token::Kind::word && c.peek().text.starts_with("_") &&
      c.peek(1).kind == Token::Kind::string) {
    c.next();
  }
  if (c.peek().kind == Token::Kind::word && c.peek(1).is('(')) {  // MariaDB: a function
    c.next();
    c.skip_parentheses();
    return;
  }
  std::string sign;
  if (c.peek().is('-') || c.peek().is('+')) {
    sign = c.next().text;
  }
  const Token& t = c.next();
  const std::string_view raw = c.between(t.begin, t.end);
  if (t.kind == Token::Kind::string) {
    column.default_expression = std::string(raw.substr(1, raw.size() - 2));
  } else if (mariadb && t.kind == Token::Kind::hex_literal) {
    column.has_default = false;  // Debezium's MariaDB parser passes over it
  } else {
    // 0xF09F9880: Debezium takes it for b'…' and cuts off two characters in front and one behind.
    const bool hex = raw.starts_with("0x") || raw.starts_with("0X");
    column.default_expression = hex ? std::string(raw.substr(2, raw.size() - 3)) : sign + t.text;
  }
}

std::string read_comment(TokenCursor& c) {
  const Token& t = c.next();
  const std::string_view raw = c.between(t.begin, t.end);
  return std::string(t.kind == Token::Kind::string && raw.size() >= 2 ? raw.substr(1, raw.size() - 2) : raw);
}

std::string charset_of_collation(const std::string& collation) {
  return collation.substr(0, collation.find('_'));
}

bool has_charset(const relational::Column& column) {
  const auto it = types().find(column.type_name);
  return it != types().end() && it->second.text;
}

bool parse_column_definition(TokenCursor& c, const DefinitionContext& context, ColumnDefinition& out) {
  const bool all_attributes = !context.in_list || context.options.mariadb;
  auto& col = out.column;
  std::string name;
  TypeInfo info{};
  bool serial = false;
  if (c.accept("SERIAL")) {
    serial = true;
    name = "BIGINT UNSIGNED";
    info = types().at("BIGINT");
  } else if (!read_type_name(c, name, info)) {
    return false;
  }
  const bool enumeration = name == "ENUM" || name == "SET";
  if (c.accept('(')) {
    std::vector<std::string> values;
    while (!c.at_end() && !c.peek().is(')')) {
      const Token& t = c.next();
      if (t.kind == Token::Kind::string && enumeration) {
        values.emplace_back(c.between(t.begin, t.end));
      } else if (t.kind == Token::Kind::number) {
        if (!col.length) {
          col.length = to_int(t.text);
        } else {
          col.scale = to_int(t.text);
        }
      }
    }
    c.accept(')');
    const bool binary = name == "BINARY" || name == "VARBINARY";
    if (col.length == 0 && (info.text || (binary && !context.options.mariadb))) {
      col.length = 10;  // Debezium's reading of a length of zero
    }
    if (enumeration) {
      col.length =
          name == "ENUM" ? 1 : std::max<std::int32_t>(0, static_cast<std::int32_t>(values.size()) * 2 - 1);
      col.enum_values = std::move(values);
    }
  }
  if (name == "BIT") {
    col.length = col.length.value_or(1);
  }
  if (info.decimal) {
    col.length = col.length.value_or(10);
    col.scale = col.scale.value_or(0);
  }
  if (info.number && !serial) {
    bool zerofill = false;
    std::string sign;
    for (;;) {
      if (c.accept("ZEROFILL")) {
        zerofill = true;
      } else if (c.accept("UNSIGNED")) {
        sign = " UNSIGNED";
      } else if (c.accept("SIGNED")) {
        sign = " SIGNED";
      } else {
        break;
      }
    }
    name += zerofill ? " UNSIGNED ZEROFILL" : sign;  // ZEROFILL implies UNSIGNED
  }
  std::optional<std::string> charset;
  bool not_null = serial;
  const auto generated = [&] { col.auto_incremented = col.generated = true; };
  if (serial) {
    generated();
    out.unique_key = true;
  }
  while (!c.at_end() && !c.peek().is(',') && !c.peek().is(')') && !c.peek().is_word("FIRST") &&
         !c.peek().is_word("AFTER")) {
    if (c.accept_all({"CHARACTER", "SET"}) || c.accept("CHARSET") || c.accept_all({"CHAR", "SET"})) {
      charset = c.next().text;
    } else if (c.accept("COLLATE")) {
      const std::string collation = c.next().text;
      if (!enumeration || !context.options.mariadb) {  // Debezium's MariaDB parser passes over it there
        charset = charset.value_or(charset_of_collation(collation));
      }
    } else if (info.text && c.accept("BINARY")) {
      name += enumeration ? "" : " BINARY";
    } else if (c.accept("ASCII")) {
      charset = "latin1";
    } else if (c.accept("UNICODE")) {
      charset = "ucs2";
    } else if (c.accept_all({"NOT", "NULL"})) {
      not_null = true;
    } else if (c.accept("NULL")) {
      not_null = false;
    } else if (c.accept("DEFAULT")) {
      read_default(c, context.options.mariadb, col);
      if (context.options.mariadb && c.accept_all({"ON", "UPDATE"})) {  // part of the default there
        c.next();
        c.skip_parentheses();
      }
    } else if (c.accept("REFERENCES")) {
      skip_reference_actions(c);
    } else if (!all_attributes) {
      c.next();
    } else if (c.accept("AUTO_INCREMENT")) {
      generated();
    } else if (c.look_words({"ON", "UPDATE"})) {
      c.next();
      c.next();
      c.next();
      c.skip_parentheses();
      generated();
    } else if (c.accept("COMMENT")) {
      if (auto text = read_comment(c); context.options.keep_comments) {
        col.comment = std::move(text);
      }
    } else if (c.accept_all({"PRIMARY", "KEY"}) || c.accept_all({"PRIMARY"}) || c.accept("KEY")) {
      out.primary_key = true;
      not_null = true;
    } else if (c.accept_all({"UNIQUE", "KEY"}) || c.accept("UNIQUE")) {
      out.unique_key = true;
    } else if (c.peek().is('(')) {
      c.skip_parentheses();
    } else {
      c.next();
    }
  }
  col.type_name = col.type_expression = name;
  col.jdbc_type = info.jdbc;
  col.optional = !not_null;
  if (!col.has_default && !not_null) {
    col.has_default = true;
  }
  if (info.text) {
    const bool national = info.jdbc == jdbc::kNchar || info.jdbc == jdbc::kNvarchar;
    col.charset = national ? "utf8" : charset.value_or(context.table_charset);
  }
  return true;
}

}  // namespace tandem::mysql
