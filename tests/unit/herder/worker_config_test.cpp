#include "herder/worker_config.hpp"

#include "tests/unit/herder/herder_fixture.hpp"

namespace tandem::herder {
namespace {

TEST(WorkerConfigTest, DefaultsAreConnects) {
  auto p = worker_properties();
  p.erase("offset.flush.interval.ms");
  p.erase("offset.storage.partitions");
  const WorkerConfig c(p);
  EXPECT_EQ(c.config().integer("offset.flush.interval.ms"), 60000);
  EXPECT_EQ(c.worker_id(), "h:8083");
  EXPECT_EQ(c.offset_topic().topic.partitions, 25);
  EXPECT_EQ(c.status_topic().topic.partitions, 5);
  EXPECT_EQ(c.config_topic().topic.partitions, 1);
  EXPECT_EQ(c.config_topic().topic.replication_factor, 3);
  EXPECT_EQ(c.config_topic().client.client_id, "group-configs");
  EXPECT_EQ(c.metrics_listeners(), std::vector<std::string>{"http://:8084"});
}

TEST(WorkerConfigTest, StorageSettingsArePassedOnWithoutTheirPrefix) {
  auto p = worker_properties();
  p["offset.storage.segment.bytes"] = "1000";
  p["offset.storage.cleanup.policy"] = "delete";
  p["offset.storage.replication.factor"] = "-1";
  const WorkerConfig c(p);
  EXPECT_EQ(c.offset_topic().topic.config, (std::map<std::string, std::string>{{"segment.bytes", "1000"}}));
  EXPECT_EQ(c.offset_topic().topic.replication_factor, -1);
}

TEST(WorkerConfigTest, WhatIsMissingIsNamed) {
  auto p = worker_properties();
  p.erase("group.id");
  try {
    WorkerConfig c(p);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_NE(std::string(e.what()).find("\"group.id\""), std::string::npos) << e.what();
  }
}

TEST(WorkerConfigTest, JavasOtherKeysAreKnownAndStrangeOnesAreReported) {
  auto p = worker_properties();
  p["plugin.path"] = "/x";
  p["producer.linger.ms"] = "5";
  p["internal.key.converter.schemas.enable"] = "false";
  p["grop.id"] = "typo";
  const WorkerConfig c(p);
  EXPECT_EQ(c.unknown_keys(), std::vector<std::string>{"grop.id"});
  EXPECT_EQ(c.ignored_keys(), std::vector<std::string>{"plugin.path"});
  EXPECT_THROW(WorkerConfig([&] {
                 p["exactly.once.source.support"] = "enabled";
                 return p;
               }()),
               TandemError);
}

}  // namespace
}  // namespace tandem::herder
