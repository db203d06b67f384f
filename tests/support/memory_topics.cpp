#include "tests/support/memory_topics.hpp"

#include <algorithm>
#include <atomic>
#include <regex>

namespace tandem::testing {

using topics::Batch;
using topics::ClientConfig;
using topics::DeliveryListener;
using topics::Offsets;
using topics::OutRecord;
using topics::TopicDescription;
using topics::TopicPartition;
using topics::TopicSpec;
using topics::Watermarks;

struct Topic {
  std::map<std::string, std::string> config;
  std::vector<std::vector<MemoryTopics::Stored>> partitions;
};

struct MemoryTopics::State {
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool atomic = true, hold = false;
  std::atomic<std::size_t> owners = 0;
  Fault fault;
  std::map<std::string, Topic> topics;
  std::map<std::string, Offsets> groups;
  std::map<std::string, int> members, rebalances;

  Topic& topic(const std::string& name) {
    auto& t = topics[name];
    if (t.partitions.empty()) {
      t.partitions.resize(1);
    }
    return t;
  }
};

class MemoryTopics::MemoryAdmin final : public topics::Admin {
 public:
  explicit MemoryAdmin(std::shared_ptr<State> s) : s_(std::move(s)) {}
  std::string log_id() override { return "memory:1"; }
  std::vector<std::string> list_topics() override {
    std::lock_guard lock(s_->mutex);
    std::vector<std::string> names;
    for (const auto& [name, topic] : s_->topics) {
      names.push_back(name);
    }
    return names;
  }
  std::optional<TopicDescription> describe(const std::string& topic) override {
    std::lock_guard lock(s_->mutex);
    const auto it = s_->topics.find(topic);
    if (it == s_->topics.end()) {
      return std::nullopt;
    }
    return TopicDescription{topic, static_cast<std::int32_t>(it->second.partitions.size()), it->second.config,
                            "1"};
  }
  bool create_topic(const TopicSpec& spec) override {
    std::lock_guard lock(s_->mutex);
    if (s_->topics.contains(spec.name)) {
      return false;
    }
    auto& t = s_->topics[spec.name];
    t.config = spec.config;
    t.partitions.resize(static_cast<std::size_t>(std::max(1, spec.partitions)));
    return true;
  }
  void delete_topic(const std::string& topic) override {
    std::lock_guard lock(s_->mutex);
    s_->topics.erase(topic);
  }
  Watermarks watermarks(const TopicPartition& p) override {
    std::lock_guard lock(s_->mutex);
    return {0, static_cast<std::int64_t>(
                   s_->topic(p.topic).partitions.at(static_cast<std::size_t>(p.partition)).size())};
  }
  Offsets group_offsets(const std::string& group) override {
    std::lock_guard lock(s_->mutex);
    return s_->groups[group];
  }
  void alter_group_offsets(const std::string& group, const Offsets& next) override {
    std::lock_guard lock(s_->mutex);
    if (s_->members[group] > 0) {
      raise(ErrorKind::conflict, "the group has members");
    }
    for (const auto& [p, offset] : next) {
      s_->groups[group][p] = offset;
    }
  }
  void delete_group(const std::string& group) override {
    std::lock_guard lock(s_->mutex);
    if (s_->members[group] > 0) {
      raise(ErrorKind::conflict, "the group has members");
    }
    s_->groups.erase(group);
  }

