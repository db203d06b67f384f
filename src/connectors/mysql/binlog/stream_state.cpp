#include "connectors/mysql/binlog/stream_state.hpp"

#include "connectors/mysql/binlog/query_kind.hpp"
#include "connectors/mysql/binlog/rows_event.hpp"
#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {

std::string_view to_string(Step step) noexcept {
  switch (step) {
    case Step::nothing:
      return "nothing";
    case Step::file:
      return "file";
    case Step::heartbeat:
      return "heartbeat";
    case Step::gtid:
      return "gtid";
    case Step::begin:
      return "begin";
    case Step::table_map:
      return "table_map";
    case Step::rows:
      return "rows";
    case Step::rows_query:
      return "rows_query";
    case Step::ddl:
      return "ddl";
    case Step::statement:
      return "statement";
    case Step::payload:
      return "payload";
    case Step::commit:
      return "commit";
    case Step::rollback:
      return "rollback";
    case Step::xa_prepare:
      return "xa_prepare";
    case Step::incident:
      return "incident";
  }
  return "unknown";
}

Result<Step> StreamState::advance(const Event& event) {
  move_position(event.header);
  Result<Step> step = state_ == State::between     ? between(event)
                      : state_ == State::announced ? announced(event)
                                                   : transaction(event);
  if (step.has_value() && state_ == State::between) {
    safe_.offset = position_.offset;
    if (safe_.file != position_.file) {
      safe_.file = position_.file;
    }
  }
  return step;
}

void StreamState::move_position(const EventHeader& h) noexcept {
  // A heartbeat's position is its own matter, made-up events have none, those inside of a payload neither.
  if (h.end_position == 0 || h.artificial() || h.type == EventType::heartbeat ||
      h.type == EventType::heartbeat_v2) {
    return;
  }
  // The header has 32 bits; a transaction may pass 4 GiB.
  const std::uint64_t expected = position_.offset + h.size;
  position_.offset = static_cast<std::uint32_t>(expected) == h.end_position ? expected : h.end_position;
}

Step StreamState::end_group(Step step) noexcept {
  state_ = State::between;
  in_payload_ = false;
  return step;
}

Error StreamState::out_of_order(const Event& event) const {
  return Error(
      ErrorKind::data,
      fmt::format("{} at {}:{} may not come {}", to_string(event.header.type), position_.file,
                  position_.offset,
                  state_ == State::between     ? "outside of a transaction"
                  : state_ == State::announced ? "right after a GTID"
                                               : "inside of a transaction"),
      "start from the beginning of a transaction; if the position is right, check the log with mysqlbinlog");
}

Result<Step> StreamState::between(const Event& event) {
  switch (event.header.type) {
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
    case EventType::mariadb_gtid:
      return take_gtid(event);
    case EventType::query:
    case EventType::mariadb_query_compressed:
      gtid_.reset();
      mariadb_gtid_.reset();
      rows_events_ = 0;
      return take_query(event);
    case EventType::transaction_payload:
      in_payload_ = true;
      state_ = State::announced;
      return Step::payload;
    case EventType::table_map:
    case EventType::xid:
    case EventType::xa_prepare:
      return out_of_order(event);
    default:
      if (is_rows_event(event.header.type)) {
        return out_of_order(event);
      }
      return of_the_log(event);
  }
}

Result<Step> StreamState::announced(const Event& event) {
  switch (event.header.type) {
    case EventType::query:
    case EventType::mariadb_query_compressed:
      return take_query(event);
    case EventType::transaction_payload:
      if (in_payload_) {
        return out_of_order(event);
      }
      in_payload_ = true;
      return Step::payload;
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
    case EventType::transaction_context:
    case EventType::view_change:
      return Step::nothing;
    case EventType::rows_query:
    case EventType::mariadb_annotate_rows:
      return Step::rows_query;
    case EventType::rotate:
    case EventType::format_description:
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
      return of_the_log(event);
    default:
      return out_of_order(event);
  }
}

