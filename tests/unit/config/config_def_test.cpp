#include "tandem/config/config_def.hpp"

#include "tandem/base/error.hpp"
#include "tandem/config/config.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

ConfigDef def() {
  ConfigDef d;
  d.define({.name = "host",
            .type = ConfigType::string,
            .default_value = no_default,
            .validator = validators::non_empty(),
            .group = "Connection"});
  d.define({.name = "port",
            .type = ConfigType::int_,
            .default_value = default_to("3306"),
            .validator = validators::range(1, 65535),
            .group = "Connection"});
  d.define({.name = "mode",
            .default_value = default_to("initial"),
            .validator = validators::one_of({"initial", "no_data"})});
  d.define({.name = "tables",
            .type = ConfigType::list,
            .default_value = null_default,
            .validator = validators::regex_list()});
  d.define({.name = "password", .type = ConfigType::password, .default_value = null_default});
  d.define({.name = "on", .type = ConfigType::boolean, .default_value = default_to("true")});
  return d;
}

std::string error_of(const ConfigMap& given, std::string_view name) {
  for (const auto& check : def().validate(given)) {
    if (check.name == name) {
      return check.errors.empty() ? "" : check.errors.front();
    }
  }
  return "no such key";
}

TEST(ConfigDef, KafkasSentences) {
  EXPECT_EQ(error_of({}, "host"), "Missing required configuration \"host\" which has no default value.");
  EXPECT_EQ(error_of({{"host", ""}}, "host"),
            "Invalid value  for configuration host: String must be non-empty");
  EXPECT_EQ(error_of({{"port", "x"}}, "port"),
            "Invalid value x for configuration port: Not a number of type INT");
  EXPECT_EQ(error_of({{"port", "70000"}}, "port"),
            "Invalid value 70000 for configuration port: Value must be no more than 65535");
  EXPECT_EQ(error_of({{"port", "99999999999"}}, "port"),
            "Invalid value 99999999999 for configuration port: Does not fit a 32-bit integer");
  EXPECT_EQ(error_of({{"on", "yes"}}, "on"),
            "Invalid value yes for configuration on: Expected value to be either true or false");
  EXPECT_EQ(error_of({{"mode", "INITIAL"}}, "mode"), "");
  EXPECT_NE(error_of({{"mode", "often"}}, "mode"), "");
  EXPECT_NE(error_of({{"tables", "a,b("}}, "tables"), "");
}

TEST(ConfigDef, GroupsAndOrder) {
  const auto d = def();
  EXPECT_EQ(d.groups(), std::vector<std::string>{"Connection"});
  EXPECT_EQ(d.find("host")->order, 1);
  EXPECT_EQ(d.find("port")->order, 2);
}

TEST(Config, TypedReads) {
  const Config c(def(), {{"host", " db "}, {"tables", "a, b ,c"}, {"producer.override.linger.ms", "5"}});
  EXPECT_EQ(c.string("host"), "db");
  EXPECT_EQ(c.integer("port"), 3306);
  EXPECT_EQ(c.list("tables"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_FALSE(c.is_set("password"));
  EXPECT_FALSE(c.given("port"));
  EXPECT_EQ(c.with_prefix("producer.override."), (ConfigMap{{"linger.ms", "5"}}));
  EXPECT_THROW(c.string("undeclared"), TandemError);
  EXPECT_THROW(c.boolean("host"), TandemError);
}

TEST(Config, PasswordsAreHiddenInErrors) {
  ConfigDef d;
  d.define({.name = "secret", .type = ConfigType::password, .validator = [](auto, const auto&) {
              return std::string("too short");
            }});
  EXPECT_EQ(d.validate({{"secret", "hunter2"}}).front().errors.front(),
            "Invalid value [hidden] for configuration secret: too short");
}

}  // namespace
}  // namespace tandem
