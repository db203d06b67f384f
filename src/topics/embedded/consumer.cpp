#include "topics/embedded/consumer.hpp"

#include "tandem/config/java_regex.hpp"

#include <algorithm>
#include <cstring>
#include <deque>

namespace tandem::topics::embedded {
namespace {

class LogBatch final : public Batch {
 public:
  /// A copy, or `room` itself when the bytes are all of it.
  BytesView keep(BytesView bytes, std::string& room) {
    if (bytes.data() == room.data()) {
      return large_.emplace_back(std::move(room));
    }
    if (left_ < bytes.size()) {
      left_ = std::max<std::size_t>(bytes.size(), 256 << 10);
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
      at_ = chunks_.back().get();
    }
    std::memcpy(at_, bytes.data(), bytes.size());
    const BytesView out(at_, bytes.size());
    at_ += bytes.size();
    left_ -= bytes.size();
    return out;
  }

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::deque<std::string> large_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace

LogConsumer::~LogConsumer() {
  try {
    close();
  } catch (...) {  // the listener's failure has no one left to hear it
  }
}

void LogConsumer::join(Groups::Wants wants, RebalanceListener& listener) {
  if (group_.empty()) {
    raise(ErrorKind::config, "a consumer without group.id cannot subscribe", "set group.id");
  }
  listener_ = &listener;
  groups_.join(group_, this, std::move(wants), max_poll_interval_);
  joined_ = true;
}

void LogConsumer::subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) {
  join([names = std::set<std::string>(topics.begin(), topics.end())](
           const std::string& t) { return names.contains(t); },
       listener);
}

void LogConsumer::subscribe_pattern(const std::string& pattern, RebalanceListener& listener) {
  join([regex = JavaRegex(pattern)](const std::string& t) { return regex.matches(t); }, listener);
}

std::int64_t LogConsumer::resolve(const TopicPartition& partition, std::int64_t offset) const {
  if (offset >= 0) {
    return offset;
  }
  if (!log_.topic(partition.topic)) {
    return 0;
  }
  const Watermarks marks = log_.watermarks(partition);
  return offset == -1 ? marks.high : marks.low;
}

void LogConsumer::assign(const Offsets& from) {
  positions_.clear();
  for (const auto& [partition, offset] : from) {
    positions_[partition] = resolve(partition, offset);
  }
  log_.hold(this, positions_);
}

void LogConsumer::give_up() {
  if (positions_.empty()) {
    return;
  }
  const std::vector<TopicPartition> gone = assignment();
  std::exception_ptr failed;
  try {
    if (listener_ != nullptr) {
      listener_->on_revoked(gone);
    }
  } catch (...) {  // they are given up all the same: the group waits for it
    failed = std::current_exception();
  }
  positions_.clear();
  paused_.clear();
  log_.hold(this, positions_);
  if (failed) {
    std::rethrow_exception(failed);
  }
}

void LogConsumer::rebalance() {
  const std::uint64_t generation = groups_.pending(group_, this);
  if (generation == 0) {
    return;
  }
  give_up();
  groups_.revoked(group_, this, generation);
  std::vector<TopicPartition> mine;
  if (!groups_.assigned(group_, this, mine)) {
    return;  // others still hold theirs; their step wakes us
  }
  const Offsets known = log_.committed(group_);
  for (const TopicPartition& p : mine) {
    const auto it = known.find(p);
    positions_[p] = it != known.end() ? it->second : resolve(p, from_end_ ? -1 : -2);
  }
  log_.hold(this, positions_);
  if (!mine.empty()) {
    listener_->on_assigned(mine);
  }
}

std::unique_ptr<Batch> LogConsumer::read(std::size_t max_records, std::size_t max_bytes) {
  auto batch = std::make_unique<LogBatch>();
  std::size_t bytes = 0;
  // Round robin: begin after the partition that was read last, so that a busy one starves none.
  std::vector<TopicPartition> order = assignment();
  std::rotate(order.begin(), std::upper_bound(order.begin(), order.end(), turn_), order.end());
  for (const TopicPartition& p : order) {
    if (paused_.contains(p) || batch->records.size() >= max_records || bytes >= max_bytes) {
      continue;
    }
    std::int32_t index = -1;
    log_.read(p, positions_[p], max_records - batch->records.size(), max_bytes - bytes,
              [&](std::int64_t offset, BytesView value, std::string& room) {
                if (index < 0) {
                  index = static_cast<std::int32_t>(batch->topics.size());
                  batch->topics.push_back(std::make_shared<const std::string>(p.topic));
                }
                InRecord record;
                record.topic = index;
                record.partition = p.partition;
                record.offset = offset;
                if (!decode(batch->keep(value, room), record, batch->headers)) {
                  raise(ErrorKind::fatal,
                        "record " + std::to_string(offset) + " of " + p.topic + " is damaged",
                        "restore the log's folder from a copy, or remove it and seed again");
                }
                bytes += value.size();
                batch->records.push_back(record);
              });
    if (index >= 0) {
      turn_ = p;
    }
  }
  return batch->records.empty() ? nullptr : std::move(batch);
}

std::unique_ptr<Batch> LogConsumer::poll(std::chrono::milliseconds wait, std::size_t max_records,
                                         std::size_t max_bytes) {
  const auto until = std::chrono::steady_clock::now() + wait;
  for (;;) {
    std::uint64_t seen = log_.version();
    if (joined_) {
      rebalance();
    }
    if (auto batch = read(max_records, max_bytes)) {
      log_.hold(this, positions_);
      return batch;
    }
    if (woken_.exchange(false) || !log_.wait(seen, until)) {
      return nullptr;
    }
  }
}

void LogConsumer::seek(const TopicPartition& partition, std::int64_t offset) {
  if (const auto it = positions_.find(partition); it != positions_.end()) {
    it->second = resolve(partition, offset);
    log_.hold(this, positions_);
  }
}

void LogConsumer::pause(const std::vector<TopicPartition>& partitions) {
  paused_.insert(partitions.begin(), partitions.end());
}
void LogConsumer::resume(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& p : partitions) {
    paused_.erase(p);
  }
}

std::vector<TopicPartition> LogConsumer::assignment() const {
  std::vector<TopicPartition> out;
  for (const auto& [p, offset] : positions_) {
    out.push_back(p);
  }
  return out;
}

void LogConsumer::commit(const Offsets& next) {
  const bool member = !joined_ || groups_.holds(group_, this);
  for (const auto& [p, offset] : next) {
    if (!member || !positions_.contains(p)) {
      raise(ErrorKind::transient, "committing " + p.topic + "-" + std::to_string(p.partition) +
                                      " of group '" + group_ + "': another member holds it now");
    }
  }
  if (!next.empty()) {
    log_.commit(group_, next);
  }
}

Offsets LogConsumer::committed(const std::vector<TopicPartition>& partitions) {
  const Offsets all = log_.committed(group_);
  Offsets out;
  for (const TopicPartition& p : partitions) {
    if (const auto it = all.find(p); it != all.end()) {
      out.insert(*it);
    }
  }
  return out;
}

void LogConsumer::close() {
  if (closed_) {
    return;
  }
  closed_ = true;
  std::exception_ptr failed;
  try {
    give_up();
  } catch (...) {
    failed = std::current_exception();
  }
  if (joined_) {
    groups_.leave(group_, this);
  }
  joined_ = false;
  positions_.clear();
  log_.release(this);
  if (failed) {
    std::rethrow_exception(failed);
  }
}

void LogConsumer::wake() noexcept {
  woken_ = true;
  log_.signal();
}

}  // namespace tandem::topics::embedded
