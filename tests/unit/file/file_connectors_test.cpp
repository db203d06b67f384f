#include "connectors/file/plugins.hpp"
#include "tests/support/fake_context.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tandem::file {
namespace {

class FileConnectors : public testing::Test {
 protected:
  FileConnectors() {
    add_plugins(registry_);
    folder_ =
        std::filesystem::path(testing::TempDir()) /
        ("file_connectors_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FileConnectors() override { std::filesystem::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }
  void append(const char* name, const std::string& text) const {
    std::ofstream(path(name), std::ios::app) << text;
  }
  std::string content(const char* name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::unique_ptr<SourceTask> start_source(int batch = 2000) {
    auto connector = registry_.make_source("FileStreamSource");
    const auto configs = connector->task_configs(
        {{"file", path("in")}, {"topic", "lines"}, {"batch.size", std::to_string(batch)}}, 4);
    EXPECT_EQ(configs.size(), 1u);
    auto task = connector->make_task();
    task->start(configs[0], context_);
    return task;
  }
  static std::vector<std::string> lines(const SourceBatch& batch) {
    std::vector<std::string> out;
    for (const auto& r : batch.records) {
      out.push_back(*r.value.string());
    }
    return out;
  }
  using Lines = std::vector<std::string>;

  Registry registry_;
  std::filesystem::path folder_;
  test::FakeSourceContext context_;
  std::stop_source stop_;
};

TEST_F(FileConnectors, SourceWaitsForTheFileAndSaysSo) {
  auto task = start_source();
  EXPECT_TRUE(task->poll(stop_.get_token()).empty());
  EXPECT_NE(context_.condition.find(path("in")), std::string::npos) << context_.condition;
  append("in", "a\n");
  EXPECT_EQ(lines(task->poll(stop_.get_token())), Lines{"a"});
  EXPECT_EQ(context_.condition, "");
}

TEST_F(FileConnectors, SourceCutsLinesAsJava) {
  auto task = start_source();
  append("in", "one\r\ntwo\rthree\n\nhalf");
  const auto batch = task->poll(stop_.get_token());
  EXPECT_EQ(lines(batch), (Lines{"one", "two", "three", ""}));
  const SourceRecord& first = batch.records[0];
  EXPECT_EQ(first.topic, "lines");
  EXPECT_EQ(first.value_schema, primitive(SchemaType::string));
  EXPECT_FALSE(first.key_schema);
  EXPECT_EQ(json::object_text(*first.source_partition), R"({"filename":")" + path("in") + "\"}");
  EXPECT_EQ(json::object_text(first.source_offset->to_map()), R"({"position":5})");
  EXPECT_EQ(json::object_text(batch.records[1].source_offset->to_map()), R"({"position":9})");
  EXPECT_TRUE(task->poll(stop_.get_token()).empty());
  append("in", "+rest\r");
  EXPECT_TRUE(task->poll(stop_.get_token()).empty());  // the \r may be half of \r\n
  append("in", "\n");
  EXPECT_EQ(lines(task->poll(stop_.get_token())), Lines{"half+rest"});
}

TEST_F(FileConnectors, SourceGoesOnWhereItStopped) {
  append("in", "a\nb\nc\nd\n");
  auto task = start_source(3);
  auto batch = task->poll(stop_.get_token());
  EXPECT_EQ(lines(batch), (Lines{"a", "b", "c"}));
  context_.commit(batch);
  task = start_source();
  EXPECT_EQ(lines(task->poll(stop_.get_token())), Lines{"d"});
}

TEST_F(FileConnectors, SourceRefusesABadOffset) {
  context_.offsets[json::object_text(OffsetMap{{"filename", path("in")}})] = {{"position", "x"}};
  EXPECT_THROW(start_source(), TandemError);
}

TEST_F(FileConnectors, ChangesOfOffsetsAreChecked) {
  const auto connector = registry_.make_source("FileStreamSource");
  const ConfigMap config{{"file", path("in")}, {"topic", "t"}};
  const OffsetMap partition{{"filename", path("in")}};
  const auto refused = [&](const ConfigMap& c, const OffsetMap& p, const OffsetMap& offset) {
    try {
      connector->alter_offsets(c, {{p, offset}});
    } catch (const TandemError& e) {
      return e.kind() == ErrorKind::config;
    }
    return false;
  };
  EXPECT_FALSE(refused(config, partition, {{"position", std::int64_t{4}}}));
  EXPECT_TRUE(refused(config, partition, {{"position", std::int64_t{-4}}}));
  EXPECT_TRUE(refused(config, partition, {{"position", "4"}}));
  EXPECT_TRUE(refused(config, partition, {{"pos", std::int64_t{4}}}));
  EXPECT_TRUE(refused(config, {{"file", "x"}}, {{"position", std::int64_t{4}}}));
  EXPECT_TRUE(refused({{"topic", "t"}}, partition, {{"position", std::int64_t{4}}}));
  EXPECT_NO_THROW(connector->alter_offsets(config, {{{{"garbage", true}}, std::nullopt}}));
}

TEST_F(FileConnectors, FromFileToFile) {
  auto source = start_source();
  const auto connector = registry_.make_sink("FileStreamSink");
  auto sink = connector->make_task();
  test::FakeSinkContext sink_context;
  sink->start(connector->task_configs({{"file", path("out")}}, 1)[0], sink_context);
  append("in", "x\ny\n");
  std::vector<SinkRecord> records;
  for (auto& r : source->poll(stop_.get_token()).records) {
    SinkRecord out;
    static_cast<ConnectRecord&>(out) = static_cast<ConnectRecord&&>(r);
    records.push_back(std::move(out));
  }
  sink->put(records);
  const topics::Offsets seen{{{"lines", 0}, 2}};
  EXPECT_EQ(sink->pre_commit(seen), seen);
  EXPECT_EQ(content("out"), "x\ny\n");
  records.resize(1);
  records[0].value = {};
  sink->put(records);
  EXPECT_EQ(content("out"), "x\ny\nnull\n");
}

TEST_F(FileConnectors, SinkNamesAFileItCannotWrite) {
  auto sink = registry_.make_sink("FileStreamSink")->make_task();
  test::FakeSinkContext sink_context;
  try {
    sink->start({{"file", path("no/such/folder")}}, sink_context);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::config);
    EXPECT_NE(std::string(e.what()).find(path("no/such/folder")), std::string::npos);
  }
}

}  // namespace
}  // namespace tandem::file
