#include "connectors/sql_sink/record_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

int index_of(const Schema& schema, std::string_view name) {
  const Field* field = schema.field(name);
  return field == nullptr ? -1 : field->index;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool listed(const std::vector<std::string>& list, const std::string& topic, const std::string& field) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    return entry == field || (entry.size() == topic.size() + 1 + field.size() && entry.starts_with(topic) &&
                              entry[topic.size()] == ':' && entry.ends_with(field));
  });
}

bool wanted(const Settings& s, const std::string& topic, const std::string& field) {
  return s.include_fields.empty() ? !listed(s.exclude_fields, topic, field)
                                  : listed(s.include_fields, topic, field);
}

std::string source_field(const Struct& source, const std::string& field) {
  const Value* value = source.find(field);
  if (value == nullptr) {
    raise(ErrorKind::config,
          fmt::format(
              "collection.name.format names ${{source.{}}}, which the records' source block does not have",
              field));
  }
  std::string text, scratch;
  if (!value->is_null()) {
    append_plain(text, to_scalar(source_kind(*value), nullptr, *value, scratch));
  }
  return text;
}

std::string fold(const Settings& s, std::string name) {
  return s.fold_column_names ? lower(std::move(name)) : name;
}

void add_struct(std::vector<PlannedField>& out, const Settings& s, const Schema& schema,
                CellSource::From from, const std::vector<std::string>& only, const std::string& header = {}) {
  for (const auto& name : only) {
    if (schema.field(name) == nullptr) {
      raise(ErrorKind::config,
            fmt::format("primary.key.fields names '{}', which the records do not have", name),
            "name fields of the record's key (or value, or header)");
    }
  }
  for (const auto& field : schema.fields()) {
    if (only.empty() || std::find(only.begin(), only.end(), field.name) != only.end()) {
      out.push_back(
          {{fold(s, field.name), field.schema.get(), true}, {from, field.index, header}, field.schema});
    }
  }
}

void add_kafka(std::vector<PlannedField>& out, const Settings& s) {
  static const SchemaPtr types[] = {primitive(SchemaType::string), primitive(SchemaType::int32),
                                    primitive(SchemaType::int64)};
  static constexpr const char* names[] = {"__connect_topic", "__connect_partition", "__connect_offset"};
  static constexpr CellSource::From from[] = {CellSource::From::topic, CellSource::From::partition,
                                              CellSource::From::offset};
  if (!s.key_fields.empty() && s.key_fields.size() != 3) {
    raise(ErrorKind::config,
          "primary.key.fields has to name three columns (topic, partition, offset) under "
          "primary.key.mode=kafka");
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string name = s.key_fields.empty() ? names[i] : s.key_fields[i];
    out.push_back({{name, types[i].get(), true}, {from[i], 0, {}}, types[i]});
  }
}

void add_key(std::vector<PlannedField>& out, const Settings& s, const SinkRecord& record,
             const SchemaPtr& row) {
  switch (s.key_mode) {
    case KeyMode::none:
      return;
    case KeyMode::kafka:
      return add_kafka(out, s);
    case KeyMode::record_key:
      if (record.key_schema == nullptr || record.key.is_null()) {
        raise(ErrorKind::data,
              "the record has no key with a schema, and primary.key.mode=record_key takes the row's key from "
              "it",
              "give the table a primary key, or set message.key.columns on the source, or "
              "primary.key.mode=none");
      }
      if (record.key_schema->type() == SchemaType::structure) {
        return add_struct(out, s, *record.key_schema, CellSource::From::key_field, s.key_fields);
      }
      if (s.key_fields.size() != 1) {
        raise(ErrorKind::config,
              "the record's key is no struct: primary.key.fields has to name the column it goes to");
      }
      out.push_back({{s.key_fields[0], record.key_schema.get(), true},
                     {CellSource::From::key, 0, {}},
                     record.key_schema});
      return;
    case KeyMode::record_value:
      if (row == nullptr) {
        raise(ErrorKind::data,
              "the record has no value, and primary.key.mode=record_value takes the row's key from it");
      }
      return add_struct(out, s, *row, CellSource::From::row_field, s.key_fields);
    case KeyMode::record_header:
      for (const Header& header : record.headers) {
        if (header.schema != nullptr && header.schema->type() == SchemaType::structure) {
          return add_struct(out, s, *header.schema, CellSource::From::header, s.key_fields, header.key);
        }
        if (std::find(s.key_fields.begin(), s.key_fields.end(), header.key) != s.key_fields.end()) {
          out.push_back({{fold(s, header.key), header.schema.get(), true},
                         {CellSource::From::header, -1, header.key},
                         header.schema});
        }
      }
      if (out.empty()) {
        raise(ErrorKind::data, "the record has none of the headers that primary.key.fields names");
      }
  }
}

}  // namespace

RecordShape record_shape(const SchemaPtr& value_schema) {
  RecordShape shape;
  if (value_schema == nullptr || value_schema->type() != SchemaType::structure) {
    return shape;
  }
  const Schema& schema = *value_schema;
  shape.op = index_of(schema, "op");
  shape.after = index_of(schema, "after");
  shape.source = index_of(schema, "source");
  shape.before = index_of(schema, "before");
  // Debezium's own test: a schema whose name ends so, or all parts of an envelope.
  shape.envelope =
      shape.op >= 0 && shape.source >= 0 && (schema.name().ends_with(".Envelope") || shape.after >= 0);
  if (!shape.envelope) {
    shape.row = value_schema;
    return shape;
  }
  if (shape.after >= 0) {
    shape.row = schema.fields()[static_cast<std::size_t>(shape.after)].schema;
  }
  const Schema& source = *schema.fields()[static_cast<std::size_t>(shape.source)].schema;
  shape.table = index_of(source, "table");
  shape.ts_us = index_of(source, "ts_us");
  shape.ts_ms = index_of(source, "ts_ms");
  return shape;
}

