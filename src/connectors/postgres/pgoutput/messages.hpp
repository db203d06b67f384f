#pragma once
#include "tandem/base/bytes.hpp"
#include "tandem/base/named_type.hpp"
#include "tandem/base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Messages of PostgreSQL's logical streaming replication, protocol version 1 (PostgreSQL documentation,
/// "Logical Replication Message Formats" and "Streaming Replication Protocol"). Views point into the bytes
/// that were decoded. No I/O.
namespace tandem::pgoutput {

/// Byte position in the write-ahead log.
using Lsn = NamedType<std::uint64_t, struct LsnTag>;
/// "16/B374D848".
std::string to_text(Lsn lsn);
Result<Lsn> parse_lsn(std::string_view text);

/// Microseconds since 1970-01-01 UTC. The server counts from 2000-01-01.
inline constexpr std::int64_t kPostgresEpochUs = 946'684'800'000'000;

/// What a CopyData message of the replication stream holds.
struct StreamMessage {
  enum class Kind { data, keep_alive } kind = Kind::data;
  Lsn start;                 ///< data: where this piece starts
  Lsn end;                   ///< end of WAL on the server
  std::int64_t time_us = 0;  ///< server's clock, microseconds since 1970
  bool reply_requested = false;
  BytesView payload;  ///< data only
};
Result<StreamMessage> parse_stream_message(BytesView bytes);

/// Standby status update ('r'). The server counts positions as "last byte + 1".
std::string encode_status_update(Lsn written, Lsn flushed, Lsn applied, std::int64_t now_us,
                                 bool reply_requested);

struct Begin {
  Lsn final_lsn;  ///< of the commit record
  std::int64_t commit_time_us = 0;
  std::uint32_t xid = 0;
};
struct Commit {
  Lsn commit_lsn;  ///< equals Begin::final_lsn
  Lsn end_lsn;     ///< first byte behind the transaction
  std::int64_t commit_time_us = 0;
};
struct Origin {
  Lsn commit_lsn;
  std::string_view name;
};
struct RelationColumn {
  bool key = false;  ///< part of the replica identity
  std::string name;
  std::uint32_t type = 0;
  std::int32_t modifier = -1;
  friend bool operator==(const RelationColumn&, const RelationColumn&) = default;
};
struct Relation {
  std::uint32_t id = 0;
  std::string schema;  ///< "" stands for pg_catalog
  std::string name;
  char replica_identity = 'd';  ///< pg_class.relreplident: d, n, f, i
  std::vector<RelationColumn> columns;
  friend bool operator==(const Relation&, const Relation&) = default;
};
struct Type {
  std::uint32_t id = 0;
  std::string_view schema, name;
};

/// One column value of a tuple.
struct Cell {
  enum class Kind : char { null = 'n', unchanged = 'u', text = 't' } kind = Kind::null;
  BytesView bytes;
  bool is_null() const noexcept { return kind == Kind::null; }
  bool is_unchanged() const noexcept { return kind == Kind::unchanged; }
};
using Tuple = std::vector<Cell>;

enum class OldTuple : char { none = 0, key = 'K', full = 'O' };

/// INSERT (new), UPDATE (new, perhaps old), DELETE (old).
struct RowChange {
  std::uint32_t relation = 0;
  OldTuple old_kind = OldTuple::none;
  Tuple old_row, new_row;
};
struct Truncate {
  bool cascade = false;
  bool restart_identity = false;
  std::vector<std::uint32_t> relations;
};
/// pg_logical_emit_message.
struct LogicalMessage {
  bool transactional = false;
  Lsn lsn;
  std::string_view prefix;
  BytesView content;
};

enum class Kind : char {
  begin = 'B',
  commit = 'C',
  origin = 'O',
  relation = 'R',
  type = 'Y',
  insert = 'I',
  update = 'U',
  remove = 'D',
  truncate = 'T',
  message = 'M'
};
std::string_view to_string(Kind kind) noexcept;  ///< "INSERT"

/// Decodes one message at a time into buffers that it keeps: what an accessor gives is valid until the next
/// decode(), and its views as long as the payload's bytes. One thread.
class Decoder {
 public:
  /// Error(data) for bytes that are no such message, with the message's letter and the offset.
  Result<Kind> decode(BytesView payload);
  /// Only the letter, checked: enough to drop a message unread.
  static Result<Kind> peek(BytesView payload);

  const Begin& begin() const noexcept { return begin_; }
  const Commit& commit() const noexcept { return commit_; }
  const Origin& origin() const noexcept { return origin_; }
  const Relation& relation() const noexcept { return relation_; }
  const Type& type() const noexcept { return type_; }
  const RowChange& row() const noexcept { return row_; }
  const Truncate& truncate() const noexcept { return truncate_; }
  const LogicalMessage& message() const noexcept { return message_; }

 private:
  Begin begin_;
  Commit commit_;
  Origin origin_;
  Relation relation_;
  Type type_;
  RowChange row_;
  Truncate truncate_;
  LogicalMessage message_;
};

/// The order in which messages may come; a stream that breaks it is not understood and must not be applied.
///   outside:  Begin | Message(not transactional) | Relation | Type
///   started:  Origin, then as inside
///   inside:   Relation | Type | Insert | Update | Delete | Truncate | Message | Commit
class StreamState {
 public:
  enum class State { outside, started, inside };
  /// Error(data) naming both; the state does not change then.
  Result<void> accept(Kind kind, bool transactional_message = false);
  State state() const noexcept { return state_; }
  void reset() noexcept { state_ = State::outside; }

 private:
  State state_ = State::outside;
};

}  // namespace tandem::pgoutput
