#pragma once
#include "tandem/plugin/connector.hpp"

#include <string>

namespace tandem::file {

/// Appends the text of each value to a file as a line. One task thread.
class FileStreamSinkTask final : public SinkTask {
 public:
  FileStreamSinkTask() = default;
  ~FileStreamSinkTask() override;
  void start(const ConfigMap& config, SinkTaskContext& context) override;
  void put(std::vector<SinkRecord>& records) override;
  topics::Offsets pre_commit(const topics::Offsets& seen) override;
  void stop() noexcept override {}

 private:
  std::string file_;
  int descriptor_ = -1;
  std::string lines_;
};

/// org.apache.kafka.connect.file.FileStreamSinkConnector.
class FileStreamSinkConnector final : public SinkConnector {
 public:
  const ConfigDef& config_def() const override;
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const override;
  std::unique_ptr<SinkTask> make_task() const override { return std::make_unique<FileStreamSinkTask>(); }
};

}  // namespace tandem::file