 private:
  std::shared_ptr<State> s_;
};

class MemoryTopics::MemoryProducer final : public topics::Producer {
 public:
  MemoryProducer(std::shared_ptr<State> s, DeliveryListener& listener)
      : s_(std::move(s)), listener_(listener) {}
  bool atomic_batches() const noexcept override { return s_->atomic; }
  void send(std::uint64_t batch, std::span<const OutRecord> records, std::stop_token) override {
    std::unique_lock lock(s_->mutex);
    if (auto fault = s_->fault) {
      lock.unlock();
      auto error = fault(records);
      lock.lock();
      if (error) {
        results_.push_back({batch, std::move(error), nullptr, {}});
        return;
      }
    }
    for (const auto& r : records) {
      auto& topic = s_->topic(std::string(r.topic));
      const auto count = topic.partitions.size();
      const auto p = r.partition >= 0 ? static_cast<std::size_t>(r.partition)
                     : r.key          ? std::hash<std::string_view>{}(*r.key) % count
                                      : 0;
      Stored stored;
      if (r.key) {
        stored.key = std::string(*r.key);
      }
      if (r.value) {
        stored.value = std::string(*r.value);
      }
      for (const auto& h : r.headers) {
        stored.headers.emplace_back(h.key, h.value ? std::optional(std::string(*h.value)) : std::nullopt);
      }
      stored.timestamp_ms = r.timestamp_ms;
      topic.partitions[p].push_back(std::move(stored));
    }
    results_.push_back({batch, std::nullopt, nullptr, {}});
    s_->changed.notify_all();
  }
  void send_owned(std::uint64_t batch, std::span<const OutRecord> records, std::shared_ptr<const void> owner,
                  std::stop_token stop) override {
    send(batch, records, std::move(stop));
    std::lock_guard lock(s_->mutex);
    if (!owner) {
      return;
    }
    ++s_->owners;
    auto& kept = results_.back();
    kept.owner = std::move(owner);
    for (const auto& r : records) {
      if (r.value) {
        kept.values.emplace_back(*r.value, std::string(*r.value));
      }
    }
  }
  void poll(std::chrono::milliseconds wait) override {
    std::unique_lock lock(s_->mutex);
    s_->changed.wait_for(lock, wait, [&] { return woken_ || (!results_.empty() && !s_->hold); });
    woken_ = false;
    while (!results_.empty() && !s_->hold) {
      auto result = std::move(results_.front());
      results_.pop_front();
      lock.unlock();
      for (const auto& [given, sent] : result.values) {
        if (given != sent) {  // whoever sent them has used their memory for something else
          raise(ErrorKind::bug, "the bytes of batch " + std::to_string(result.batch) + " were not kept");
        }
      }
      if (result.owner) {
        --s_->owners;
        result.owner.reset();
      }
      if (result.error) {
        listener_.on_failure({result.batch, 0, *result.error});
      }
      listener_.on_batch_done(result.batch);
      lock.lock();
    }
  }
  bool flush(std::chrono::milliseconds limit) override {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
      {
        std::lock_guard lock(s_->mutex);
        if (results_.empty()) {
          return true;
        }
      }
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      poll(std::chrono::milliseconds(5));
    }
  }
  std::size_t bytes_in_flight() const noexcept override { return 0; }
  void wake() noexcept override {
    std::lock_guard lock(s_->mutex);
    woken_ = true;
    s_->changed.notify_all();
  }

 private:
  struct Outcome {
    std::uint64_t batch;
    std::optional<Error> error;
    std::shared_ptr<const void> owner;
    std::vector<std::pair<BytesView, std::string>> values;  ///< as they were given, and what they were then
  };
  std::shared_ptr<State> s_;
  DeliveryListener& listener_;
  std::deque<Outcome> results_;
  bool woken_ = false;
};

class MemoryTopics::MemoryConsumer final : public topics::Consumer {
 public:
  MemoryConsumer(std::shared_ptr<State> s, std::string group) : s_(std::move(s)), group_(std::move(group)) {}
  ~MemoryConsumer() override { close(); }

