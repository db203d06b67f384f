#include "tests/unit/postgres/script.hpp"

namespace tandem::postgres_source {
namespace {

using pgoutput::Lsn;
using test::pg::In;
using ::testing::ElementsAre;
namespace pg = test::pg;

TEST(ChangeReader, TransactionsBecomeRecordsWithTheirPlaces) {
  Script s;
  s.transaction(7,
                {{100, pg::relation(Script::users())},
                 {100, pg::insert(10, {"1", "a"})},
                 {110, pg::update(10, {"1", "b"})},
                 {120, pg::remove(10, 'K', {"1", std::nullopt})}},
                201);
  EXPECT_THAT(s.all, ElementsAre(R"(c "before":null,"after":{"id":1,"name":"a"})",
                                 R"(u "before":null,"after":{"id":1,"name":"b"})",
                                 R"(d "before":{"id":1,"name":null},"after":null)", "tombstone"));
  EXPECT_EQ(s.topics[0], "t.public.users");
  EXPECT_EQ(s.offset(1).lsn, Lsn(110));
  EXPECT_EQ(s.offset(1).xid, 7);
  EXPECT_FALSE(s.offset(1).commit) << "the server sends the transaction again from before it";
  EXPECT_EQ(s.reader->position().restart_lsn(), Lsn(201));
  EXPECT_TRUE(s.reader->take_moved());
  EXPECT_FALSE(s.reader->take_moved());
}

TEST(ChangeReader, AKeyThatChangesIsADeleteAndACreateAndOnlyTheLastCounts) {
  Script s;
  s.transaction(7,
                {{100, pg::relation(Script::users())},
                 {100, pg::insert(10, {"1", "a"})},
                 {110, pg::update(10, 'K', {"1", std::nullopt}, {"2", "a"})}},
                201);
  ASSERT_EQ(s.all.size(), 4U);
  EXPECT_EQ(s.all[1], R"(d "before":{"id":1,"name":null},"after":null)");
  EXPECT_EQ(s.all[2], "tombstone");
  EXPECT_EQ(s.all[3], R"(c "before":null,"after":{"id":2,"name":"a"})");
  EXPECT_EQ(s.offset(1).lsn, Lsn(100));
  EXPECT_EQ(s.offset(2).lsn, Lsn(100));
  EXPECT_EQ(s.offset(3).lsn, Lsn(110));
}

TEST(ChangeReader, ReplicaIdentityFullGivesTheRowBefore) {
  Script s;
  s.transaction(7,
                {{100, pg::relation(Script::users('f'))},
                 {100, pg::update(10, 'O', {"1", "long"}, {"1", In::unchanged()})},
                 {110, pg::remove(10, 'O', {"1", "long"})}},
                201);
  EXPECT_EQ(s.all[0], R"(u "before":{"id":1,"name":"long"},"after":{"id":1,"name":"long"})")
      << "the old row fills what was not sent";
  EXPECT_EQ(s.all[1], R"(d "before":{"id":1,"name":"long"},"after":null)");
}

TEST(ChangeReader, AnUnchangedToastedValueIsThePlaceholder) {
  Script s(ConfigMap{{"unavailable.value.placeholder", "?"}});
  s.transaction(7, {{100, pg::relation(Script::users())}, {100, pg::update(10, {"1", In::unchanged()})}},
                201);
  EXPECT_THAT(s.all, ElementsAre(R"(u "before":null,"after":{"id":1,"name":"?"})"));
}

TEST(ChangeReader, TruncatesAreSkippedUnlessAskedFor) {
  const std::vector<std::pair<std::uint64_t, std::string>> messages = {{100, pg::relation(Script::users())},
                                                                       {100, pg::truncate({10})}};
  Script skipping;
  skipping.transaction(7, messages, 201);
  EXPECT_TRUE(skipping.all.empty());
  EXPECT_EQ(skipping.reader->position().restart_lsn(), Lsn(201));
  Script asked(ConfigMap{{"skipped.operations", "none"}});
  asked.transaction(7, messages, 201);
  EXPECT_THAT(asked.all, ElementsAre(R"(t "before":null,"after":null)"));
}

TEST(ChangeReader, ARelationIsReadAnewWhenItsShapeChanges) {
  Script s;
  s.transaction(7, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"1", "a"})}}, 201);
  auto wider = Script::users();
  wider.columns.push_back({false, "age", Script::kInt, -1});
  s.transaction(8, {{300, pg::relation(wider)}, {300, pg::insert(10, {"2", "b", "30"})}}, 401);
  EXPECT_EQ(s.all[1], R"(c "before":null,"after":{"id":2,"name":"b","age":30})");
  EXPECT_EQ(s.described, 2);
  EXPECT_THROW(s.transaction(9, {{500, pg::insert(10, {"3", "c"})}}, 601), TandemError)
      << "two values for three columns";
}

