#include "connectors/relational/capture/history_record.hpp"

#include "tandem/base/error.hpp"
#include "tandem/json/reader.hpp"
#include "tandem/json/writer.hpp"

namespace tandem::relational {
namespace {

/// Jackson's DefaultPrettyPrinter: members on lines of their own, array items in one line.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}
  void open() {
    out_ += '{';
    ++depth_;
    first_ = true;
  }
  void close() {
    --depth_;
    if (first_) {
      out_ += " }";
    } else {
      line();
      out_ += '}';
    }
    first_ = false;
  }
  void name(std::string_view n) {
    out_ += first_ ? "" : ",";
    line();
    json::append_string(out_, n);
    out_ += " : ";
    first_ = false;
  }
  void text(std::string_view n, std::string_view v) {
    name(n);
    json::append_string(out_, v);
  }
  void text_or_null(std::string_view n, const std::optional<std::string>& v) {
    name(n);
    v ? json::append_string(out_, *v) : void(out_ += "null");
  }
  void number(std::string_view n, std::int64_t v) {
    name(n);
    out_ += std::to_string(v);
  }
  void flag(std::string_view n, bool v) {
    name(n);
    out_ += v ? "true" : "false";
  }
  void map(std::string_view n, const OffsetMap& m) {
    name(n);
    open();
    for (const auto& [key, value] : m) {
      name(key);
      json::append_value(out_, value);
    }
    close();
  }
  void texts(std::string_view n, const std::vector<std::string>& list) {
    name(n);
    begin_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      out_ += i == 0 ? " " : ", ";
      json::append_string(out_, list[i]);
    }
    end_array();
  }
  void begin_array() { out_ += '['; }
  void item(bool is_first) { out_ += is_first ? " " : ", "; }
  void end_array() {
    out_ += " ]";
    first_ = false;
  }

 private:
  void line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
  }
  std::string& out_;
  int depth_ = 0;
  bool first_ = true;
};

void print_column(Printer& p, const Column& c) {
  p.open();
  p.text("name", c.name);
  p.number("jdbcType", c.jdbc_type);
  if (c.native_type) {
    p.number("nativeType", *c.native_type);
  }
  p.text("typeName", c.type_name);
  p.text("typeExpression", c.type_expression);
  p.text_or_null("charsetName", c.charset);
  if (c.length) {
    p.number("length", *c.length);
  }
  if (c.scale) {
    p.number("scale", *c.scale);
  }
  p.number("position", c.position);
  p.flag("optional", c.optional);
  p.flag("autoIncremented", c.auto_incremented);
  p.flag("generated", c.generated);
  p.text_or_null("comment", c.comment);
  p.flag("hasDefaultValue", c.has_default);
  if (c.default_expression) {
    p.text("defaultValueExpression", *c.default_expression);
  }
  p.texts("enumValues", c.enum_values);
  p.close();
}

void print_table(Printer& p, const Table& t) {
  p.name("table");
  p.open();
  p.text_or_null("defaultCharsetName", t.charset);
  p.texts("primaryKeyColumnNames", t.primary_key);
  p.name("columns");
  p.begin_array();
  for (std::size_t i = 0; i < t.columns.size(); ++i) {
    p.item(i == 0);
    print_column(p, t.columns[i]);
  }
  p.end_array();
  p.name("attributes");
  p.begin_array();
  for (std::size_t i = 0; i < t.attributes.size(); ++i) {
    p.item(i == 0);
    p.open();
    p.text("name", t.attributes[i].first);
    p.text("value", t.attributes[i].second);
    p.close();
  }
  p.end_array();
  p.close();
  p.text_or_null("comment", t.comment);
}

const Value* member(const Value& object, std::string_view name) {
  if (const auto* map = object.map()) {
    for (const auto& [key, value] : *map) {
      if (const auto* k = key.string(); k != nullptr && *k == name) {
        return &value;
      }
    }
  }
  return nullptr;
}

std::optional<std::string> text_of(const Value& object, std::string_view name) {
  const Value* v = member(object, name);
  return v != nullptr && v->string() != nullptr ? std::optional(*v->string()) : std::nullopt;
}

std::optional<std::int32_t> number_of(const Value& object, std::string_view name) {
  const Value* v = member(object, name);
  std::int64_t n = 0;
  return v != nullptr && v->to_int64(n) ? std::optional(static_cast<std::int32_t>(n)) : std::nullopt;
}

bool flag_of(const Value& object, std::string_view name) {
  const Value* v = member(object, name);
  const bool* b = v != nullptr ? v->get_if<bool>() : nullptr;
  return b != nullptr && *b;
}

