#include "connectors/mysql/binlog/stream_state.hpp"

#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "connectors/mysql/binlog/query_kind.hpp"
#include "tests/unit/mysql_binlog/sample.hpp"

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

namespace w = test::binlog_writer;

class Stream : public testing::Test {
 protected:
  Stream() {
    EXPECT_EQ(feed(log.event(EventType::rotate, w::rotate("b.000001"), kFlagArtificial)), Step::file);
    EXPECT_EQ(feed(log.format()), Step::file);
  }
  Result<Step> try_feed(std::string packet) {
    packet_ = std::move(packet);
    BOOST_OUTCOME_TRY(const Event e, decoder.decode(packet_));
    return state.advance(e);
  }
  Step feed(std::string packet) { return value_or_throw(try_feed(std::move(packet))); }
  Step feed(EventType type, const std::string& body) { return feed(log.event(type, body)); }
  Step query(std::string_view sql) { return feed(EventType::query, w::query("shop", sql, 42)); }
  Step gtid(std::int64_t number) {
    GtidEvent g;
    g.number = number;
    return feed(EventType::gtid, w::gtid(g));
  }
  std::string rows() { return w::rows(RowsKind::write, table, {{{}, {w::integer(1)}}}); }

  w::Log log;
  EventDecoder decoder{true};
  StreamState state;
  TableMap table = [] {
    TableMap t;
    t.columns = {w::column("a", ColumnType::long_)};
    return t;
  }();
  std::string packet_;
};

TEST_F(Stream, ATransactionBeginsAndCommits) {
  const auto start = state.safe_position();
  EXPECT_EQ(gtid(5), Step::gtid);
  EXPECT_EQ(state.gtid()->number, 5);
  EXPECT_EQ(query("BEGIN"), Step::begin);
  EXPECT_EQ(state.thread_id(), 42U);
  EXPECT_EQ(feed(EventType::rows_query, w::rows_query("INSERT")), Step::rows_query);
  EXPECT_EQ(feed(EventType::table_map, w::table_map(table)), Step::table_map);
  EXPECT_EQ(feed(EventType::write_rows, rows()), Step::rows);
  EXPECT_EQ(feed(EventType::write_rows, rows()), Step::rows);
  EXPECT_EQ(state.rows_events_in_group(), 2U);
  EXPECT_EQ(state.safe_position(), start);
  EXPECT_EQ(query("SAVEPOINT `a`"), Step::statement);
  EXPECT_EQ(feed(EventType::xid, w::xid(9)), Step::commit);
  EXPECT_EQ(state.xid(), 9U);
  EXPECT_FALSE(state.in_group());
  EXPECT_EQ(state.safe_position(), (Position{"b.000001", log.position}));
}

TEST_F(Stream, DdlStandsAlone) {
  gtid(1);
  EXPECT_EQ(query("create table t (a int)"), Step::ddl);
  EXPECT_FALSE(state.in_group());
  EXPECT_EQ(state.query().sql, "create table t (a int)");
  // CREATE TABLE … SELECT of 8.0.21 is one transaction with its rows.
  gtid(2);
  query("BEGIN");
  EXPECT_EQ(query("CREATE TABLE t2 (a int) START TRANSACTION"), Step::ddl);
  EXPECT_TRUE(state.in_transaction());
  feed(EventType::table_map, w::table_map(table));
  feed(EventType::write_rows, rows());
  EXPECT_EQ(feed(EventType::xid, w::xid(1)), Step::commit);
}

TEST_F(Stream, RollbackAndNonTransactionalCommit) {
  gtid(1);
  query("BEGIN");
  feed(EventType::table_map, w::table_map(table));
  EXPECT_EQ(query("ROLLBACK"), Step::rollback);
  gtid(2);
  query("BEGIN");
  EXPECT_EQ(query("ROLLBACK TO `s`"), Step::statement);
  EXPECT_EQ(query("COMMIT"), Step::commit);
}

TEST_F(Stream, XaPrepareAndCommit) {
  gtid(1);
  EXPECT_EQ(query("XA START X'61',X'',1"), Step::begin);
  feed(EventType::table_map, w::table_map(table));
  feed(EventType::write_rows, rows());
  EXPECT_EQ(query("XA END X'61',X'',1"), Step::statement);
  EXPECT_EQ(feed(EventType::xa_prepare, w::xa_prepare("a", "", 1)), Step::xa_prepare);
  EXPECT_EQ(state.xa_id(), "X'61',X'',1");
  gtid(2);
  EXPECT_EQ(query("XA COMMIT X'61',X'',1"), Step::statement);
  EXPECT_FALSE(state.in_group());
}

