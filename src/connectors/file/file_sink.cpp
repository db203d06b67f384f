#include "connectors/file/file_sink.hpp"

#include "tandem/base/error.hpp"
#include "tandem/json/java_text.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace tandem::file {
namespace {

const ConfigDef& definition() {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "file",
              .type = ConfigType::string,
              .default_value = null_default,
              .importance = Importance::high,
              .documentation = "Destination filename. If not specified, the standard output will be used"});
    return d;
  }();
  return def;
}

}  // namespace

FileStreamSinkTask::~FileStreamSinkTask() {
  if (descriptor_ > STDOUT_FILENO) {
    ::close(descriptor_);
  }
}

void FileStreamSinkTask::start(const ConfigMap& given, SinkTaskContext&) {
  file_ = Config(definition(), given).string("file");
  if (file_.empty()) {
    descriptor_ = STDOUT_FILENO;
    return;
  }
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    raise(ErrorKind::config,
          fmt::format("Couldn't find or create file '{}' for FileStreamSinkTask: {}.", file_,
                      std::strerror(errno)),
          "Give a file that the worker may write to.");
  }
}

void FileStreamSinkTask::put(std::vector<SinkRecord>& records) {
  lines_.clear();
  for (const auto& record : records) {
    json::append_java_text(lines_, record.value_schema, record.value);
    lines_ += '\n';
  }
  for (std::size_t done = 0; done < lines_.size();) {
    const ssize_t n = ::write(descriptor_, lines_.data() + done, lines_.size() - done);
    if (n < 0 && errno != EINTR) {
      raise(ErrorKind::transient, fmt::format("Writing file {}: {}", file_, std::strerror(errno)));
    }
    done += static_cast<std::size_t>(n < 0 ? 0 : n);
  }
}

topics::Offsets FileStreamSinkTask::pre_commit(const topics::Offsets& seen) {
  if (!file_.empty() && ::fdatasync(descriptor_) != 0 && errno != EINVAL) {  // EINVAL: a pipe or a device
    raise(ErrorKind::transient, fmt::format("Writing file {} to disk: {}", file_, std::strerror(errno)));
  }
  return seen;
}

const ConfigDef& FileStreamSinkConnector::config_def() const { return definition(); }

std::vector<ConfigMap> FileStreamSinkConnector::task_configs(const ConfigMap& config, int max_tasks) const {
  return std::vector<ConfigMap>(static_cast<std::size_t>(std::max(1, max_tasks)), config);
}

}  // namespace tandem::file