template <class F>
void each(const Value& object, std::string_view name, F&& f) {
  if (const Value* v = member(object, name); v != nullptr && v->array() != nullptr) {
    for (const Value& item : *v->array()) {
      f(item);
    }
  }
}

Column read_column(const Value& v) {
  Column c;
  c.name = text_of(v, "name").value_or("");
  c.jdbc_type = number_of(v, "jdbcType").value_or(0);
  c.native_type = number_of(v, "nativeType");
  c.type_name = text_of(v, "typeName").value_or("");
  c.type_expression = text_of(v, "typeExpression").value_or(c.type_name);
  c.charset = text_of(v, "charsetName");
  c.length = number_of(v, "length");
  c.scale = number_of(v, "scale");
  c.position = number_of(v, "position").value_or(0);
  c.optional = flag_of(v, "optional");
  c.auto_incremented = flag_of(v, "autoIncremented");
  c.generated = flag_of(v, "generated");
  c.comment = text_of(v, "comment");
  c.default_expression = text_of(v, "defaultValueExpression");
  c.has_default = flag_of(v, "hasDefaultValue") || c.default_expression.has_value();
  each(v, "enumValues", [&](const Value& e) {
    if (e.string() != nullptr) {
      c.enum_values.push_back(*e.string());
    }
  });
  return c;
}

OffsetMap read_map(const Value& object, std::string_view name) {
  OffsetMap out;
  if (const Value* v = member(object, name); v != nullptr && v->map() != nullptr) {
    for (const auto& [key, value] : *v->map()) {
      if (key.string() != nullptr) {
        out.emplace_back(*key.string(), value);
      }
    }
  }
  return out;
}

}  // namespace

std::string_view to_text(TableChange::Type type) noexcept {
  return type == TableChange::Type::create ? "CREATE" : type == TableChange::Type::alter ? "ALTER" : "DROP";
}

std::string HistoryRecord::to_json() const {
  std::string out;
  Printer p(out);
  p.open();
  p.map("source", source);
  p.map("position", position);
  p.number("ts_ms", ts_ms);
  p.text("databaseName", database);
  if (schema) {
    p.text("schemaName", *schema);
  }
  p.text("ddl", ddl);
  p.name("tableChanges");
  p.begin_array();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const TableChange& c = changes[i];
    p.item(i == 0);
    p.open();
    p.text("type", to_text(c.type));
    p.text("id", c.id.double_quoted());
    if (c.previous) {
      p.text("previousId", c.previous->double_quoted());
    }
    if (c.table) {
      print_table(p, *c.table);
    }
    p.close();
  }
  p.end_array();
  p.close();
  return out;
}

Result<HistoryRecord> HistoryRecord::from_json(std::string_view text) {
  BOOST_OUTCOME_TRY(const Value doc, json::parse(text));
  if (member(doc, "source") == nullptr || member(doc, "position") == nullptr) {
    return Error(ErrorKind::data, "not a schema history record: it has no source or no position");
  }
  HistoryRecord r;
  r.source = read_map(doc, "source");
  r.position = read_map(doc, "position");
  if (const Value* ts = member(doc, "ts_ms")) {
    ts->to_int64(r.ts_ms);
  }
  r.database = text_of(doc, "databaseName").value_or("");
  r.schema = text_of(doc, "schemaName");
  r.ddl = text_of(doc, "ddl").value_or("");
  each(doc, "tableChanges", [&](const Value& v) {
    TableChange c;
    const std::string type = text_of(v, "type").value_or("");
    c.type = type == "CREATE"  ? TableChange::Type::create
             : type == "ALTER" ? TableChange::Type::alter
                               : TableChange::Type::drop;
    c.id = parse_table_id(text_of(v, "id").value_or(""));
    if (const auto previous = text_of(v, "previousId")) {
      c.previous = parse_table_id(*previous);
    }
    if (const Value* t = member(v, "table"); t != nullptr && t->map() != nullptr) {
      auto table = std::make_shared<Table>();
      table->id = c.id;
      table->charset = text_of(*t, "defaultCharsetName");
      const auto inner = text_of(*t, "comment");
      table->comment = inner ? inner : text_of(v, "comment");
      each(*t, "primaryKeyColumnNames", [&](const Value& k) {
        if (k.string() != nullptr) {
          table->primary_key.push_back(*k.string());
        }
      });
      each(*t, "columns", [&](const Value& k) { table->columns.push_back(read_column(k)); });
      each(*t, "attributes", [&](const Value& k) {
        table->attributes.emplace_back(text_of(k, "name").value_or(""), text_of(k, "value").value_or(""));
      });
      c.table = std::move(table);
    }
    r.changes.push_back(std::move(c));
  });
  return r;
}

}  // namespace tandem::relational
