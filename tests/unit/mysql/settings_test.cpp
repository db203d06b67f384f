// Every setting is applied, refused by name, or named in the log as without effect.
#include "connectors/mysql/mysql_config.hpp"
#include "connectors/mysql/schemas.hpp"
#include "connectors/mysql/snapshot_mode.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

ConfigMap with(ConfigMap extra = {}) {
  ConfigMap map{{"topic.prefix", "s"},  {"database.hostname", "h"},
                {"database.user", "u"}, {"database.server.id", "5"},
                {"tasks.max", "1"},     {"schema.history.internal.kafka.topic", "h"}};
  for (auto& [key, value] : extra) {
    map[key] = value;
  }
  return map;
}
Config config(ConfigMap extra = {}) { return {source_config_def(), with(std::move(extra))}; }

TEST(MysqlSettings, DefaultsAreNotRefused) {
  EXPECT_TRUE(refused_settings(config()).empty());
  // As given by people who write the defaults down.
  EXPECT_TRUE(refused_settings(config({{"signal.enabled.channels", "source"},
                                       {"incremental.snapshot.watermarking.strategy", "insert_insert"},
                                       {"incremental.snapshot.chunk.size", "1024"},
                                       {"read.only", "false"},
                                       {"signal.data.collection", ""},
                                       {"converters", " "},
                                       {"transaction.metadata.factory",
                                        "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory"},
                                       {"sourceinfo.struct.maker",
                                        "io.debezium.connector.mysql.MySqlSourceInfoStructMaker"}}))
                  .empty());
}

TEST(MysqlSettings, WhatCannotBeHonouredIsRefusedByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"signal.data.collection", "shop.signals"},
      {"signal.enabled.channels", "source,kafka"},
      {"signal.kafka.topic", "x"},
      {"incremental.snapshot.chunk.size", "4096"},
      {"incremental.snapshot.watermarking.strategy", "insert_delete"},
      {"incremental.snapshot.allow.schema.changes", "true"},
      {"read.only", "true"},
      {"notification.enabled.channels", "sink"},
      {"converters", "boolean"},
      {"post.processors", "reselector"},
      {"custom.metric.tags", "a=b"},
      {"sourceinfo.struct.maker", "com.example.Maker"},
      {"transaction.metadata.factory", "com.example.Factory"},
      {"snapshot.mode", "custom"},
      {"snapshot.locking.mode", "custom"},
      {"snapshot.query.mode", "custom"},
      {"database.ssl.truststore", "/x/store.jks"},
      {"database.ssl.keystore", "/x/store.p12"},
      {"heartbeat.action.query", "insert into t values (1)"},
      {"topic.naming.strategy", "io.debezium.schema.DefaultRegexTopicNamingStrategy"},
      {"topic.regex", "(.*)"},
      {"queue.provider.type", "chronicle"},
      {"openlineage.integration.enabled", "true"},
      {"internal.log.position.check.enable", "false"},
      {"sync.link", "no good name!"},
      {"tasks.max", "2"},
      {"max.queue.size", "2048"},
  };
  for (const auto& [key, value] : cases) {
    const auto refused = refused_settings(config({{key, value}}));
    const auto it =
        std::find_if(refused.begin(), refused.end(), [&, k = key](const auto& r) { return r.first == k; });
    ASSERT_NE(it, refused.end()) << key;
    EXPECT_NE(it->second.find(key), std::string::npos) << it->second;
  }
}

TEST(MysqlSettings, OverridesAndTheirListBelongTogether) {
  const std::string list = "snapshot.select.statement.overrides";
  EXPECT_TRUE(
      refused_settings(config({{list, "a.b,a.c"}, {list + ".a.b", "select 1"}, {list + ".a.c", "select 2"}}))
          .empty());
  EXPECT_EQ(refused_settings(config({{list, "a.b"}})).at(0).first, list + ".a.b");
  EXPECT_EQ(refused_settings(config({{list + ".a.b", "select 1"}})).at(0).first, list + ".a.b");
}

TEST(MysqlSettings, BothGtidListsAreOneTooMany) {
  EXPECT_EQ(
      refused_settings(config({{"gtid.source.includes", "a"}, {"gtid.source.excludes", "b"}})).at(0).first,
      "gtid.source.excludes");
}

TEST(MysqlSettings, WithoutEffectIsNamed) {
  EXPECT_TRUE(settings_without_effect(config()).empty());
  EXPECT_EQ(settings_without_effect(
                config({{"snapshot.max.threads", "4"},
                        {"min.row.count.to.stream.results", "1000"},  // the default: nothing to say
                        {"binlog.buffer.size", "100"},
                        {"database.allowPublicKeyRetrieval", "true"},
                        {"driver.useSSL", "false"},
                        {"heartbeat.interval.ms", "5"}})),
            (std::vector<std::string>{"binlog.buffer.size", "database.allowPublicKeyRetrieval",
                                      "driver.useSSL", "snapshot.max.threads"}));
}

TEST(MysqlSettings, StatementsAndTimeoutsReachTheConnections) {
  const Config c = config({{"database.initial.statements", "set @a = 1; set @b = 'x;;y' ;"},
                           {"database.query.timeout.ms", "1500"},
                           {"binlog.net.read.timeout", "77"},
                           {"binlog.net.write.timeout", "78"}});
  const auto reading = reading_options(c);
  EXPECT_EQ(reading.session_statements, (std::vector<std::string>{"set @a = 1", " set @b = 'x;y' "}));
  EXPECT_EQ(reading.read_timeout.count(), 2);
  EXPECT_EQ(
      dump_options(c).session_statements,
      (std::vector<std::string>{"SET SESSION net_read_timeout = 77", "SET SESSION net_write_timeout = 78"}));
  EXPECT_EQ(reading_options(config({{"database.query.timeout.ms", "0"}})).read_timeout.count(), 0);
}

