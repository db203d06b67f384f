#include "connectors/postgres/change_reader.hpp"

#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "tandem/base/log.hpp"

#include <fmt/format.h>

namespace tandem::postgres_source {

using pgoutput::Kind;
using pgoutput::Lsn;

ChangeReader::ChangeReader(RecordMaker& maker, TableSource& tables, PostgresOffset start)
    : maker_(maker), tables_(tables), at_(std::move(start)) {
  maker_.transactions().restore(at_.transaction);
  last_offset_ = std::make_shared<PostgresOffset>(at_);
  restart();
}

void ChangeReader::restart() {
  state_.reset();
  relations_.clear();
  dropping_ = first_item_ = resumed_transaction_ = false;
  skipped_at_lsn_ = 0;
  resume_.reset();
  if (at_.xid && at_.lsn && at_.snapshot == PostgresOffset::Snapshot::none && at_.lsn != at_.commit) {
    resume_ = at_;
  }
}

SourceOffsetPtr ChangeReader::offset(const relational::TransactionState* transaction) {
  auto out = std::make_shared<PostgresOffset>(at_);
  if (transaction != nullptr) {
    out->transaction = *transaction;
  } else {
    out->transaction.reset();
  }
  last_offset_ = out;
  return out;
}

void ChangeReader::handle(Lsn lsn, BytesView payload, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  const Kind peeked = value_or_throw(pgoutput::Decoder::peek(payload));
  const bool row_like =
      peeked == Kind::insert || peeked == Kind::update || peeked == Kind::remove || peeked == Kind::truncate;
  if (dropping_ && (row_like || peeked == Kind::message)) {
    value_or_throw(state_.accept(peeked, true));
    return;
  }
  const Kind kind = value_or_throw(decoder_.decode(payload));
  value_or_throw(state_.accept(kind, kind == Kind::message && decoder_.message().transactional));
  switch (kind) {
    case Kind::begin:
      begin(lsn, out);
      break;
    case Kind::commit:
      commit(out);
      break;
    case Kind::relation:
      learn(decoder_.relation());
      break;
    case Kind::origin:
    case Kind::type:
      break;
    case Kind::insert:
    case Kind::update:
    case Kind::remove:
      try_row(kind, lsn, now_ns, out);
      break;
    case Kind::truncate:
      truncate(lsn, now_ns, out);
      break;
    case Kind::message:
      message(lsn, now_ns, out);
      break;
  }
}

void ChangeReader::label_transaction(Lsn lsn) {
  maker_.transactions().show_as(fmt::format("{}:{}", at_.xid.value_or(0), lsn.value()));
}

void ChangeReader::begin(Lsn lsn, std::vector<SourceRecord>& out) {
  const auto& b = decoder_.begin();
  resumed_transaction_ = resume_ && resume_->xid == static_cast<std::int64_t>(b.xid);
  commit_time_us_ = b.commit_time_us;
  ordinal_ = 0;
  skipped_at_lsn_ = 0;
  dropping_ = false;
  first_item_ = true;
  provenance_.reset();
  if (resumed_transaction_) {
    return;  // its Begin and what followed are in the position that we resume from
  }
  at_.snapshot = PostgresOffset::Snapshot::none;
  at_.xid = b.xid;
  at_.ts_usec = b.commit_time_us;
  at_.events_at_lsn = 0;
  auto& transactions = maker_.transactions();
  if (transactions.enabled()) {
    at_.lsn = at_.processed = lsn;
    at_.message_type = "BEGIN";
    transactions.start(std::to_string(b.xid));
    label_transaction(lsn);
    out.push_back(transactions.begin_record(b.commit_time_us / 1000, offset(transactions.state())));
  }
}

void ChangeReader::commit(std::vector<SourceRecord>& out) {
  const auto& c = decoder_.commit();
  auto& transactions = maker_.transactions();
  at_.lsn = at_.processed = at_.commit = c.end_lsn;
  at_.events_at_lsn = 0;
  at_.ts_usec = c.commit_time_us;
  at_.message_type = "COMMIT";
  if (transactions.enabled() && transactions.state() != nullptr) {
    label_transaction(c.end_lsn);
    out.push_back(transactions.end_record(c.commit_time_us / 1000, offset(transactions.state())));
    transactions.finish();
  }
  ++commits_;
  if (dropping_) {
    ++echoes_;
  }
  dropping_ = false;
  resumed_transaction_ = false;
  resume_.reset();
  moved_ = true;
}

void ChangeReader::idle_at(Lsn end) {
  if (in_transaction() || end <= std::max(idle_, at_.restart_lsn())) {
    return;
  }
  idle_ = end;
  moved_ = true;
}

PostgresOffset ChangeReader::progress() const {
  PostgresOffset out = *last_offset_;
  if (in_transaction()) {
    return out;
  }
  const Lsn end = std::max(idle_, at_.restart_lsn());
  out.events_at_lsn = 0;
  out.lsn = out.confirmed = end;
  // `sequence` tells the end of the last transaction: it has to outlive a restart.
  const Lsn last_commit = at_.commit.value_or(end);
  if (out.processed) {
    out.processed = out.commit ? end : last_commit;
  }
  if (out.commit) {
    out.commit = last_commit;
  }
  return out;
}

void ChangeReader::learn(const pgoutput::Relation& relation) {
  const auto [at, first] = relations_.try_emplace(relation.id);
  Relation& known = at->second;
  known.description = relation;
  const relational::TableId id{maker_.settings().database,
                               relation.schema.empty() ? "pg_catalog" : relation.schema, relation.name};
  known.collection = id.identifier();
  known.shape = maker_.filter().table(id) ? tables_.shape_of(relation, first) : TableShape{};
  known.added.clear();
  for (const auto& text : known.shape.added) {
    known.added.push_back(text ? Cell{Cell::Kind::text, *text} : Cell{});
  }
  if (known.shape.plan && !maker_.settings().link.empty() && relation.replica_identity != 'f' &&
      !tables_.gives_whole_rows(relation)) {
    raise(ErrorKind::config,
          fmt::format("sync.link needs whole rows, but {} has replica identity '{}'", known.collection,
                      relation.replica_identity),
          fmt::format("ALTER TABLE {0} REPLICA IDENTITY FULL, or replica.identity.autoset.values={0}:FULL",
                      known.collection));
  }
}

bool ChangeReader::already_handled(Lsn lsn) {
  if (!resumed_transaction_) {
    return false;
  }
  if (lsn < *resume_->lsn) {
    return true;
  }
  if (lsn == *resume_->lsn && resume_->message_type != "BEGIN") {
    return skipped_at_lsn_++ < std::max<std::int64_t>(1, resume_->events_at_lsn);
  }
  return false;
}

void ChangeReader::advance(Lsn lsn, std::string_view type) {
  at_.events_at_lsn =
      at_.lsn == lsn && at_.message_type != "BEGIN" && at_.events_at_lsn > 0 ? at_.events_at_lsn + 1 : 1;
  at_.lsn = at_.processed = lsn;
  at_.message_type = type;
}

std::string ChangeReader::sequence(Lsn lsn) const {
  return at_.commit ? fmt::format("[\"{}\",\"{}\"]", at_.commit->value(), lsn.value())
                    : fmt::format("[null,\"{}\"]", lsn.value());
}

void ChangeReader::finish_records(std::vector<SourceRecord>& out, std::size_t from) {
  // A truncate of several tables is one change in as many records.
  for (std::size_t i = from; i + 1 < out.size(); ++i) {
    out[i].source_offset = nullptr;
  }
  if (maker_.settings().link.empty()) {
    return;
  }
  // Three numbers to each event, so that the records of one event have positions of their own whatever is
  // filtered.
  std::uint64_t ordinal = ordinal_ * 3;
  for (std::size_t i = from; i < out.size(); ++i) {
    const auto put = [&](std::string_view name, std::string text) {
      out[i].headers.push_back({std::string(name), primitive(SchemaType::string), Value(std::move(text))});
    };
    put(sync::kHeaderPosition,
        sync::LogPosition::postgres(maker_.log(), decoder_.begin().final_lsn.value(), ordinal++).text());
    put(sync::kHeaderOrigin, provenance_ ? provenance_->origin : maker_.settings().origin);
    if (provenance_ && !provenance_->hops.empty()) {
      put(sync::kHeaderHops, provenance_->hops_text());
    }
  }
}

/// event.processing.failure.handling.mode decides about a row that no record can be made of.
void ChangeReader::try_row(Kind kind, Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  const std::size_t from = out.size();
  const std::uint64_t ordinal = ordinal_;
  try {
    row(kind, lsn, now_ns, out);
  } catch (const TandemError& e) {
    const FailureMode mode = maker_.settings().on_bad_event;
    if (e.kind() != ErrorKind::data || mode == FailureMode::fail) {
      throw;
    }
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(from), out.end());
    ordinal_ = ordinal + 1;
    if (mode == FailureMode::warn) {
      log::warn("tandem.postgres", "the event at {} (transaction {}) is left out: {}", to_text(lsn),
                at_.xid.value_or(0), e.error().text());
    }
  }
}