TEST(ChangeReader, ChangesFromBeforeAColumnWasAddedHaveItsDefault) {
  Script s;
  s.later = {{"w", "x"}, {"n", std::nullopt}};
  s.transaction(7,
                {{100, pg::relation(Script::users('f'))},
                 {100, pg::insert(10, {"1", "a"})},
                 {110, pg::update(10, 'O', {"1", "a"}, {"1", "b"})},
                 {120, pg::relation(Script::users('d'))},
                 {120, pg::remove(10, 'K', {"1", std::nullopt})}},
                201);
  EXPECT_THAT(
      s.all,
      ElementsAre(
          R"(c "before":null,"after":{"id":1,"name":"a","w":"x","n":null})",
          R"(u "before":{"id":1,"name":"a","w":"x","n":null},"after":{"id":1,"name":"b","w":"x","n":null})",
          R"(d "before":{"id":1,"name":null},"after":null)", "tombstone"))
      << "only the first description of a stream is from before";
}

TEST(ChangeReader, AnUnknownRelationIsRefused) {
  Script s;
  s.send(100, pg::begin(200, Script::kTime, 7));
  EXPECT_THROW(s.send(100, pg::insert(99, {"1"})), TandemError);
}

TEST(ChangeReader, BadEventsAreLeftOutWhenTheSettingSaysSo) {
  Script s(ConfigMap{{"event.processing.failure.handling.mode", "warn"},
                     {"event.converting.failure.handling.mode", "fail"}});
  s.transaction(7,
                {{100, pg::relation(Script::users())},
                 {100, pg::insert(10, {"no number", "a"})},
                 {110, pg::insert(10, {"2", "b"})}},
                201);
  EXPECT_THAT(s.all, ElementsAre(R"(c "before":null,"after":{"id":2,"name":"b"})"));
  Script strict(ConfigMap{{"event.converting.failure.handling.mode", "fail"}});
  EXPECT_THROW(strict.transaction(
                   7, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"no number", "a"})}}, 201),
               TandemError);
  auto wider = Script::users();
  wider.columns.push_back({false, "age", Script::kInt, -1});
  Script lenient;
  lenient.transaction(7, {{100, pg::relation(wider)}, {100, pg::insert(10, {"1", "a", "no number"})}}, 201);
  EXPECT_THAT(lenient.all, ElementsAre(R"(c "before":null,"after":{"id":1,"name":"a","age":null})"))
      << "as Debezium's default has it";
}

TEST(ChangeReader, KeepAlivesMoveThePositionOutsideOfTransactionsOnly) {
  Script s;
  s.transaction(7, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"1", "a"})}}, 201);
  s.reader->take_moved();
  s.reader->idle_at(Lsn(150));
  EXPECT_FALSE(s.reader->take_moved()) << "never back";
  s.reader->idle_at(Lsn(900));
  EXPECT_TRUE(s.reader->take_moved());
  EXPECT_EQ(s.reader->progress().handled_to(), Lsn(900));
  EXPECT_EQ(s.reader->position().restart_lsn(), Lsn(201)) << "sequence tells the last commit";
  s.send(1000, pg::begin(1100, Script::kTime, 8));
  s.reader->idle_at(Lsn(1050));
  EXPECT_FALSE(s.reader->take_moved());
  EXPECT_EQ(s.reader->position().restart_lsn(), Lsn(201));
}

TEST(ChangeReader, ProgressKeepsTheKeysOfTheLastRecordsOffset) {
  Script s;
  s.transaction(7, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"1", "a"})}}, 201);
  const PostgresOffset at = s.reader->progress();
  EXPECT_EQ(at.message_type, "INSERT");
  EXPECT_EQ(at.lsn, Lsn(201));
  EXPECT_FALSE(at.commit) << "there was none before the only record";
  EXPECT_EQ(at.restart_lsn(), Lsn(201));
}

