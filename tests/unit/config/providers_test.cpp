#include "tandem/config/providers.hpp"

#include "tandem/base/error.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace tandem {
namespace {

ConfigMap worker() {
  return {{"config.providers", "env"},
          {"config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider"},
          {"config.providers.env.param.allowlist.pattern", "DB_.*"}};
}

TEST(ConfigVariables, ReplacesWhatIsAllowedAndLeavesTheRest) {
  setenv("DB_HOST", "db1", 1);
  setenv("SECRET", "s", 1);
  unsetenv("DB_NONE");
  const ConfigVariables v(worker());
  EXPECT_EQ(v.resolve("${env:DB_HOST}:3306/${env:DB_HOST}"), "db1:3306/db1");
  EXPECT_EQ(v.resolve("${env::DB_HOST}"), "db1");
  EXPECT_EQ(v.resolve("${env:SECRET}"), "${env:SECRET}");
  EXPECT_EQ(v.resolve("${env:DB_NONE} ${file:/x:y} ${topic}"), "${env:DB_NONE} ${file:/x:y} ${topic}");
  EXPECT_EQ(v.resolve("${env:path:DB_HOST}"), "${env:path:DB_HOST}");
  EXPECT_EQ(v.resolve("open ${env:DB_HOST"), "open ${env:DB_HOST");
}

TEST(ConfigVariables, AnUnknownClassIsRefusedByName) {
  auto w = worker();
  w["config.providers.env.class"] = "com.acme.Vault";
  try {
    ConfigVariables v(w);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_NE(std::string(e.what()).find("com.acme.Vault"), std::string::npos);
    EXPECT_EQ(e.kind(), ErrorKind::config);
  }
}

}  // namespace
}  // namespace tandem