TEST_F(Stream, APayloadIsATransactionAtOnePosition) {
  gtid(1);
  const std::string body =
      w::payload({log.inner(EventType::query, w::query("shop", "BEGIN")),
                  log.inner(EventType::table_map, w::table_map(table)),
                  log.inner(EventType::write_rows, rows()), log.inner(EventType::xid, w::xid(3))});
  const std::string packet = log.event(EventType::transaction_payload, body);
  EXPECT_EQ(feed(packet), Step::payload);
  PayloadReader reader;
  value_or_throw(reader.start(value_or_throw(decoder.decode(packet))));
  std::vector<Step> steps;
  while (const auto inner = value_or_throw(reader.next())) {
    steps.push_back(value_or_throw(state.advance(*inner)));
  }
  EXPECT_EQ(steps, (std::vector{Step::begin, Step::table_map, Step::rows, Step::commit}));
  EXPECT_EQ(state.safe_position().offset, log.position);
}

TEST_F(Stream, MariaDbsGtidIsItsBegin) {
  EXPECT_EQ(feed(EventType::mariadb_gtid, w::mariadb_gtid({0, 1, 7}, 0)), Step::gtid);
  EXPECT_TRUE(state.in_transaction());
  EXPECT_EQ(feed(EventType::mariadb_annotate_rows, "INSERT"), Step::rows_query);
  EXPECT_EQ(feed(EventType::table_map, w::table_map(table)), Step::table_map);
  EXPECT_EQ(feed(EventType::write_rows_v1, w::rows(RowsKind::write, table, {{{}, {w::integer(1)}}}, false)),
            Step::rows);
  EXPECT_EQ(feed(EventType::xid, w::xid(1)), Step::commit);
  feed(EventType::mariadb_gtid, w::mariadb_gtid({0, 1, 8}, 0x21));
  EXPECT_EQ(query("DROP TABLE t"), Step::ddl);
  EXPECT_EQ(state.mariadb_gtid()->gtid.to_string(), "0-1-8");
  EXPECT_FALSE(state.in_group());
}

TEST_F(Stream, WhatMayNotComeIsRefused) {
  EXPECT_FALSE(try_feed(log.event(EventType::xid, w::xid(1))).has_value());
  EXPECT_FALSE(try_feed(log.event(EventType::write_rows, rows())).has_value());
  gtid(1);
  EXPECT_FALSE(try_feed(log.event(EventType::write_rows, rows())).has_value());
  query("BEGIN");
  EXPECT_FALSE(try_feed(log.event(EventType::gtid, w::gtid(GtidEvent{}))).has_value());
}

TEST_F(Stream, UnknownEventsPassOnlyWhenTheyMayBeIgnored) {
  const auto unknown = static_cast<EventType>(99);
  EXPECT_EQ(feed(log.event(unknown, "x", kFlagIgnorable)), Step::nothing);
  const auto r = try_feed(log.event(unknown, "x"));
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error().kind, ErrorKind::fatal);
}

TEST_F(Stream, PositionsPassFourGigabytesAndFiles) {
  StreamState s({"b.000001", 0xFFFFFFF0ULL});
  Event e;
  e.header.type = EventType::stop;
  e.header.size = 0x20;
  e.header.end_position = 0x10;
  value_or_throw(s.advance(e));
  EXPECT_EQ(s.position().offset, 0x100000010ULL);
  feed(EventType::rotate, w::rotate("b.000002"));
  EXPECT_EQ(state.safe_position(), (Position{"b.000002", 4}));
}

TEST(QueryKind, GoesByTheFirstWords) {
  EXPECT_EQ(query_kind("BEGIN"), QueryKind::begin);
  EXPECT_EQ(query_kind("START TRANSACTION"), QueryKind::begin);
  EXPECT_EQ(query_kind("/* c */ insert into t values (1)"), QueryKind::dml);
  EXPECT_EQ(query_kind("-- c\n# d\n  Update t set a=1"), QueryKind::dml);
  EXPECT_EQ(query_kind("/*!40000 ALTER TABLE t DISABLE KEYS */"), QueryKind::ddl);
  EXPECT_EQ(query_kind("ROLLBACK TO `x`"), QueryKind::savepoint);
  EXPECT_EQ(query_kind("XA ROLLBACK X'61'"), QueryKind::xa_rollback);
  EXPECT_EQ(query_kind("TRUNCATE t"), QueryKind::ddl);
  EXPECT_EQ(query_kind(""), QueryKind::ddl);
  EXPECT_EQ(query_kind("/* open"), QueryKind::ddl);
}

}  // namespace
}  // namespace tandem::binlog
