#include "connectors/relational/model/filters.hpp"

#include "tandem/base/error.hpp"
#include "tandem/config/java_regex.hpp"

#include <algorithm>
#include <array>

namespace tandem::relational {

struct PatternList::Compiled {
  std::vector<JavaRegex> all;
};

std::vector<std::string> split_regex_list(const std::string& list) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '\\' && i + 1 < list.size() && list[i + 1] == ',') {
      out.back() += ',';
      ++i;
    } else if (list[i] == ',') {
      out.emplace_back();
    } else {
      out.back() += list[i];
    }
  }
  for (auto& item : out) {
    const auto first = item.find_first_not_of(" \t\r\n");
    item = first == std::string::npos ? "" : item.substr(first, item.find_last_not_of(" \t\r\n") - first + 1);
  }
  std::erase_if(out, [](const std::string& item) { return item.empty(); });
  return out;
}

PatternList::PatternList(const std::string& setting, const std::string& list) {
  auto compiled = std::make_shared<Compiled>();
  for (const auto& item : split_regex_list(list)) {
    try {
      compiled->all.emplace_back(item, true);
    } catch (const TandemError& e) {
      raise(ErrorKind::config,
            "Invalid value " + list + " for configuration " + setting + ": '" + item +
                "' is not a regular expression: " + e.what(),
            "write a comma-separated list of regular expressions; a comma inside one is written '\\,'");
    }
  }
  if (!compiled->all.empty()) {
    patterns_ = std::move(compiled);
  }
}

bool PatternList::matches(const std::string& identifier) const {
  return patterns_ && std::any_of(patterns_->all.begin(), patterns_->all.end(),
                                  [&](const auto& p) { return p.matches(identifier); });
}

NameFilter::NameFilter(const std::string& include_setting, const std::string& include,
                       const std::string& exclude_setting, const std::string& exclude)
    : include_(include_setting, include), exclude_(exclude_setting, exclude) {
  if (!include_.empty() && !exclude_.empty()) {
    raise(ErrorKind::config,
          "both " + include_setting + " (" + include + ") and " + exclude_setting + " (" + exclude +
              ") are set",
          "remove one of the two");
  }
}

bool CaptureFilter::database(const std::string& name) const {
  static constexpr std::array<std::string_view, 4> kBuiltin{"mysql", "information_schema",
                                                            "performance_schema", "sys"};
  if (lists_.ignore_builtin && std::any_of(kBuiltin.begin(), kBuiltin.end(),
                                           [&](auto b) { return same_name(std::string(b), name); })) {
    return false;
  }
  return lists_.databases.allows(name);
}

bool CaptureFilter::schema(const std::string& name) const {
  if (lists_.ignore_builtin && (name == "pg_catalog" || name == "information_schema" ||
                                name.starts_with("pg_temp_") || name.starts_with("pg_toast"))) {
    return false;
  }
  return lists_.schemas.allows(name);
}

bool CaptureFilter::table(const TableId& id) {
  if (const auto it = known_.find(id); it != known_.end()) {
    return it->second;
  }
  const bool in = !id.table.starts_with("tandem_") &&
                  (id.schema.empty() ? database(id.catalog) : schema(id.schema)) &&
                  lists_.tables.allows(id.identifier());
  return known_.emplace(id, in).first->second;
}

bool CaptureFilter::column(const TableId& id, const std::string& column) const {
  return lists_.columns.allows(id.identifier() + "." + column);
}

}  // namespace tandem::relational
