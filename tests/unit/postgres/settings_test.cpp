#include "connectors/postgres/settings.hpp"

#include "tests/unit/postgres/script.hpp"

namespace tandem::postgres_source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Settings with(const std::string& key, const std::string& value) {
  ConfigMap map = minimal_config();
  map[key] = value;
  return parse_settings(map);
}

TEST(PostgresSettings, WhatCannotBeHonouredIsRefusedByName) {
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"plugin.name", "decoderbufs"},
                                                        {"snapshot.mode", "custom"},
                                                        {"snapshot.mode", "recovery"},
                                                        {"snapshot.mode.custom.name", "x"},
                                                        {"snapshot.query.mode", "custom"},
                                                        {"snapshot.locking.mode", "custom"},
                                                        {"snapshot.isolation.mode", "none"},
                                                        {"converters", "a"},
                                                        {"post.processors", "a"},
                                                        {"database.sslfactory", "x"},
                                                        {"database.connection.factory.class", "x"},
                                                        {"topic.naming.strategy", "x"},
                                                        {"sourceinfo.struct.maker", "x"},
                                                        {"transaction.metadata.factory", "x"},
                                                        {"signal.data.collection", "public.signals"},
                                                        {"signal.enabled.channels", "source,kafka"},
                                                        {"notification.enabled.channels", "sink"},
                                                        {"openlineage.integration.enabled", "true"},
                                                        {"queue.provider.type", "chronicle"},
                                                        {"lsn.flush.mode", "sometimes"},
                                                        {"publication.autocreate.mode", "some"},
                                                        {"slot.name", "Upper"},
                                                        {"event.processing.failure.handling.mode", "x"},
                                                        {"event.converting.failure.handling.mode", "x"},
                                                        {"hstore.handling.mode", "x"},
                                                        {"interval.handling.mode", "x"},
                                                        {"decimal.handling.mode", "x"},
                                                        {"database.sslmode", "x"},
                                                        {"snapshot.tables.order.by.row.count", "x"},
                                                        {"guardrail.collections.limit.action", "x"},
                                                        {"unavailable.value.placeholder", "hex:0g"},
                                                        {"unavailable.value.placeholder", "hex:0"},
                                                        {"offset.mismatch.strategy", "x"}}) {
    try {
      with(key, value);
      ADD_FAILURE() << key << "=" << value << " was taken";
    } catch (const TandemError& e) {
      EXPECT_EQ(e.kind(), ErrorKind::config);
      EXPECT_THAT(e.what(), HasSubstr(key));
    }
  }
}

TEST(PostgresSettings, APlaceholderOfBytesIsTextAsJavaReadsIt) {
  const auto given = with("unavailable.value.placeholder", "hex:61ff");
  EXPECT_EQ(given.types.placeholder_bytes, "a\xff");
  EXPECT_EQ(given.types.placeholder, "a\xef\xbf\xbd");
}

TEST(PostgresSettings, SnapshotModes) {
  using Data = SnapshotPolicy::Data;
  const auto is = [](const Settings& s, Data data, bool when_gone, bool stream) {
    return s.snapshot.data == data && s.snapshot.when_slot_is_gone == when_gone &&
           s.snapshot.stream == stream;
  };
  EXPECT_TRUE(is(with("snapshot.mode", "initial"), Data::once, false, true));
  EXPECT_TRUE(is(with("snapshot.mode", "initial_only"), Data::once, false, false));
  EXPECT_TRUE(is(with("snapshot.mode", "always"), Data::always, false, true));
  EXPECT_TRUE(is(with("snapshot.mode", "no_data"), Data::never, false, true));
  EXPECT_TRUE(is(with("snapshot.mode", "never"), Data::never, false, true));
  EXPECT_TRUE(is(with("snapshot.mode", "when_needed"), Data::once, true, true));
  ConfigMap map = minimal_config();
  map["snapshot.mode"] = "configuration_based";
  map["snapshot.mode.configuration.based.snapshot.data"] = "true";
  map["snapshot.mode.configuration.based.snapshot.on.data.error"] = "true";
  EXPECT_TRUE(is(parse_settings(map), Data::always, true, false));
}

TEST(PostgresSettings, AppliedOnes) {
  const auto statements =
      with("database.initial.statements", "SET a = 1; SET b = 'x;;y' ;").connection.session_statements;
  ASSERT_GE(statements.size(), 2U);
  EXPECT_EQ(statements[statements.size() - 2], "SET a = 1");
  EXPECT_EQ(statements.back(), " SET b = 'x;y' ");
  EXPECT_FALSE(with("lsn.flush.mode", "manual").flush_lsn);
  EXPECT_FALSE(with("flush.lsn.source", "false").flush_lsn);
  EXPECT_TRUE(with("lsn.flush.mode", "connector_and_driver").flush_lsn);
  EXPECT_EQ(with("event.processing.failure.handling.mode", "warn").on_bad_event, FailureMode::warn);
  EXPECT_EQ(with("event.processing.failure.handling.mode", "ignore").on_bad_event, FailureMode::skip);
  EXPECT_EQ(with("slot.name", "s").slot_max_retries, -1);
  EXPECT_EQ(with("slot.max.retries", "3").slot_max_retries, 3);
  EXPECT_EQ(with("errors.max.retries", "2").max_retries, 2);
  EXPECT_EQ(with("internal.slot.seek.to.known.offset.on.start", "true").mismatch_strategy, "trust_offset");
  EXPECT_THAT(with("max.queue.size", "16384").without_effect, ElementsAre("max.queue.size"));
}

}  // namespace
}  // namespace tandem::postgres_source
