#pragma once
#include "connectors/relational/model/table.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tandem::relational {

/// A comma-separated list of Java regexes (a comma inside one is written `\,`), case-insensitive, each
/// matched against the whole identifier. Immutable, cheap to copy.
class PatternList {
 public:
  PatternList() = default;
  /// Throws TandemError(config) naming `setting` for a pattern that does not compile.
  PatternList(const std::string& setting, const std::string& list);
  bool empty() const noexcept { return !patterns_; }
  bool matches(const std::string& identifier) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> patterns_;
};

/// The items of such a list, trimmed, `\,` turned into a comma.
std::vector<std::string> split_regex_list(const std::string& list);

/// An include list or an exclude list; neither: everything passes.
class NameFilter {
 public:
  NameFilter() = default;
  /// Throws TandemError(config) when both are given or a pattern is bad. The settings' names are for the
  /// error.
  NameFilter(const std::string& include_setting, const std::string& include,
             const std::string& exclude_setting, const std::string& exclude);
  bool allows(const std::string& identifier) const {
    return include_.empty() ? exclude_.empty() || !exclude_.matches(identifier)
                            : include_.matches(identifier);
  }
  bool restricts() const noexcept { return !include_.empty() || !exclude_.empty(); }

 private:
  PatternList include_, exclude_;
};

/// Which tables and columns are captured; remembers its answer per table. One thread uses it. Tables named
/// `tandem_*` are the sync bookkeeping and never captured.
class CaptureFilter {
 public:
  struct Lists {
    NameFilter databases, schemas, tables, columns;
    bool ignore_builtin = true;  ///< MySQL's and PostgreSQL's own schemas
  };
  explicit CaptureFilter(Lists lists) : lists_(std::move(lists)) {}

  bool database(const std::string& name) const;
  bool schema(const std::string& name) const;
  /// Cached.
  bool table(const TableId& id);
  bool column(const TableId& id, const std::string& column) const;
  bool ignores_builtin() const noexcept { return lists_.ignore_builtin; }
  bool has_column_lists() const noexcept { return lists_.columns.restricts(); }

 private:
  Lists lists_;
  std::unordered_map<TableId, bool> known_;
};

}  // namespace tandem::relational