  void subscribe(const std::vector<std::string>& names, topics::RebalanceListener& listener) override {
    names_ = names;
    listener_ = &listener;
    join();
  }
  void subscribe_pattern(const std::string& pattern, topics::RebalanceListener& listener) override {
    pattern_ = pattern;
    listener_ = &listener;
    join();
  }
  void assign(const Offsets& from) override {
    std::lock_guard lock(s_->mutex);
    for (const auto& [p, offset] : from) {
      positions_[p] = offset < 0 ? 0 : offset;
    }
  }
  std::unique_ptr<Batch> poll(std::chrono::milliseconds wait, std::size_t max_records, std::size_t) override {
    rebalance();
    std::unique_lock lock(s_->mutex);
    s_->changed.wait_for(lock, wait, [&] { return woken_ || available(); });
    woken_ = false;
    auto batch = std::make_unique<Owning>();
    for (auto& [p, position] : positions_) {
      const auto& log = s_->topic(p.topic).partitions[static_cast<std::size_t>(p.partition)];
      if (paused_.contains(p)) {
        continue;
      }
      const auto index = static_cast<std::int32_t>(batch->topics.size());
      bool any = false;
      for (; position < static_cast<std::int64_t>(log.size()) && batch->records.size() < max_records;
           ++position) {
        any = true;
        const auto& stored = batch->kept.emplace_back(log[static_cast<std::size_t>(position)]);
        topics::InRecord in;
        in.topic = index;
        in.partition = p.partition;
        in.offset = position;
        in.timestamp_ms = stored.timestamp_ms;
        if (stored.key) {
          in.key = *stored.key;
        }
        if (stored.value) {
          in.value = *stored.value;
        }
        in.first_header = static_cast<std::uint32_t>(batch->headers.size());
        in.header_count = static_cast<std::uint32_t>(stored.headers.size());
        for (const auto& h : stored.headers) {
          batch->headers.push_back({h.first, h.second ? std::optional<BytesView>(*h.second) : std::nullopt});
        }
        batch->records.push_back(in);
      }
      if (any) {
        batch->topics.push_back(std::make_shared<const std::string>(p.topic));
      }
    }
    if (batch->records.empty()) {
      return nullptr;
    }
    return batch;
  }
  void seek(const TopicPartition& p, std::int64_t offset) override { positions_[p] = offset; }
  void pause(const std::vector<TopicPartition>& ps) override { paused_.insert(ps.begin(), ps.end()); }
  void resume(const std::vector<TopicPartition>& ps) override {
    for (const auto& p : ps) {
      paused_.erase(p);
    }
  }
  std::vector<TopicPartition> assignment() const override {
    std::vector<TopicPartition> out;
    for (const auto& [p, offset] : positions_) {
      out.push_back(p);
    }
    return out;
  }
  void commit(const Offsets& next) override {
    std::lock_guard lock(s_->mutex);
    for (const auto& [p, offset] : next) {
      s_->groups[group_][p] = offset;
    }
  }
  void commit_async(const Offsets& next) override { commit(next); }
  Offsets committed(const std::vector<TopicPartition>&) override {
    std::lock_guard lock(s_->mutex);
    return s_->groups[group_];
  }
  void close() override {
    if (listener_ == nullptr) {
      return;
    }
    if (!positions_.empty()) {
      listener_->on_revoked(assignment());
    }
    listener_ = nullptr;
    positions_.clear();
    std::lock_guard lock(s_->mutex);
    --s_->members[group_];
  }
  void wake() noexcept override {
    std::lock_guard lock(s_->mutex);
    woken_ = true;
    s_->changed.notify_all();
  }

 private:
  struct Owning final : Batch {
    std::deque<Stored> kept;
  };
  bool available() const {
    return std::any_of(positions_.begin(), positions_.end(), [&](const auto& e) {
      return !paused_.contains(e.first) &&
             e.second <
                 static_cast<std::int64_t>(
                     s_->topic(e.first.topic).partitions[static_cast<std::size_t>(e.first.partition)].size());
    });
  }
  void join() {
    std::lock_guard lock(s_->mutex);
    ++s_->members[group_];
    seen_rebalances_ = s_->rebalances[group_] - 1;
  }
  void rebalance() {
    if (listener_ == nullptr) {
      return;
    }
    std::vector<TopicPartition> mine, added;
    {
      std::lock_guard lock(s_->mutex);
      const bool asked = seen_rebalances_ != s_->rebalances[group_];
      std::vector<std::string> names = names_;
      if (!pattern_.empty()) {
        const std::regex pattern(pattern_);
        for (const auto& [name, t] : s_->topics) {
          if (std::regex_match(name, pattern)) {
            names.push_back(name);
          }
        }
      } else {
        for (const auto& name : names) {
          s_->topic(name);
        }
      }
      for (const auto& name : names) {
        for (std::size_t p = 0; p < s_->topic(name).partitions.size(); ++p) {
          mine.push_back({name, static_cast<std::int32_t>(p)});
        }
      }
      seen_rebalances_ = s_->rebalances[group_];
      if (!asked) {
        std::erase_if(mine, [&](const auto& p) { return positions_.contains(p); });
        if (mine.empty()) {
          return;
        }
      }
    }
    std::vector<TopicPartition> lost;
    for (const auto& p : mine) {
      if (positions_.contains(p)) {
        lost.push_back(p);
      }
    }
    if (!lost.empty()) {
      listener_->on_revoked(lost);
      for (const auto& p : lost) {
        positions_.erase(p);
        paused_.erase(p);
      }
    }
    {
      std::lock_guard lock(s_->mutex);
      for (const auto& p : mine) {
        const auto it = s_->groups[group_].find(p);
        positions_[p] = it == s_->groups[group_].end() ? 0 : it->second;
      }
    }
    listener_->on_assigned(mine);
  }