void ChangeReader::row(Kind kind, Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  first_item_ = false;
  const auto& r = decoder_.row();
  const auto found = relations_.find(r.relation);
  if (found == relations_.end()) {
    raise(ErrorKind::data, fmt::format("{} at {} for relation {} that was never described",
                                       pgoutput::to_string(kind), to_text(lsn), r.relation));
  }
  const Relation& relation = found->second;
  const std::uint64_t mine = ordinal_++;
  if (already_handled(lsn)) {
    return;
  }
  advance(lsn, pgoutput::to_string(kind));
  const auto op = kind == Kind::insert   ? relational::Operation::create
                  : kind == Kind::update ? relational::Operation::update
                                         : relational::Operation::remove;
  if (!relation.shape.plan || maker_.records().skips(op)) {
    maker_.records().count_filtered();
    return;
  }
  const std::size_t columns = relation.description.columns.size();
  const bool has_new = kind != Kind::remove, has_old = r.old_kind != pgoutput::OldTuple::none;
  if ((has_new && r.new_row.size() != columns) || (has_old && r.old_row.size() != columns)) {
    raise(ErrorKind::data,
          fmt::format("a row of {} has {} values, its description {} columns", relation.collection,
                      has_new ? r.new_row.size() : r.old_row.size(), columns));
  }
  const Plan& plan = *relation.shape.plan;
  const bool whole_old = r.old_kind == pgoutput::OldTuple::full;
  relational::RowChange change;
  change.op = op;
  if (has_new) {
    const auto cell = [&](std::size_t i) -> const Cell& {
      return i >= columns                               ? relation.added[i - columns]
             : whole_old && r.new_row[i].is_unchanged() ? r.old_row[i]
                                                        : r.new_row[i];
    };
    change.after = plan.row(cell);
    change.after_key = plan.key(cell);
  }
  if (has_old) {
    static constexpr Cell kNull;
    const auto cell = [&](std::size_t i) -> const Cell& {
      return i < columns ? r.old_row[i] : whole_old ? relation.added[i - columns] : kNull;
    };
    change.before = plan.row(cell);
    change.before_key = plan.key(cell);
  }
  change.source = maker_.source(*at_.ts_usec, "false", plan.table->id, at_.xid, lsn, sequence(lsn));
  if (maker_.transactions().enabled()) {
    label_transaction(lsn);
  }
  const std::size_t from = out.size();
  maker_.records().append(plan, std::move(change), relation.collection, now_ns, {}, *this, out);
  ordinal_ = mine;
  finish_records(out, from);
  ordinal_ = mine + 1;
}

