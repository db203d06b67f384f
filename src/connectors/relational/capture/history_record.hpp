#pragma once
#include "connectors/relational/model/table.hpp"
#include "tandem/base/result.hpp"
#include "tandem/data/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tandem::relational {

/// One item of `tableChanges`.
struct TableChange {
  enum class Type { create, alter, drop };
  Type type = Type::create;
  TableId id;
  std::optional<TableId> previous;  ///< rename
  TablePtr table;                   ///< nullptr: drop
};
std::string_view to_text(TableChange::Type type) noexcept;

/// One record of Debezium's schema history topic (debezium-sources.md §3.2).
struct HistoryRecord {
  OffsetMap source;    ///< {server}
  OffsetMap position;  ///< the offset map
  std::int64_t ts_ms = 0;
  std::string database;
  std::optional<std::string> schema;
  std::string ddl;
  std::vector<TableChange> changes;

  /// Laid out as Debezium's DocumentWriter does (two spaces, " : ").
  std::string to_json() const;
  /// Error(data) for text that is no such record.
  static Result<HistoryRecord> from_json(std::string_view text);
};

}  // namespace tandem::relational
