#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "connectors/mysql/binlog/events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::binlog {

/// What an event means for whoever follows the log.
enum class Step : std::uint8_t {
  nothing,    ///< no concern of a reader (checkpoints, session variables, ignorable events)
  file,       ///< another file, or the description of the one in hand: forget all table maps
  heartbeat,  ///< the server is alive; the position may have moved
  gtid,       ///< a transaction is announced: gtid() or mariadb_gtid()
  begin,      ///< a group of row changes begins
  table_map,
  rows,        ///< lazily: see parse_rows_event
  rows_query,  ///< the statement behind the rows that follow
  ddl,         ///< query(): a statement that may change tables. Ends its group unless in_transaction()
  statement,   ///< query(): a change in statement format, a savepoint, or XA bookkeeping; no rows come of it
  payload,     ///< a compressed transaction: feed the events of PayloadReader to advance()
  commit,      ///< the group is complete
  rollback,    ///< the group is complete and its changes are void
  xa_prepare,  ///< the group is complete, its changes wait for XA COMMIT of xa_id()
  incident,    ///< events are missing: incident()
};

std::string_view to_string(Step step) noexcept;

struct Position {
  std::string file;
  std::uint64_t offset = 4;  ///< of the byte after the last event
  friend bool operator==(const Position&, const Position&) = default;
};

/// The legal order of events:
///
///   log   := (ROTATE | FORMAT | PREVIOUS_GTIDS | GTID_LIST | HEARTBEAT | STOP | CHECKPOINT | group)*
///   group := [GTID] ( BEGIN body (XID | COMMIT | ROLLBACK | XA_PREPARE) | DDL | PAYLOAD )
///   body  := (ROWS_QUERY | TABLE_MAP | ROWS | QUERY | session variables)*
///
/// with a function for each state. MariaDB's GTID is its own BEGIN unless it stands alone. The events inside
/// of a PAYLOAD follow the same rules and move no position. One thread.
class StreamState {
 public:
  explicit StreamState(Position start = {}) : position_(std::move(start)) {}

  /// Error: data when the event may not come here, fatal for what cannot be read.
  Result<Step> advance(const Event& event);

  /// After the last event. In a group, going on from here needs its table maps: go on from safe_position()
  /// instead.
  const Position& position() const noexcept { return position_; }
  /// After the last complete group, or the log's own event between two: where to start again.
  const Position& safe_position() const noexcept { return safe_; }
  bool in_group() const noexcept { return state_ != State::between; }
  bool in_transaction() const noexcept { return state_ == State::transaction; }
  /// Rows events of this group so far: with safe_position() the exact place of a change.
  std::uint64_t rows_events_in_group() const noexcept { return rows_events_; }

  /// Of the group in hand or just ended. Views hold until the next event.
  const std::optional<GtidEvent>& gtid() const noexcept { return gtid_; }
  const std::optional<MariaDbGtidEvent>& mariadb_gtid() const noexcept { return mariadb_gtid_; }
  const Query& query() const noexcept { return query_; }
  std::uint64_t xid() const noexcept { return xid_; }
  const std::string& xa_id() const noexcept { return xa_id_; }
  std::uint32_t thread_id() const noexcept {
    return thread_id_;
  }  ///< of the session, from the group's first QUERY
  const Incident& incident() const noexcept { return incident_; }

 private:
  enum class State : std::uint8_t { between, announced, transaction };

  Result<Step> between(const Event& event);
  Result<Step> announced(const Event& event);
  Result<Step> transaction(const Event& event);
  Result<Step> take_query(const Event& event);
  Result<Step> take_gtid(const Event& event);
  Result<Step> of_the_log(const Event& event);
  Step end_group(Step step) noexcept;
  void move_position(const EventHeader& header) noexcept;
  Error out_of_order(const Event& event) const;

  State state_ = State::between;
  bool in_payload_ = false;
  Position position_, safe_;
  std::optional<GtidEvent> gtid_;
  std::string gtid_tag_;
  std::optional<MariaDbGtidEvent> mariadb_gtid_;
  Query query_;
  std::string plain_query_, xa_id_;
  Incident incident_;
  std::uint64_t xid_ = 0, rows_events_ = 0;
  std::uint32_t thread_id_ = 0;
};

}  // namespace tandem::binlog