TableName target_name(const Settings& s, const std::string& topic, const Struct* source) {
  TableName name;
  std::string out;
  bool qualified = false;
  for (std::size_t i = 0; i < s.table_format.size();) {
    const auto close =
        s.table_format.compare(i, 2, "${") == 0 ? s.table_format.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      if (s.table_format[i] == '.' && !qualified) {
        qualified = true;
        name.schema = std::exchange(out, {});
      } else {
        out += s.table_format[i];
      }
      ++i;
      continue;
    }
    const std::string word = s.table_format.substr(i + 2, close - i - 2);
    i = close + 1;
    if (word == "topic") {
      std::string part = topic;
      if (s.flavour == Flavour::debezium) {
        std::replace(part.begin(), part.end(), '.', '_');
      }
      out += part;
    } else if (word.starts_with("source.") && source != nullptr) {
      const std::string value = source_field(*source, word.substr(7));
      out += word == "source.table" ? s.naming.target(value) : value;
    } else {
      raise(ErrorKind::config,
            fmt::format("collection.name.format: ${{{}}} cannot be filled from a record of topic {}", word,
                        topic),
            "use ${topic}, or ${source.FIELD} with records that carry Debezium's envelope");
    }
  }
  if (s.flavour == Flavour::confluent && !qualified) {
    // A dotted topic names catalog, schema and table there.
    if (const auto dot = out.rfind('.'); dot != std::string::npos) {
      const auto before = out.rfind('.', dot - 1);
      name.schema = out.substr(before == std::string::npos ? 0 : before + 1,
                               dot - (before == std::string::npos ? 0 : before + 1));
      out = out.substr(dot + 1);
    }
  }
  name.table = s.fold_column_names ? lower(out) : out;
  if (name.schema.empty()) {
    name.schema = s.url.schema;
  }
  return name;
}

std::vector<PlannedField> planned_fields(const Settings& s, const SinkRecord& record, const SchemaPtr& row) {
  std::vector<PlannedField> out;
  add_key(out, s, record, row);
  const std::size_t keys = out.size();
  if (row != nullptr && row->type() == SchemaType::structure) {
    for (const auto& field : row->fields()) {
      const std::string name = fold(s, field.name);
      const bool is_key = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(keys),
                                      [&](const PlannedField& f) { return f.column.name == name; });
      if (!is_key && wanted(s, record.topic, field.name)) {
        out.push_back({{name, field.schema.get(), false},
                       {CellSource::From::row_field, field.index, {}},
                       field.schema});
      }
    }
  } else if (row != nullptr) {
    raise(ErrorKind::data, "the record's value is no struct with a schema: its columns are not known",
          "set value.converter.schemas.enable=true on both sides");
  }
  return out;
}

std::vector<NewColumn> missing_columns(const std::vector<PlannedField>& fields, const TargetTable& table) {
  std::vector<NewColumn> out;
  for (const auto& field : fields) {
    if (table.column(field.column.name) < 0) {
      out.push_back(field.column);
    }
  }
  return out;
}

std::shared_ptr<const TablePlan> make_plan(const Settings& s, const std::vector<PlannedField>& fields,
                                           std::shared_ptr<const TargetTable> table, const Dialect& dialect) {
  auto plan = std::make_shared<TablePlan>();
  std::vector<std::string> key;
  for (const auto& field : fields) {
    const int at = table->column(field.column.name);
    if (at < 0) {
      raise(ErrorKind::schema,
            fmt::format("table {} has no column {}", table->name.text(), field.column.name),
            dialect.add_columns(table->name, {field.column}) + "; or set schema.evolution=basic");
    }
    const TargetColumn& target = table->columns[static_cast<std::size_t>(at)];
    if (target.generated && !field.column.key) {
      continue;  // the target computes it from the columns it stands on
    }
    BoundColumn bound{&target, field.schema ? source_kind(*field.schema) : SourceKind::text,
                      field.schema.get(), field.column.key};
    if (field.schema == nullptr || ((bound.kind == SourceKind::text || bound.kind == SourceKind::json ||
                                     bound.kind == SourceKind::bytes || bound.kind == SourceKind::array ||
                                     bound.kind == SourceKind::map) &&
                                    !bound.key)) {
      plan->may_be_absent.push_back(plan->columns.size());
    }
    if (bound.key) {
      key.push_back(target.name);
      ++plan->key_count;
    }
    plan->columns.push_back(bound);
    plan->sources.push_back(field.source);
    plan->schemas.push_back(field.schema);
  }
  if (s.insert_mode == InsertMode::upsert && !table->unique_over(key)) {
    std::string list;
    for (const auto& column : key) {
      list += (list.empty() ? "" : ", ") + dialect.quote(column);
    }
    raise(
        ErrorKind::schema,
        fmt::format("table {} has no primary key or unique index over ({}), so rows cannot be upserted by it",
                    table->name.text(), list),
        fmt::format("ALTER TABLE {} ADD PRIMARY KEY ({})", dialect.quote(table->name), list));
  }
  if (s.in_link() && !table->engine.empty() && table->engine != "InnoDB") {
    raise(ErrorKind::schema,
          fmt::format("table {} has engine {}, which has no transactions", table->name.text(), table->engine),
          fmt::format("ALTER TABLE {} ENGINE=InnoDB", dialect.quote(table->name)));
  }
  plan->table = std::move(table);
  return plan;
}

}  // namespace tandem::sql_sink