  std::shared_ptr<State> s_;
  std::string group_, pattern_;
  std::vector<std::string> names_;
  topics::RebalanceListener* listener_ = nullptr;
  std::map<TopicPartition, std::int64_t> positions_;
  std::set<TopicPartition> paused_;
  int seen_rebalances_ = 0;
  bool woken_ = false;
};

MemoryTopics::MemoryTopics(bool atomic)
    : state_(std::make_shared<State>()), admin_(std::make_unique<MemoryAdmin>(state_)) {
  state_->atomic = atomic;
}
MemoryTopics::~MemoryTopics() = default;

void MemoryTopics::set_fault(Fault fault) {
  std::lock_guard lock(state_->mutex);
  state_->fault = std::move(fault);
}

std::size_t MemoryTopics::owners_held() const { return state_->owners; }

void MemoryTopics::hold_acks(bool hold) {
  std::lock_guard lock(state_->mutex);
  state_->hold = hold;
  state_->changed.notify_all();
}

std::vector<MemoryTopics::Stored> MemoryTopics::records(const std::string& topic) const {
  std::lock_guard lock(state_->mutex);
  std::vector<Stored> out;
  if (const auto it = state_->topics.find(topic); it != state_->topics.end()) {
    for (const auto& p : it->second.partitions) {
      out.insert(out.end(), p.begin(), p.end());
    }
  }
  return out;
}

std::vector<std::string> MemoryTopics::values(const std::string& topic) const {
  std::vector<std::string> out;
  for (const auto& r : records(topic)) {
    out.push_back(r.value.value_or("null"));
  }
  return out;
}

void MemoryTopics::put(const std::string& topic, std::optional<std::string> key,
                       std::optional<std::string> value, std::int32_t partition) {
  std::lock_guard lock(state_->mutex);
  auto& t = state_->topic(topic);
  if (t.partitions.size() <= static_cast<std::size_t>(partition)) {
    t.partitions.resize(static_cast<std::size_t>(partition) + 1);
  }
  t.partitions[static_cast<std::size_t>(partition)].push_back({std::move(key), std::move(value), {}, 1});
  state_->changed.notify_all();
}

Offsets MemoryTopics::committed(const std::string& group) const {
  std::lock_guard lock(state_->mutex);
  const auto it = state_->groups.find(group);
  return it == state_->groups.end() ? Offsets{} : it->second;
}

void MemoryTopics::rebalance(const std::string& group) {
  std::lock_guard lock(state_->mutex);
  ++state_->rebalances[group];
  state_->changed.notify_all();
}

std::unique_ptr<topics::Producer> MemoryTopics::producer(const ClientConfig&, DeliveryListener& listener) {
  return std::make_unique<MemoryProducer>(state_, listener);
}
std::unique_ptr<topics::Consumer> MemoryTopics::consumer(const ClientConfig& config) {
  return std::make_unique<MemoryConsumer>(state_, config.group_id);
}
topics::Admin& MemoryTopics::admin() { return *admin_; }

}  // namespace tandem::testing