Result<Step> StreamState::transaction(const Event& event) {
  switch (event.header.type) {
    case EventType::table_map:
      return Step::table_map;
    case EventType::query:
    case EventType::mariadb_query_compressed:
      return take_query(event);
    case EventType::rows_query:
    case EventType::mariadb_annotate_rows:
      return Step::rows_query;
    case EventType::xid: {
      BOOST_OUTCOME_TRY(xid_, parse_xid(event));
      return end_group(Step::commit);
    }
    case EventType::xa_prepare: {
      bool one_phase = false;
      BOOST_OUTCOME_TRY(xa_id_, parse_xa_prepare(event, one_phase));
      return end_group(one_phase ? Step::commit : Step::xa_prepare);
    }
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
    case EventType::append_block:
    case EventType::delete_file:
    case EventType::begin_load_query:
    case EventType::view_change:
    case EventType::transaction_context:
      return Step::nothing;
    case EventType::execute_load_query:
      return Step::statement;
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
    case EventType::mariadb_gtid:
    case EventType::transaction_payload:
      return out_of_order(event);
    default:
      if (is_rows_event(event.header.type)) {
        ++rows_events_;
        return Step::rows;
      }
      return of_the_log(event);
  }
}

Result<Step> StreamState::take_gtid(const Event& event) {
  gtid_.reset();
  mariadb_gtid_.reset();
  rows_events_ = 0;
  thread_id_ = 0;
  state_ = State::announced;
  if (event.header.type == EventType::mariadb_gtid) {
    BOOST_OUTCOME_TRY(mariadb_gtid_, parse_mariadb_gtid(event));
    if (!mariadb_gtid_->standalone()) {
      state_ = State::transaction;
    }
    return Step::gtid;
  }
  BOOST_OUTCOME_TRY(gtid_, parse_gtid(event));
  gtid_tag_ = gtid_->tag;
  gtid_->tag = gtid_tag_;
  return Step::gtid;
}

Result<Step> StreamState::take_query(const Event& event) {
  BOOST_OUTCOME_TRY(query_, parse_query(event, plain_query_));
  if (thread_id_ == 0) {
    thread_id_ = query_.thread_id;
  }
  const bool inside = state_ == State::transaction;
  switch (query_kind(query_.sql)) {
    case QueryKind::begin:
    case QueryKind::xa_start:
      if (inside && !mariadb_gtid_) {
        return out_of_order(event);
      }
      state_ = State::transaction;
      return Step::begin;
    case QueryKind::commit:
      return inside ? Result<Step>(end_group(Step::commit)) : out_of_order(event);
    case QueryKind::rollback:
      return inside ? Result<Step>(end_group(Step::rollback)) : out_of_order(event);
    case QueryKind::xa_commit:
    case QueryKind::xa_rollback:
      return end_group(Step::statement);
    case QueryKind::xa_end:
    case QueryKind::savepoint:
      return Step::statement;
    case QueryKind::dml:
      return inside ? Step::statement : end_group(Step::statement);
    case QueryKind::ddl:
      return inside ? Step::ddl : end_group(Step::ddl);
  }
  return Step::statement;
}

Result<Step> StreamState::of_the_log(const Event& event) {
  switch (event.header.type) {
    case EventType::rotate: {
      BOOST_OUTCOME_TRY(const Rotate r, parse_rotate(event));
      position_.file = r.file;
      position_.offset = r.position;
      return Step::file;
    }
    case EventType::format_description: {
      BOOST_OUTCOME_TRY(const FormatDescription f, parse_format_description(event));
      // The server had died in the middle of a transaction, which is therefore rolled back.
      if (in_group() && f.created != 0 && !event.header.artificial()) {
        end_group(Step::rollback);
      }
      return Step::file;
    }
    case EventType::heartbeat:
    case EventType::heartbeat_v2: {
      BOOST_OUTCOME_TRY(const Heartbeat h, parse_heartbeat(event));
      // Between groups it tells how far the server has got past what it filtered out.
      if (!in_group() && h.file == position_.file && h.position > position_.offset) {
        position_.offset = h.position;
      }
      return Step::heartbeat;
    }
    case EventType::incident: {
      BOOST_OUTCOME_TRY(incident_, parse_incident(event));
      return Step::incident;
    }
    case EventType::stop:
    case EventType::ignorable:
    case EventType::previous_gtids:
    case EventType::view_change:
    case EventType::transaction_context:
    case EventType::mariadb_annotate_rows:
    case EventType::mariadb_binlog_checkpoint:
    case EventType::mariadb_gtid_list:
    case EventType::mariadb_start_encryption:
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
    case EventType::rows_query:
      return Step::nothing;
    default:
      if ((event.header.flags & kFlagIgnorable) != 0) {
        return Step::nothing;
      }
      return Error(ErrorKind::fatal,
                   fmt::format("binlog event of type {} at {}:{} is not known and must not be ignored",
                               static_cast<int>(event.header.type), position_.file, position_.offset),
                   "use a newer version of this program");
  }
}

}  // namespace tandem::binlog
