#pragma once
#include "connectors/postgres/record_maker.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::postgres_source {

/// How rows of a described relation are told.
struct TableShape {
  PlanPtr plan;
  /// Text of the columns that the plan has behind those of the Relation message; nullopt: null.
  std::vector<std::optional<std::string>> added;
};

/// Where the shape of a table comes from besides its Relation message (a catalogue, or a test's script).
class TableSource {
 public:
  virtual ~TableSource() = default;
  /// Called only when its description is new; `first`: it is the first of this relation since the stream
  /// began.
  virtual TableShape shape_of(const pgoutput::Relation& relation, bool first) = 0;
  /// True when the table has REPLICA IDENTITY FULL from now on, though `relation` came before that: a table
  /// made while the stream runs is set by replica.identity.autoset.values here.
  virtual bool gives_whole_rows(const pgoutput::Relation& relation) = 0;
};

/// Messages of the logical stream in, records out: grammar, relations, echoes, positions, resumption. No I/O
/// besides TableSource. One task thread.
class ChangeReader final : relational::OffsetMaker {
 public:
  ChangeReader(RecordMaker& maker, TableSource& tables, PostgresOffset start);

  /// A new stream begins at restart_lsn(): what was handled of the transaction in progress will be skipped.
  void restart();
  /// One message. `lsn`: of the XLogData. Appends records. Throws TandemError.
  void handle(pgoutput::Lsn lsn, BytesView payload, std::int64_t now_ns, std::vector<SourceRecord>& out);
  /// The server has nothing up to `end` that was not sent. Moves the position when no transaction is open.
  void idle_at(pgoutput::Lsn end);

  const PostgresOffset& position() const noexcept { return at_; }
  /// The offset of the last record, moved on to where the stream stands. Debezium stores offsets with records
  /// only, so all but the places in the log stay those of that record.
  PostgresOffset progress() const;
  /// True once after the position moved without a record that carries it.
  bool take_moved() noexcept { return std::exchange(moved_, false); }
  bool in_transaction() const noexcept { return state_.state() != pgoutput::StreamState::State::outside; }
  std::uint64_t take_echoes() noexcept { return std::exchange(echoes_, 0); }
  /// Transactions committed since the last call.
  std::uint64_t take_commits() noexcept { return std::exchange(commits_, 0); }
  const std::string& echo_origin() const noexcept { return echo_origin_; }
  std::int64_t last_commit_time_us() const noexcept { return commit_time_us_; }

 private:
  struct Relation {
    pgoutput::Relation description;
    TableShape shape;         // without plan: not captured
    std::vector<Cell> added;  // of shape.added
    std::string collection;
  };
  SourceOffsetPtr offset(const relational::TransactionState* transaction) override;
  void begin(pgoutput::Lsn lsn, std::vector<SourceRecord>& out);
  void commit(std::vector<SourceRecord>& out);
  void learn(const pgoutput::Relation& relation);
  void try_row(pgoutput::Kind kind, pgoutput::Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out);
  void row(pgoutput::Kind kind, pgoutput::Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out);
  void truncate(pgoutput::Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out);
  void message(pgoutput::Lsn lsn, std::int64_t now_ns, std::vector<SourceRecord>& out);
  bool already_handled(pgoutput::Lsn lsn);
  void advance(pgoutput::Lsn lsn, std::string_view type);
  std::string sequence(pgoutput::Lsn lsn) const;
  void finish_records(std::vector<SourceRecord>& out, std::size_t from);
  void label_transaction(pgoutput::Lsn lsn);

  RecordMaker& maker_;
  TableSource& tables_;
  pgoutput::Decoder decoder_;
  pgoutput::StreamState state_;
  std::unordered_map<std::uint32_t, Relation> relations_;
  PostgresOffset at_;
  pgoutput::Lsn idle_;                    // the server has nothing before it that was not sent
  std::optional<PostgresOffset> resume_;  // what an earlier stream had handled of the first transaction
  std::int64_t skipped_at_lsn_ = 0;
  bool resumed_transaction_ = false;
  bool dropping_ = false;    // an echo of our own link
  bool first_item_ = false;  // nothing but relations since Begin
  bool moved_ = false;
  std::uint64_t ordinal_ = 0, echoes_ = 0, commits_ = 0;
  std::string echo_origin_;
  std::int64_t commit_time_us_ = 0;
  std::optional<sync::Provenance> provenance_;
  std::shared_ptr<const PostgresOffset> last_offset_;
};

}  // namespace tandem::postgres_source
