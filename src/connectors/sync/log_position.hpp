#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/result.hpp"

namespace tandem::sync {

/// Where one record of a source stands in the total order of that source's log. Text form (header `tandem.pos`, column
/// source_position of tandem_position):
///   MySQL, MariaDB  "m:<binlog file number>:<start of the transaction in it>:<ordinal in the transaction>"
///   PostgreSQL      "p:<commit LSN, decimal>:<ordinal in the transaction>"
///   snapshot rows   the same with "s:" before it: where the log stood when the snapshot was taken.
/// A snapshot position covers nothing: many rows share it, so no record is ever a repeat because of it.
struct LogPosition {
  enum class Log : std::uint8_t { mysql, postgres };

  Log log = Log::mysql;
  bool snapshot = false;
  std::uint64_t file = 0;     ///< binlog file number; 0 on PostgreSQL
  std::uint64_t place = 0;    ///< start of the transaction in the file; commit LSN on PostgreSQL
  std::uint64_t ordinal = 0;  ///< of the record in its transaction, from 0

  static LogPosition mysql(std::uint64_t file, std::uint64_t place, std::uint64_t ordinal) noexcept {
    return {Log::mysql, false, file, place, ordinal};
  }
  static LogPosition postgres(std::uint64_t commit_lsn, std::uint64_t ordinal) noexcept {
    return {Log::postgres, false, 0, commit_lsn, ordinal};
  }
  LogPosition as_snapshot() const noexcept {
    LogPosition p = *this;
    p.snapshot = true;
    return p;
  }

  /// Error(data) when the text has none of the forms above.
  static Result<LogPosition> parse(std::string_view text);
  void append_to(std::string& out) const;
  std::string text() const;

  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Order of two places of one log; nullopt when they are of different kinds of log or one is of a snapshot.
std::optional<std::strong_ordering> compare(const LogPosition& a, const LogPosition& b) noexcept;

/// True when a record at `record` was already applied by someone who has applied the log up to and including `applied`.
bool is_repeat(const LogPosition& record, const LogPosition& applied) noexcept;

}  // namespace tandem::sync
