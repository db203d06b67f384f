#include "connectors/postgres/pgoutput/messages.hpp"

#include "tests/support/pgoutput_writer.hpp"

#include <gtest/gtest.h>

namespace tandem::pgoutput {
namespace {

namespace pg = tandem::test::pg;

const Relation kUsers{16384, "public", "users", 'f', {{true, "id", 23, -1}, {false, "name", 1043, 68}}};
constexpr std::int64_t kTime = 1'785'000'000'123'456;

std::vector<std::string> every_message() {
  return {pg::begin(0x1000, kTime, 777),
          pg::commit(0x1000, 0x1030, kTime),
          pg::origin(0x99, "node_b"),
          pg::relation(kUsers),
          pg::type(16390, "public", "mood"),
          pg::insert(16384, {"1", std::nullopt}),
          pg::update(16384, {"1", pg::In::unchanged()}),
          pg::update(16384, 'K', {"1", std::nullopt}, {"2", "b"}),
          pg::update(16384, 'O', {"1", "a"}, {"1", "b"}),
          pg::remove(16384, 'O', {"1", "a"}),
          pg::truncate({16384, 16385}, 3),
          pg::message(true, 0x1000, "tandem", "{}")};
}

TEST(PgoutputMessages, DecodesTransactionFrame) {
  Decoder d;
  const std::string begin = pg::begin(0x1000, kTime, 777);
  ASSERT_EQ(d.decode(begin).value(), Kind::begin);
  EXPECT_EQ(d.begin().final_lsn, Lsn(0x1000));
  EXPECT_EQ(d.begin().commit_time_us, kTime);
  EXPECT_EQ(d.begin().xid, 777U);
  const std::string commit = pg::commit(0x1000, 0x1030, kTime);
  ASSERT_EQ(d.decode(commit).value(), Kind::commit);
  EXPECT_EQ(d.commit().end_lsn, Lsn(0x1030));
  const std::string origin = pg::origin(5, "node_b");
  ASSERT_EQ(d.decode(origin).value(), Kind::origin);
  EXPECT_EQ(d.origin().name, "node_b");
}

TEST(PgoutputMessages, DecodesRelationAndRows) {
  Decoder d;
  const std::string relation = pg::relation(kUsers);
  ASSERT_EQ(d.decode(relation).value(), Kind::relation);
  EXPECT_EQ(d.relation(), kUsers);
  const std::string update = pg::update(16384, 'K', {"1", std::nullopt}, {"2", pg::In::unchanged()});
  ASSERT_EQ(d.decode(update).value(), Kind::update);
  EXPECT_EQ(d.row().relation, 16384U);
  EXPECT_EQ(d.row().old_kind, OldTuple::key);
  ASSERT_EQ(d.row().old_row.size(), 2U);
  EXPECT_EQ(d.row().old_row[0].bytes, "1");
  EXPECT_TRUE(d.row().old_row[1].is_null());
  EXPECT_EQ(d.row().new_row[0].bytes, "2");
  EXPECT_TRUE(d.row().new_row[1].is_unchanged());
  const std::string insert = pg::insert(16384, {"", "x"});
  ASSERT_EQ(d.decode(insert).value(), Kind::insert);
  EXPECT_EQ(d.row().old_kind, OldTuple::none);
  EXPECT_TRUE(d.row().old_row.empty());
  EXPECT_FALSE(d.row().new_row[0].is_null());
  EXPECT_EQ(d.row().new_row[0].bytes, "");
}

TEST(PgoutputMessages, DecodesTruncateAndLogicalMessage) {
  Decoder d;
  const std::string truncate = pg::truncate({1, 2}, 3);
  ASSERT_EQ(d.decode(truncate).value(), Kind::truncate);
  EXPECT_TRUE(d.truncate().cascade);
  EXPECT_TRUE(d.truncate().restart_identity);
  EXPECT_EQ(d.truncate().relations, (std::vector<std::uint32_t>{1, 2}));
  const std::string message = pg::message(true, 7, "p", std::string_view("a\0b", 3));
  ASSERT_EQ(d.decode(message).value(), Kind::message);
  EXPECT_TRUE(d.message().transactional);
  EXPECT_EQ(d.message().prefix, "p");
  EXPECT_EQ(d.message().content, std::string_view("a\0b", 3));
}

TEST(PgoutputMessages, EveryTruncationIsRefused) {
  for (const std::string& whole : every_message()) {
    Decoder d;
    ASSERT_TRUE(d.decode(whole).has_value());
    for (std::size_t n = 0; n < whole.size(); ++n) {
      const std::string cut = whole.substr(0, n);
      EXPECT_FALSE(d.decode(cut).has_value()) << whole[0] << " cut at " << n;
    }
    EXPECT_FALSE(d.decode(whole + "x").has_value()) << whole[0] << " with a byte too many";
  }
}

TEST(PgoutputMessages, StreamedAndUnknownMessagesAreRefusedByName) {
  Decoder d;
  EXPECT_NE(d.decode("S\0\0").error().message.find("proto_version 1"), std::string::npos);
  EXPECT_NE(d.decode("?").error().message.find("unknown"), std::string::npos);
}

TEST(PgoutputMessages, StreamEnvelope) {
  const std::string data = pg::data(0x10, 0x20, kTime, "payload");
  const auto m = parse_stream_message(data).value();
  EXPECT_EQ(m.kind, StreamMessage::Kind::data);
  EXPECT_EQ(m.start, Lsn(0x10));
  EXPECT_EQ(m.end, Lsn(0x20));
  EXPECT_EQ(m.time_us, kTime);
  EXPECT_EQ(m.payload, "payload");
  const std::string alive = pg::keep_alive(0x30, kTime, true);
  const auto k = parse_stream_message(alive).value();
  EXPECT_EQ(k.kind, StreamMessage::Kind::keep_alive);
  EXPECT_TRUE(k.reply_requested);
  for (std::size_t n = 0; n < alive.size(); ++n) {
    EXPECT_FALSE(parse_stream_message(alive.substr(0, n)).has_value());
  }
  for (std::size_t n = 0; n < 25; ++n) {
    EXPECT_FALSE(parse_stream_message(data.substr(0, n)).has_value());
  }
}

TEST(PgoutputMessages, StatusUpdateHasTheServersLayout) {
  const std::string u = encode_status_update(Lsn(1), Lsn(2), Lsn(3), kPostgresEpochUs + 4, true);
  EXPECT_EQ(to_hex(u),
            "72"
            "0000000000000001"
            "0000000000000002"
            "0000000000000003"
            "0000000000000004"
            "01");
}

TEST(PgoutputMessages, LsnText) {
  EXPECT_EQ(to_text(Lsn(0x16B374D848)), "16/B374D848");
  EXPECT_EQ(parse_lsn("16/B374D848").value(), Lsn(0x16B374D848));
  for (const char* bad : {"", "/", "1/", "/1", "1", "G/1", "1/1x", "123456789/1"}) {
    EXPECT_FALSE(parse_lsn(bad).has_value()) << bad;
  }
}

TEST(PgoutputStreamState, AcceptsALegalTransaction) {
  StreamState s;
  for (const Kind k : {Kind::begin, Kind::origin, Kind::relation, Kind::type, Kind::insert, Kind::update,
                       Kind::remove, Kind::truncate, Kind::commit, Kind::begin, Kind::commit}) {
    EXPECT_TRUE(s.accept(k).has_value()) << to_string(k);
  }
  EXPECT_TRUE(s.accept(Kind::message, false).has_value());
  EXPECT_TRUE(s.accept(Kind::begin).has_value());
  EXPECT_TRUE(s.accept(Kind::message, true).has_value());
}

TEST(PgoutputStreamState, RefusesWhatBreaksTheOrder) {
  const auto refused = [](std::initializer_list<Kind> before, Kind kind, bool transactional = false) {
    StreamState s;
    for (const Kind k : before) {
      EXPECT_TRUE(s.accept(k).has_value());
    }
    const auto state = s.state();
    const bool no = !s.accept(kind, transactional).has_value();
    EXPECT_EQ(s.state(), state);
    return no;
  };
  EXPECT_TRUE(refused({}, Kind::insert));
  EXPECT_TRUE(refused({}, Kind::update));
  EXPECT_TRUE(refused({}, Kind::remove));
  EXPECT_TRUE(refused({}, Kind::truncate));
  EXPECT_TRUE(refused({}, Kind::commit));
  EXPECT_TRUE(refused({}, Kind::origin));
  EXPECT_TRUE(refused({}, Kind::message, true));
  EXPECT_TRUE(refused({Kind::begin}, Kind::begin));
  EXPECT_TRUE(refused({Kind::begin, Kind::insert}, Kind::begin));
  EXPECT_TRUE(refused({Kind::begin, Kind::insert}, Kind::origin));
  EXPECT_TRUE(refused({Kind::begin, Kind::commit}, Kind::insert));
}

}  // namespace
}  // namespace tandem::pgoutput
