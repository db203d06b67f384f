#pragma once
#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/packet_pump.hpp"
#include "connectors/mysql/row_events.hpp"
#include "connectors/mysql/snapshot.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::mysql {

/// Turns binlog events into records: transactions, rows, DDL, GTIDs, echoes of the own link, heartbeats; says
/// at any moment where to restart. Debezium's MySqlStreamingChangeEventSource. One task thread.
class BinlogStream final : private relational::OffsetMaker {
 public:
  struct Link {
    std::string link, origin;  ///< sync.link and sync.origin; empty: no link
    std::uint64_t server = 0;  ///< fingerprint of what names the server (sync/log_position.hpp)
    std::shared_ptr<Counter> echoes;
  };
  using ReadShape = std::function<TablePtr(const TableId&)>;
  BinlogStream(SourceParts parts, relational::TransactionMetadata& transactions,
               const relational::TopicNaming& topics, Link link, BinlogOffset start, ReadShape read_shape);

  /// The dump begins at the start of the file, since the protocol has no way to name the place
  /// (ReplicationOptions::position): what stands before the start is passed over. Before the first event.
  void pass_over_to_start() noexcept { passing_over_ = true; }
  /// One event as it came from the server. Appends the records it yields. Throws TandemError.
  void handle(BytesView packet, std::vector<SourceRecord>& out);
  bool heartbeat_due() const;
  /// A heartbeat record when the interval has passed.
  void heartbeat_if_due(std::vector<SourceRecord>& out);
  /// Covers all events handled.
  SourceOffsetPtr position() { return offset(transactions_.state()); }
  /// Whole transactions were passed over since the last record: the position is worth keeping. While records
  /// come, theirs suffice (and are what Debezium would store).
  bool passed_over() const noexcept { return passed_over_; }
  const BinlogOffset& at() const noexcept { return tracker_.at(); }

 private:
  SourceOffsetPtr offset(const relational::TransactionState* transaction) override {
    return tracker_.offset(transaction);
  }
  void handle_tracked(const binlog::Event& event, std::vector<SourceRecord>& out);
  void dispatch(const binlog::Event& event, std::vector<SourceRecord>& out);
  void on_rotate(const binlog::Event& event);
  void on_gtid(const binlog::Event& event);
  void on_mariadb_gtid(const binlog::Event& event, std::vector<SourceRecord>& out);
  void on_query(const binlog::Event& event, std::vector<SourceRecord>& out);
  void on_ddl(const binlog::Query& query, std::vector<SourceRecord>& out);
  void on_truncate(const TableId& id, std::vector<SourceRecord>& out);
  /// In a link: the exact place of each record from `from` on (header tandem.pos).
  void stamp_position(std::vector<SourceRecord>& out, std::size_t from, std::uint64_t place,
                      std::uint64_t ordinal) const;
  void on_table_map(const binlog::Event& event);
  void on_partial_rows(const binlog::Event& event);
  void on_rows(const binlog::Event& event, std::vector<SourceRecord>& out);
  /// event.processing.failure.handling.mode over one event of rows or their table.
  template <class F>
  void tolerating(F&& f);
  /// Whether the rows of this GTID source are wanted (gtid.source.includes and excludes).
  bool wants(std::string source);
  void refuse_unknown(const binlog::EventHeader& header) const;
  void on_payload(const binlog::Event& event, std::vector<SourceRecord>& out);
  void start_transaction(std::vector<SourceRecord>& out);
  void end_transaction(std::vector<SourceRecord>& out);
  void set_time(std::int64_t ns) { parts_.source.ts_ns = ns; }
  std::string transaction_id() const;
  void note_marker(const MarkerRow& marker);

  SourceParts parts_;
  relational::TransactionMetadata& transactions_;
  const relational::TopicNaming& topics_;
  Link link_;
  ReadShape read_shape_;
  OffsetTracker tracker_;
  binlog::GtidSet gtid_set_;
  binlog::MariaDbGtidList mariadb_gtids_;
  bool has_gtids_ = false;
  RowEvents rows_;
  std::string query_text_;  ///< unpacked statement of a compressed query

  std::uint64_t skip_events_, skip_rows_;  ///< of the first transaction: done before the restart
  bool skipping_ = false, first_transaction_ = true;
  bool first_table_map_ = true;    ///< none seen yet in this transaction
  BinlogOffset start_;             ///< where this stream began
  std::int64_t last_event_s_ = 0;  ///< time of the event before, seconds
  bool mariadb_ = false;
  bool records_in_transaction_ = false, passed_over_ = false;
  bool echo_ = false;      ///< this transaction is our own link's
  bool unwanted_ = false;  ///< this transaction is of a GTID source that is filtered out
  bool passing_over_ = false;
  bool awaiting_marker_ = false;
  std::int64_t commit_us_ = 0;  ///< of the GTID event; 0: not known
  std::vector<Header> extra_headers_;
  std::uint64_t file_made_ = 0;  ///< seconds; of the file's FORMAT_DESCRIPTION event
  relational::NameFilter gtid_sources_;
  bool filters_gtids_ = false;
  std::string last_gtid_source_;  ///< the one that `unwanted_source_` is about
  bool unwanted_source_ = false;
  FailureMode failures_;
  std::int64_t heartbeat_every_ns_ = 0, heartbeat_due_ns_ = 0;
};

}  // namespace tandem::mysql