void ChangeReader::truncate(Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  first_item_ = false;
  const std::uint64_t mine = ordinal_++;
  if (already_handled(lsn)) {
    return;
  }
  advance(lsn, "TRUNCATE");
  if (maker_.records().skips(relational::Operation::truncate)) {
    return;
  }
  const std::size_t from = out.size();
  for (const std::uint32_t id : decoder_.truncate().relations) {
    const auto found = relations_.find(id);
    if (found == relations_.end() || !found->second.shape.plan) {
      continue;
    }
    relational::RowChange change;
    change.op = relational::Operation::truncate;
    change.source = maker_.source(*at_.ts_usec, "false", found->second.shape.plan->table->id, at_.xid, lsn,
                                  sequence(lsn));
    if (maker_.transactions().enabled()) {
      label_transaction(lsn);
    }
    maker_.records().append(*found->second.shape.plan, std::move(change), found->second.collection, now_ns,
                            {}, *this, out);
  }
  ordinal_ = mine;
  finish_records(out, from);
  ordinal_ = mine + std::max<std::size_t>(1, decoder_.truncate().relations.size());
}

void ChangeReader::message(Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out) {
  const auto& m = decoder_.message();
  const Settings& settings = maker_.settings();
  if (m.prefix == sync::kMessagePrefix) {
    if (m.transactional && first_item_ && !settings.link.empty()) {
      const auto marker = sync::Marker::from_json(m.content);
      if (!marker.has_value()) {
        log::warn("tandem.postgres", "a message with prefix tandem at {} is no marker: {}", to_text(lsn),
                  marker.error().text());
      } else if (sync::is_echo(marker.value(), settings.link)) {
        dropping_ = true;
        echo_origin_ = marker.value().from.origin;
      } else {
        provenance_ = sync::forwarded(marker.value().from, settings.origin);
      }
    }
    first_item_ = false;
    return;
  }
  first_item_ = false;
  const std::uint64_t mine = ordinal_;
  if (m.transactional) {
    ++ordinal_;
    if (already_handled(lsn)) {
      return;
    }
  }
  if (!settings.message_prefixes.allows(std::string(m.prefix))) {
    maker_.records().count_filtered();
    return;
  }
  maker_.records().count(relational::Operation::message);
  const std::size_t from = out.size();
  if (m.transactional) {
    advance(lsn, "MESSAGE");
    Value block;
    if (maker_.transactions().enabled()) {
      label_transaction(lsn);
      block = maker_.transactions().count("LOGICAL_DECODING_MESSAGE");
    }
    SourceRecord r = maker_.message(m, maker_.source(*at_.ts_usec, "false", {}, at_.xid, lsn, sequence(lsn)),
                                    std::move(block), now_ns);
    r.source_offset = offset(maker_.transactions().state());
    out.push_back(std::move(r));
  } else {
    // Debezium takes it for a transaction of its own. It may come again after a restart, never be lost.
    if (!in_transaction()) {
      at_.lsn = at_.processed = at_.commit = lsn;
      at_.message_type = "MESSAGE";
      at_.events_at_lsn = 0;
    }
    const std::int64_t ts_us = commit_time_us_ != 0 ? commit_time_us_ : now_ns / 1000;
    SourceRecord r =
        maker_.message(m, maker_.source(ts_us, "false", {}, std::nullopt, lsn, sequence(lsn)), {}, now_ns);
    r.source_offset = offset(nullptr);
    out.push_back(std::move(r));
  }
  const std::uint64_t next = ordinal_;
  ordinal_ = mine;
  finish_records(out, from);
  ordinal_ = next;
}

}  // namespace tandem::postgres_source
