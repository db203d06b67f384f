#include "tandem/plugin/registry.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

class Nowhere final : public SinkConnector {
 public:
  const ConfigDef& config_def() const override { return def_; }
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int) const override { return {config}; }
  std::unique_ptr<SinkTask> make_task() const override { return nullptr; }

 private:
  ConfigDef def_;
};

Registry registry() {
  Registry r;
  r.sink("org.acme.NowhereSinkConnector", "1", [] { return std::make_unique<Nowhere>(); });
  return r;
}

TEST(Registry, AnswersToAllNames) {
  const auto r = registry();
  for (const char* name : {"org.acme.NowhereSinkConnector", "NowhereSinkConnector", "NowhereSink"}) {
    EXPECT_NE(r.find(name), nullptr) << name;
    EXPECT_NE(r.make_connector(name), nullptr) << name;
  }
  EXPECT_EQ(r.find("Nowhere"), nullptr);
  EXPECT_EQ(r.find("NowhereSink", PluginType::source), nullptr);
}

TEST(Registry, AnUnknownClassNamesWhatThereIs) {
  try {
    registry().make_connector("com.acme.Other");
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.error().message,
              "Failed to find any class that implements Connector and which name matches com.acme.Other, "
              "available plugins are: "
              "org.acme.NowhereSinkConnector");
  }
}

TEST(Registry, TheSameClassTwiceIsABug) {
  auto r = registry();
  EXPECT_THROW(r.sink("org.acme.NowhereSinkConnector", "1", [] { return std::make_unique<Nowhere>(); }),
               TandemError);
}

}  // namespace
}  // namespace tandem
