#include "connectors/relational/model/table_schema.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>

namespace tandem::relational {
namespace {

std::string trimmed(const std::string& s) {
  const auto first = s.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : s.substr(first, s.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto to = std::min(text.find(separator, from), text.size());
    if (auto item = trimmed(text.substr(from, to - from)); !item.empty()) {
      out.push_back(std::move(item));
    }
    from = to + 1;
  }
  return out;
}

}  // namespace

KeyColumns::KeyColumns(const std::string& text) {
  for (const auto& rule : split(text, ';')) {
    const auto colon = rule.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == rule.size()) {
      raise(ErrorKind::config,
            "Invalid value " + text + " for configuration message.key.columns: '" + rule +
                "' has no 'table:columns' form",
            "write it as db.table:column1,column2;db.other:column3");
    }
    const std::string table = trimmed(rule.substr(0, colon));
    for (const auto& column : split(rule.substr(colon + 1), ',')) {
      patterns_.emplace_back("message.key.columns", table + "\\." + column);
    }
  }
}

std::vector<std::size_t> KeyColumns::columns_of(const Table& table) const {
  std::vector<std::size_t> out;
  for (const auto& pattern : patterns_) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string& name = table.columns[i].name;
      if (pattern.matches(table.id.identifier() + "." + name) ||
          (!table.id.schema.empty() && pattern.matches(table.id.text() + "." + name))) {
        out.push_back(i);
      }
    }
  }
  return out;
}

namespace detail {

SchemaPtr finish_column(SchemaBuilder& schema, const Column& column,
                        const std::optional<Value>& default_value, bool include_comments,
                        const ColumnChange& change) {
  for (const auto& [key, value] : change.parameters) {
    schema.parameter(key, value);
  }
  if (column.optional) {
    schema.optional();
  }
  if (include_comments && column.comment) {
    schema.doc(*column.comment);
  }
  if (default_value && !default_value->is_null()) {
    schema.default_value(*default_value);
  }
  return schema.build();
}

std::vector<std::size_t> key_indexes(const Table& table, const KeyColumns& keys) {
  std::vector<std::size_t> out = keys.columns_of(table);
  if (!out.empty()) {
    return out;
  }
  for (const auto& name : table.primary_key) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (same_name(table.columns[i].name, name)) {
        out.push_back(i);
      }
    }
  }
  return out;
}

}  // namespace detail
}  // namespace tandem::relational
