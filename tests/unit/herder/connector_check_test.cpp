#include "herder/connector_check.hpp"

#include "tests/unit/herder/herder_fixture.hpp"

namespace tandem::herder {
namespace {

class ConnectorCheckTest : public ::testing::Test {
 protected:
  ConnectorCheckTest() {
    converters::add_builtin_converters(registry_);
    registry_.source("x.IdleConnector", "1", [s = script_] { return std::make_unique<IdleConnector>(s); });
    registry_.sink("x.QuietSinkConnector", "1", [] { return std::make_unique<QuietSinkConnector>(); });
  }
  ConfigInfos check(ConfigMap config) { return check_connector({registry_, "group", policy_}, config); }
  static std::vector<std::string> errors(const ConfigInfos& infos) {
    std::vector<std::string> out;
    for (const auto& i : infos.configs) {
      for (const auto& e : i.value.errors) {
        out.push_back(i.value.name + ": " + e);
      }
    }
    return out;
  }
  static std::vector<std::string> names(const ConfigInfos& infos) {
    std::vector<std::string> out;
    for (const auto& i : infos.configs) {
      out.push_back(i.value.name);
    }
    return out;
  }
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  Registry registry_;
  std::string policy_ = "All";
};

/// Seen on Kafka Connect 3.9.1: the framework's keys in this order, then the connector's own.
TEST_F(ConnectorCheckTest, KeysAndGroupsComeInConnectsOrder) {
  const auto infos = check(
      {{"connector.class", "Idle"}, {"name", "c"}, {"server", "s"}, {"password", "secret"}, {"zzz", "1"}});
  EXPECT_EQ(infos.error_count, 0) << ::testing::PrintToString(errors(infos));
  EXPECT_EQ(names(infos), (std::vector<std::string>{"name",
                                                    "connector.class",
                                                    "tasks.max",
                                                    "tasks.max.enforce",
                                                    "key.converter",
                                                    "value.converter",
                                                    "header.converter",
                                                    "transforms",
                                                    "predicates",
                                                    "config.action.reload",
                                                    "errors.retry.timeout",
                                                    "errors.retry.delay.max.ms",
                                                    "errors.tolerance",
                                                    "errors.log.enable",
                                                    "errors.log.include.messages",
                                                    "topic.creation.groups",
                                                    "exactly.once.support",
                                                    "transaction.boundary",
                                                    "transaction.boundary.interval.ms",
                                                    "offsets.storage.topic",
                                                    "server",
                                                    "password"}));
  EXPECT_EQ(infos.groups, (std::vector<std::string>{"Common", "Transforms", "Predicates", "Error Handling",
                                                    "Topic Creation", "Exactly Once Support", "offsets.topic",
                                                    "Connection"}));
  EXPECT_EQ(infos.configs.back().value.value, "[hidden]");
}

TEST_F(ConnectorCheckTest, SinksNeedTopicsOneWay) {
  EXPECT_EQ(errors(check({{"connector.class", "QuietSink"}, {"name", "c"}})),
            (std::vector<std::string>{"topics: Must configure one of topics or topics.regex",
                                      "topics.regex: Must configure one of topics or topics.regex"}));
  EXPECT_EQ(check({{"connector.class", "QuietSink"}, {"name", "c"}, {"topics", "a"}, {"topics.regex", "b"}})
                .error_count,
            2);
  EXPECT_EQ(check({{"connector.class", "QuietSink"},
                   {"name", "c"},
                   {"topics", "a,d"},
                   {"errors.deadletterqueue.topic.name", "d"}})
                .error_count,
            1);
  EXPECT_EQ(check({{"connector.class", "QuietSink"},
                   {"name", "c"},
                   {"topics", "a"},
                   {"consumer.override.group.id", "group"}})
                .error_count,
            1);
}

TEST_F(ConnectorCheckTest, WrongValuesAreInKafkasWords) {
  const auto infos = check(
      {{"connector.class", "x.IdleConnector"}, {"name", "c"}, {"server", "s"}, {"errors.tolerance", "some"}});
  EXPECT_EQ(errors(infos), std::vector<std::string>{"errors.tolerance: Invalid value some for configuration "
                                                    "errors.tolerance: String must be one of: none, all"});
}

TEST_F(ConnectorCheckTest, NullValuesComeFirst) {
  const auto infos = check(
      {{"connector.class", "Idle"}, {"name", "c"}, {"server", "s"}, {"producer.override.foo", std::nullopt}});
  EXPECT_EQ(infos.configs.front().value.name, "producer.override.foo");
  EXPECT_FALSE(infos.configs.front().definition);
  EXPECT_EQ(infos.configs.front().value.errors[0],
            "Null value can not be supplied as the configuration value.");
}

TEST_F(ConnectorCheckTest, TheConnectorIsAskedOnlyWhenItsSettingsAreWellFormed) {
  EXPECT_EQ(errors(check({{"connector.class", "Idle"}, {"name", "c"}, {"server", "unreachable"}})),
            std::vector<std::string>{"server: Unable to connect: unreachable"});
  EXPECT_EQ(invalid_config_message(check({{"connector.class", "Idle"}, {"name", "c"}})),
            "Connector configuration is invalid and contains the following 1 error(s):\n"
            "Missing required configuration \"server\" which has no default value.\n"
            "You can also find the above list of errors at the endpoint "
            "`/connector-plugins/{connectorType}/config/validate`");
}

TEST_F(ConnectorCheckTest, TransformsConvertersAndPolicies) {
  ConfigMap base{{"connector.class", "Idle"}, {"name", "c"}, {"server", "s"}};
  const auto with = [&](ConfigMap more) {
    more.merge(ConfigMap(base));
    return check(more).error_count;
  };
  EXPECT_EQ(with({{"transforms", "a"}}), 1);
  EXPECT_EQ(with({{"transforms", "a"}, {"transforms.a.type", "com.example.Custom"}}), 1);
  EXPECT_EQ(with({{"value.converter", "com.example.Avro"}}), 1);
  EXPECT_EQ(with({{"value.converter", "org.apache.kafka.connect.json.JsonConverter"},
                  {"value.converter.schemas.enable", "maybe"}}),
            1);
  EXPECT_EQ(with({{"value.converter", "org.apache.kafka.connect.json.JsonConverter"}}), 0)
      << "converter.type is the worker's to set";
  EXPECT_EQ(with({{"topic.creation.default.partitions", "1"}}), 0) << "the start looks at these";
  policy_ = "None";
  EXPECT_EQ(with({{"producer.override.linger.ms", "5"}}), 1);
  policy_ = "Principal";
  EXPECT_EQ(with({{"producer.override.sasl.jaas.config", "x"}}), 0);
}

TEST_F(ConnectorCheckTest, AMissingOrUnknownClassIsRefused) {
  EXPECT_THROW(check({{"name", "c"}}), TandemError);
  try {
    check({{"connector.class", "Nope"}});
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(http_status(e.kind()), 500);
    EXPECT_NE(std::string(e.what()).find(
                  "Failed to find any class that implements Connector and which name matches Nope"),
              std::string::npos);
  }
  EXPECT_THROW(keys_of_plugin(registry_, "Nope"), TandemError);
  EXPECT_EQ(keys_of_plugin(registry_, "Idle").front().name, "server");
}

}  // namespace
}  // namespace tandem::herder
