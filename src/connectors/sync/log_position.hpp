#pragma once
#include "tandem/base/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::sync {

/// Which log a position is of, and which numbering of it. A server's log can begin anew (RESET MASTER, a
/// restore), and a source can be pointed at another server: places of two logs say nothing about each other.
struct LogIdentity {
  std::uint64_t server =
      0;  ///< MySQL, MariaDB: fingerprint() of what names the server; PostgreSQL: system identifier
  std::uint64_t numbering =
      0;  ///< MySQL, MariaDB: the second in which the binlog file was made; PostgreSQL: timeline

  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};

/// 64-bit FNV-1a; never 0.
std::uint64_t fingerprint(std::string_view text) noexcept;

/// Where one record of a source stands in the total order of that source's log. Text form (header
/// `tandem.pos`, column source_position of tandem_position), all numbers decimal:
///   MySQL, MariaDB  "m:<server>:<file made at>:<binlog file number>:<start of the transaction in
///   it>:<ordinal in the transaction>" PostgreSQL      "p:<system identifier>:<timeline>:<commit
///   LSN>:<ordinal in the transaction>" snapshot rows   the same with "s:" before it: where the log stood
///   when the snapshot was taken.
/// Without the identity ("m:<file>:<start>:<ordinal>", "p:<LSN>:<ordinal>") it is 0:0: texts of before there
/// were identities. A snapshot position covers nothing: many rows share it, so no record is ever a repeat
/// because of it.
struct LogPosition {
  enum class Log : std::uint8_t { mysql, postgres };

  Log log = Log::mysql;
  bool snapshot = false;
  LogIdentity identity;
  std::uint64_t file = 0;     ///< binlog file number; 0 on PostgreSQL
  std::uint64_t place = 0;    ///< start of the transaction in the file; commit LSN on PostgreSQL
  std::uint64_t ordinal = 0;  ///< of the record in its transaction, from 0

  static LogPosition mysql(LogIdentity identity, std::uint64_t file, std::uint64_t place,
                           std::uint64_t ordinal) noexcept {
    return {Log::mysql, false, identity, file, place, ordinal};
  }
  static LogPosition postgres(LogIdentity identity, std::uint64_t commit_lsn,
                              std::uint64_t ordinal) noexcept {
    return {Log::postgres, false, identity, 0, commit_lsn, ordinal};
  }
  LogPosition as_snapshot() const noexcept {
    LogPosition p = *this;
    p.snapshot = true;
    return p;
  }

  /// Error(data) when the text has none of the forms above.
  static Result<LogPosition> parse(std::string_view text);
  /// One allocation: it is written for each record of a link.
  std::string text() const;

  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Order of two places of one log; nullopt when they are of different logs or numberings, or one is of a
/// snapshot. Binlog files of one numbering are made one after another: a later number that was made no later
/// is of another numbering.
std::optional<std::strong_ordering> compare(const LogPosition& a, const LogPosition& b) noexcept;

/// True when a record at `record` was already applied by someone who has applied the log up to and including
/// `applied`. In doubt it is false: a change applied twice can be seen and mended, one that was dropped
/// cannot.
bool is_repeat(const LogPosition& record, const LogPosition& applied) noexcept;

}  // namespace tandem::sync
