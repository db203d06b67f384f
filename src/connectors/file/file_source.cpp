#include "connectors/file/file_source.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace tandem::file {
namespace {

constexpr auto kWait = std::chrono::milliseconds(100);
constexpr std::size_t kReadAtOnce = 64 * 1024;
constexpr std::string_view kFilename = "filename", kPosition = "position";

const ConfigDef& definition() {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define({.name = "file",
              .type = ConfigType::string,
              .default_value = null_default,
              .importance = Importance::high,
              .documentation = "Source filename. If not specified, the standard input will be used"});
    d.define({.name = "topic",
              .type = ConfigType::string,
              .default_value = no_default,
              .importance = Importance::high,
              .documentation = "The topic to publish data to",
              .validator = validators::non_empty()});
    d.define(
        {.name = "batch.size",
         .type = ConfigType::int_,
         .default_value = default_to("2000"),
         .importance = Importance::low,
         .documentation =
             "The maximum number of records the source task can read from the file each time it is polled",
         .validator = validators::at_least(1)});
    return d;
  }();
  return def;
}

}  // namespace

FileStreamSourceTask::~FileStreamSourceTask() {
  if (descriptor_ > STDIN_FILENO) {
    ::close(descriptor_);
  }
}

void FileStreamSourceTask::start(const ConfigMap& given, SourceTaskContext& context) {
  const Config config(definition(), given);
  context_ = &context;
  file_ = config.string("file");
  topic_ = config.string("topic");
  batch_size_ = static_cast<std::size_t>(config.integer("batch.size"));
  if (file_.empty()) {
    descriptor_ = STDIN_FILENO;
    return;
  }
  partition_ = std::make_shared<const OffsetMap>(OffsetMap{{std::string(kFilename), file_}});
  const auto offset = context.offset(*partition_);
  if (!offset) {
    return;
  }
  for (const auto& [key, value] : *offset) {
    if (key == kPosition && (!value.to_int64(position_) || position_ < 0)) {
      raise(ErrorKind::config,
            fmt::format("The stored offset of file {} has a position that is no number of bytes.", file_),
            "Set it with PATCH /connectors/NAME/offsets, or delete it with DELETE.");
    }
  }
}

bool FileStreamSourceTask::open_file(std::stop_token stop) {
  descriptor_ = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    const int error = errno;
    context_->report_condition(fmt::format("waiting for file {}: {}", file_, std::strerror(error)));
    context_->clock().sleep_for(kWait, stop);
    return false;
  }
  context_->report_condition("");
  if (::lseek(descriptor_, static_cast<off_t>(position_), SEEK_SET) < 0) {
    raise(ErrorKind::config,
          fmt::format("File {} cannot be read from position {}: {}.", file_, position_, std::strerror(errno)),
          "Give a regular file.");
  }
  return true;
}

/// False when nothing came within the wait.
bool FileStreamSourceTask::read_more(std::stop_token stop) {
  if (used_ > 0) {
    buffer_.erase(0, used_);
    used_ = 0;
  }
  if (descriptor_ == STDIN_FILENO) {
    pollfd wait{descriptor_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(kWait.count())) <= 0) {
      return false;
    }
  }
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kReadAtOnce);
  const ssize_t n = ::read(descriptor_, buffer_.data() + old, kReadAtOnce);
  const int error = errno;
  buffer_.resize(old + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  if (n < 0 && error != EINTR && error != EAGAIN) {
    raise(ErrorKind::transient, fmt::format("Reading file {}: {}", file_, std::strerror(error)));
  }
  if (n <= 0) {
    context_->clock().sleep_for(kWait, stop);
  }
  return n > 0;
}

/// A whole line: up to \n, \r\n, or \r that something follows (else it could be half of \r\n).
bool FileStreamSourceTask::next_line(std::string& line) {
  const auto end = buffer_.find_first_of("\r\n", used_);
  if (end == std::string::npos || (buffer_[end] == '\r' && end + 1 == buffer_.size())) {
    return false;
  }
  const std::size_t next = end + (buffer_.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  line.assign(buffer_, used_, end - used_);
  position_ += static_cast<std::int64_t>(next - used_);
  used_ = next;
  return true;
}

SourceBatch FileStreamSourceTask::poll(std::stop_token stop) {
  SourceBatch batch;
  if (descriptor_ < 0 && !open_file(stop)) {
    return batch;
  }
  std::string line;
  while (batch.records.size() < batch_size_) {
    if (!next_line(line)) {
      if (!batch.records.empty() || !read_more(stop) || !next_line(line)) {
        break;
      }
    }
    SourceRecord& record = batch.records.emplace_back();
    record.topic = topic_;
    record.value_schema = primitive(SchemaType::string);
    record.value = std::move(line);
    record.timestamp_ms = context_->clock().now_ms();
    record.source_partition = partition_;
    if (partition_) {
      record.source_offset = std::make_shared<MapOffset>(OffsetMap{{std::string(kPosition), position_}});
    }
  }
  return batch;
}

const ConfigDef& FileStreamSourceConnector::config_def() const { return definition(); }

std::vector<ConfigMap> FileStreamSourceConnector::task_configs(const ConfigMap& config, int) const {
  return {config};
}

bool FileStreamSourceConnector::alter_offsets(
    const ConfigMap& config,
    const std::vector<std::pair<OffsetMap, std::optional<OffsetMap>>>& offsets) const {
  if (get_or(config, "file", "").empty()) {
    raise(ErrorKind::config,
          "Offsets cannot be modified if the 'file' configuration is unspecified. This is because stdin "
          "is used for input and offsets are not tracked.");
  }
  const auto find = [](const OffsetMap& map, std::string_view key) {
    const auto it = std::ranges::find(map, key, &OffsetMap::value_type::first);
    return it == map.end() ? nullptr : &it->second;
  };
  for (const auto& [partition, offset] : offsets) {
    if (!offset) {
      continue;  // anything may be removed, garbage too
    }
    const Value* position = find(*offset, kPosition);
    std::int64_t bytes = 0;
    if (position == nullptr) {
      raise(ErrorKind::config, "Offset objects should either be null or contain the key 'position'");
    }
    if (!position->to_int64(bytes)) {
      raise(ErrorKind::config,
            "The value for the 'position' key in the offset is expected to be a Long value");
    }
    if (bytes < 0) {
      raise(ErrorKind::config,
            "The value for the 'position' key in the offset should be a non-negative value");
    }
    if (find(partition, kFilename) == nullptr) {
      raise(ErrorKind::config, "Partition objects should contain the key 'filename'");
    }
  }
  return true;  // a task begins where the worker's store says, so nothing else is needed
}

}  // namespace tandem::file