/// Four changes, two of which share an LSN (a multi-insert).
std::vector<std::pair<std::uint64_t, std::string>> four() {
  return {{300, pg::relation(Script::users())},
          {300, pg::insert(10, {"1", "a"})},
          {310, pg::insert(10, {"2", "b"})},
          {310, pg::insert(10, {"3", "c"})},
          {320, pg::insert(10, {"4", "d"})}};
}

TEST(ChangeReader, AReconnectInTheMiddleOfATransactionLosesAndRepeatsNothing) {
  for (std::size_t cut = 1; cut <= 5; ++cut) {
    Script s;
    s.transaction(6, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"0", "z"})}}, 201);
    s.send(300, pg::begin(400, Script::kTime, 7));
    const auto messages = four();
    for (std::size_t i = 0; i < cut; ++i) {
      s.send(messages[i].first, messages[i].second);
    }
    EXPECT_EQ(s.reader->position().restart_lsn(), Lsn(201));
    s.reader->restart();
    s.transaction(7, four(), 401);
    EXPECT_THAT(s.all, ElementsAre(R"(c "before":null,"after":{"id":0,"name":"z"})",
                                   R"(c "before":null,"after":{"id":1,"name":"a"})",
                                   R"(c "before":null,"after":{"id":2,"name":"b"})",
                                   R"(c "before":null,"after":{"id":3,"name":"c"})",
                                   R"(c "before":null,"after":{"id":4,"name":"d"})"))
        << "cut after " << cut;
    EXPECT_EQ(s.reader->position().restart_lsn(), Lsn(401));
  }
}

TEST(ChangeReader, ANewTaskResumesInsideATransactionFromEachStoredOffset) {
  Script first;
  first.transaction(6, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"0", "z"})}}, 201);
  first.transaction(7, four(), 401);
  first.transaction(8, {{500, pg::insert(10, {"5", "e"})}}, 601);
  ASSERT_EQ(first.all.size(), 6U);
  for (std::size_t stored = 0; stored < 6; ++stored) {
    Script s;
    s.from(PostgresOffset::from_map(first.offset(stored).to_map()));
    const Lsn from = s.reader->position().restart_lsn();
    // The server sends whole transactions that end behind the place asked for.
    if (from < Lsn(201)) {
      s.transaction(6, {{100, pg::relation(Script::users())}, {100, pg::insert(10, {"0", "z"})}}, 201);
    }
    if (from < Lsn(401)) {
      s.transaction(7, four(), 401);
    }
    s.transaction(8, {{500, pg::relation(Script::users())}, {500, pg::insert(10, {"5", "e"})}}, 601);
    EXPECT_EQ(s.all, std::vector<std::string>(first.all.begin() + static_cast<std::ptrdiff_t>(stored) + 1,
                                              first.all.end()))
        << "offset " << stored;
  }
}

TEST(ChangeReader, TransactionMetadataCountsEvents) {
  Script s(ConfigMap{{"provide.transaction.metadata", "true"}});
  s.transaction(7,
                {{100, pg::relation(Script::users())},
                 {100, pg::insert(10, {"1", "a"})},
                 {110, pg::insert(10, {"2", "b"})}},
                201);
  ASSERT_EQ(s.topics.size(), 4U);
  EXPECT_EQ(s.topics.front(), "t.transaction");
  EXPECT_EQ(s.topics.back(), "t.transaction");
}

TEST(ChangeReader, LogicalMessagesPassTheirPrefixFilter) {
  Script s(ConfigMap{{"message.prefix.include.list", "keep"}});
  s.transaction(7, {{100, pg::message(true, 100, "keep", "x")}, {110, pg::message(true, 110, "other", "y")}},
                201);
  EXPECT_EQ(s.topics, std::vector<std::string>{"t.message"});
  s.send(300, pg::message(false, 300, "keep", "outside"));
  EXPECT_EQ(s.topics.size(), 2U);
  EXPECT_EQ(s.offset(1).restart_lsn(), Lsn(300)) << "a transaction of its own, as Debezium has it";
}

}  // namespace
}  // namespace tandem::postgres_source