TEST(MysqlSettings, AConversionThatFailsStopsOrWritesNull) {
  struct History final : relational::SchemaHistory {
    bool exists() override { return true; }
    void prepare() override {}
    void store(const relational::HistoryRecord&) override {}
    void flush() override {}
    void read(const std::function<void(relational::HistoryRecord&&)>&, std::stop_token) override {}
  } history;
  relational::TopicNaming topics{relational::TopicNaming::Options{}};
  relational::CaptureFilter filter{{}};
  const auto write = [&](FailureMode mode) {
    relational::SchemaSettings settings;
    settings.topics = &topics;
    settings.filter = &filter;
    settings.source_schema = SchemaBuilder::structure().build();
    ValueOptions values;
    values.time = ValueOptions::Time::connect;
    Schemas schemas(settings, values, Schemas::Options{false, false, {}, mode}, history, "s");
    schemas.apply("create table t (id int primary key, v time)", "shop", {}, 0, nullptr, nullptr);
    const auto row = schemas.plan({"shop", "", "t"})->row([&](std::size_t i) {
      return Cell::of_text(i == 0 ? "1" : "30:00:00");
    });
    return row->at("v").is_null();
  };
  EXPECT_THROW(write(FailureMode::fail), TandemError) << "Connect's Time has no 30 hours";
  EXPECT_TRUE(write(FailureMode::warn));
  EXPECT_TRUE(write(FailureMode::skip));
}

struct ModeCase {
  const char* mode;
  StoredState stored;
  StartAction action;
  StartProblem problem;
};

TEST(SnapshotModes, DecideAsDebeziumsSnapshotters) {
  using A = StartAction;
  using P = StartProblem;
  const StoredState nothing{}, unfinished{true, true, false, false}, good{true, false, true, true},
      no_history{true, false, false, true}, purged{true, false, true, false};
  const ModeCase cases[] = {
      {"initial", nothing, A::snapshot, P::none},
      {"initial", unfinished, A::snapshot, P::none},
      {"initial", good, A::resume, P::none},
      {"initial", no_history, A::rebuild_history, P::no_history},
      {"initial", purged, A::snapshot, P::log_gone},
      {"initial_only", nothing, A::snapshot, P::none},
      {"initial_only", purged, A::resume, P::none},
      {"always", good, A::snapshot, P::none},
      {"always", purged, A::snapshot, P::none},
      {"no_data", nothing, A::snapshot, P::none},
      {"schema_only", good, A::resume, P::none},
      {"never", purged, A::snapshot, P::log_gone},
      {"when_needed", good, A::resume, P::none},
      {"when_needed", purged, A::snapshot, P::none},
      {"when_needed", no_history, A::rebuild_history, P::no_history},
      {"recovery", nothing, A::snapshot, P::no_offset},
      {"recovery", unfinished, A::snapshot, P::unfinished_snapshot},
      {"recovery", good, A::rebuild_history, P::none},
      {"schema_only_recovery", no_history, A::rebuild_history, P::none},
      {"recovery", purged, A::snapshot, P::log_gone},
  };
  for (const auto& c : cases) {
    const auto got = decide_start(SnapshotMode::from(config({{"snapshot.mode", c.mode}})), c.stored);
    EXPECT_EQ(got.problem, c.problem) << c.mode;
    if (c.problem == P::none) {
      EXPECT_EQ(got.action, c.action) << c.mode;
    }
  }
  EXPECT_FALSE(SnapshotMode::from(config({{"snapshot.mode", "schema_only"}})).data);
  EXPECT_FALSE(SnapshotMode::from(config({{"snapshot.mode", "initial_only"}})).stream);
}

TEST(SnapshotModes, ConfigurationBasedFollowsItsFlags) {
  const auto mode = [](std::initializer_list<const char*> flags) {
    ConfigMap map{{"snapshot.mode", "configuration_based"}};
    for (const char* f : flags) {
      map[std::string("snapshot.mode.configuration.based.") + f] = "true";
    }
    return SnapshotMode::from(config(map));
  };
  const StoredState nothing{}, good{true, false, true, true}, purged{true, false, true, false},
      no_history{true, false, false, true};
  EXPECT_EQ(decide_start(mode({"start.stream"}), nothing).problem, StartProblem::no_offset);
  EXPECT_EQ(decide_start(mode({"start.stream"}), good).action, StartAction::resume);
  EXPECT_EQ(decide_start(mode({"start.stream", "snapshot.schema", "snapshot.data"}), good).action,
            StartAction::snapshot);
  EXPECT_EQ(decide_start(mode({"start.stream", "snapshot.schema"}), good).action,
            StartAction::rebuild_history);
  EXPECT_EQ(decide_start(mode({"start.stream", "snapshot.on.schema.error"}), no_history).problem,
            StartProblem::none);
  EXPECT_EQ(decide_start(mode({"start.stream"}), no_history).problem, StartProblem::no_history);
  EXPECT_EQ(decide_start(mode({"start.stream"}), purged).problem, StartProblem::log_gone);
  EXPECT_EQ(refused_settings(config({{"snapshot.mode", "configuration_based"},
                                     {"snapshot.mode.configuration.based.snapshot.data", "true"}}))
                .at(0)
                .first,
            "snapshot.mode.configuration.based.snapshot.data");
}

}  // namespace
}  // namespace tandem::mysql
