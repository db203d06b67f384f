#pragma once
#include "tandem/plugin/connector.hpp"

#include <cstdint>
#include <string>

namespace tandem::file {

/// Lines of a file that grows, each a record of a topic. One task thread; nothing to stop, as poll() is
/// short.
class FileStreamSourceTask final : public SourceTask {
 public:
  FileStreamSourceTask() = default;
  ~FileStreamSourceTask() override;
  void start(const ConfigMap& config, SourceTaskContext& context) override;
  SourceBatch poll(std::stop_token stop) override;
  void stop() noexcept override {}

 private:
  bool open_file(std::stop_token stop);
  bool read_more(std::stop_token stop);
  bool next_line(std::string& line);

  SourceTaskContext* context_ = nullptr;
  std::string file_, topic_;
  std::size_t batch_size_ = 0;
  int descriptor_ = -1;
  std::string buffer_;
  std::size_t used_ = 0;          ///< bytes of buffer_ already given out
  std::int64_t position_ = 0;     ///< in the file, behind the last line given out
  SourcePartitionPtr partition_;  ///< nullptr for standard input, which has no offsets
};

/// org.apache.kafka.connect.file.FileStreamSourceConnector.
class FileStreamSourceConnector final : public SourceConnector {
 public:
  const ConfigDef& config_def() const override;
  std::vector<ConfigMap> task_configs(const ConfigMap& config, int max_tasks) const override;
  bool alter_offsets(
      const ConfigMap& config,
      const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const override;
  std::unique_ptr<SourceTask> make_task() const override { return std::make_unique<FileStreamSourceTask>(); }
};

}  // namespace tandem::file
