#pragma once
#include <cstdint>
#include <string_view>

namespace tandem::binlog {

enum class QueryKind : std::uint8_t {
  begin,
  commit,
  rollback,
  xa_start,
  xa_end,
  xa_commit,
  xa_rollback,
  savepoint,
  dml,
  ddl
};

/// By the first words, past comments. What is not known is `ddl`: the safe side.
QueryKind query_kind(std::string_view sql) noexcept;

}  // namespace tandem::binlog
