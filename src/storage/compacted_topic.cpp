#include "storage/compacted_topic.hpp"

#include "tandem/base/clock.hpp"
#include "tandem/base/log.hpp"

#include <future>
#include <unordered_map>
#include <utility>

namespace tandem::storage {
namespace {

constexpr std::string_view kLogger = "tandem.storage";
constexpr auto kMaxRecords = std::size_t{2000};
constexpr auto kMaxBytes = std::size_t{4} << 20;
/// A topic can end in offsets that hold no record (transaction markers of a Java worker, compacted
/// tombstones), which a consumer never shows. After this long without a record the end counts as reached.
constexpr auto kQuiet = std::chrono::seconds(2);

}  // namespace

/// Outcome of each append by batch number.
class CompactedTopic::Deliveries final : public topics::DeliveryListener {
 public:
  std::uint64_t add(Done done) {
    pending_.emplace(++last_, Pending{std::move(done), {}});
    return last_;
  }
  void on_batch_done(std::uint64_t batch) override {
    auto it = pending_.find(batch);
    if (it == pending_.end()) {
      return;
    }
    auto pending = std::move(it->second);
    pending_.erase(it);
    if (pending.done) {
      pending.done(std::move(pending.error));
    }
  }
  void on_failure(const topics::DeliveryFailure& failure) override {
    if (const auto it = pending_.find(failure.batch); it != pending_.end()) {
      it->second.error = failure.error;
    }
  }
  void fail(std::uint64_t batch, const Error& error) {
    if (const auto it = pending_.find(batch); it != pending_.end()) {
      it->second.error = error;
      on_batch_done(batch);
    }
  }
  void fail_all(const Error& error) {
    while (!pending_.empty()) {
      fail(pending_.begin()->first, error);
    }
  }
  bool empty() const noexcept { return pending_.empty(); }

 private:
  struct Pending {
    Done done;
    std::optional<Error> error;
  };
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::uint64_t last_ = 0;
};

CompactedTopic::CompactedTopic(topics::Topics& topics, StorageTopicSpec spec, Apply apply)
    : topics_(topics),
      spec_(std::move(spec)),
      apply_(std::move(apply)),
      deliveries_(std::make_unique<Deliveries>()) {}

CompactedTopic::~CompactedTopic() { stop(); }

void CompactedTopic::check_cleanup(const topics::TopicDescription& description) const {
  const auto it = description.config.find("cleanup.policy");
  if (it == description.config.end() || it->second == "compact") {
    return;  // a principal that may not describe configs sees none: Java goes on too
  }
  raise(ErrorKind::config, fmt::format("Topic '{0}' supplied via the '{1}' property is required to have "
                                       "'cleanup.policy=compact' to guarantee "
                                       "consistency and durability of {2}, but found the topic currently has "
                                       "'cleanup.policy={3}'. Continuing would "
                                       "likely result in eventually losing {2} and problems restarting this "
                                       "Connect cluster in the future. Change "
                                       "the '{1}' property in the Connect worker configurations to use a "
                                       "topic with 'cleanup.policy=compact'.",
                                       spec_.topic.name, spec_.property, spec_.purpose, it->second));
}

void CompactedTopic::ensure_topic() {
  auto& admin = topics_.admin();
  auto description = admin.describe(spec_.topic.name);
  if (!description) {
    auto topic = spec_.topic;
    topic.config["cleanup.policy"] = "compact";
    if (admin.create_topic(topic)) {
      log::info(kLogger, "created topic {} ({} partitions) for {}", topic.name, topic.partitions,
                spec_.purpose);
    }
    description = admin.describe(spec_.topic.name);
    if (!description) {
      raise(ErrorKind::transient, fmt::format("topic '{}' was created but is not visible yet", topic.name));
    }
  }
  check_cleanup(*description);
  if (spec_.single_partition && description->partitions > 1) {
    raise(ErrorKind::config,
          fmt::format("Topic '{}' supplied via the '{}' property is required to have a single partition in "
                      "order to guarantee "
                      "consistency of {}, but found {} partitions.",
                      spec_.topic.name, spec_.property, spec_.purpose, description->partitions));
  }
  partitions_ = description->partitions;
}

std::map<std::int32_t, std::int64_t> CompactedTopic::end_offsets() {
  std::map<std::int32_t, std::int64_t> ends;
  for (std::int32_t p = 0; p < partitions_; ++p) {
    const auto marks = topics_.admin().watermarks({spec_.topic.name, p});
    ends[p] = marks.high > marks.low ? marks.high : 0;
  }
  return ends;
}

bool CompactedTopic::reached(const std::map<std::int32_t, std::int64_t>& targets) const {
  for (const auto& [partition, target] : targets) {
    const auto it = positions_.find(partition);
    if ((it == positions_.end() ? 0 : it->second) < target) {
      return false;
    }
  }
  return true;
}

void CompactedTopic::apply_batch(const topics::Batch& batch) {
  for (const auto& record : batch.records) {
    try {
      apply_(Record{record.key, record.value});
    } catch (const std::exception& e) {
      log::error(kLogger, "record {} of {}-{} was not understood and is left out: {}", record.offset,
                 spec_.topic.name, record.partition, e.what());
    }
    positions_[record.partition] = record.offset + 1;
  }
  last_record_ = std::chrono::steady_clock::now();
}

std::size_t CompactedTopic::consume(std::chrono::milliseconds wait) {
  const auto batch = consumer_->poll(wait, kMaxRecords, kMaxBytes);
  if (batch == nullptr || batch->records.empty()) {
    return 0;
  }
  apply_batch(*batch);
  return batch->records.size();
}

void CompactedTopic::start(std::chrono::milliseconds limit, std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  Backoff backoff(std::chrono::milliseconds(100), std::chrono::seconds(2));
  positions_.clear();
  {
    std::lock_guard lock(mutex_);
    stopped_ = false;
  }
  for (;;) {
    try {
      ensure_topic();
      producer_ = topics_.producer(spec_.client, *deliveries_);
      consumer_ = topics_.consumer(spec_.client);
      topics::Offsets from;
      for (std::int32_t p = 0; p < partitions_; ++p) {
        from[{spec_.topic.name, p}] = -2;
      }
      consumer_->assign(from);
      const auto ends = end_offsets();
      last_record_ = std::chrono::steady_clock::now();
      while (!reached(ends)) {
        if (stop.stop_requested()) {
          raise(ErrorKind::cancelled, "asked to stop while reading " + spec_.topic.name);
        }
        if (consume(std::chrono::milliseconds(100)) == 0) {
          const auto now = std::chrono::steady_clock::now();
          if (!positions_.empty() && now - last_record_ > kQuiet) {
            break;
          }
          if (now > deadline) {
            raise(ErrorKind::transient, fmt::format("could not read topic '{}' to its end in {} ms",
                                                    spec_.topic.name, limit.count()));
          }
        }
      }
      break;
    } catch (const TandemError& e) {
      if (e.kind() != ErrorKind::transient || std::chrono::steady_clock::now() > deadline) {
        throw e.while_doing("starting on topic " + spec_.topic.name + " (" + spec_.property + ")");
      }
      log::warn(kLogger, "topic {} ({}): {}; trying again", spec_.topic.name, spec_.property, e.what());
      Clock::system().sleep_for(backoff.next(), stop);
    }
  }
  thread_ = std::jthread([this](std::stop_token token) { run(std::move(token)); });
}

void CompactedTopic::stop() noexcept {
  if (!thread_.joinable()) {
    return;
  }
  thread_.request_stop();
  producer_->wake();
  consumer_->wake();
  thread_.join();
}

void CompactedTopic::append(std::vector<Entry> entries, Done done) {
  {
    std::lock_guard lock(mutex_);
    if (!stopped_) {
      requests_.push_back({std::move(entries), std::move(done)});
      consumer_->wake();
      producer_->wake();
      return;
    }
  }
  if (done) {
    done(Error(ErrorKind::cancelled, "the worker is stopping"));
  }
}

void CompactedTopic::read_to_end(Done done) { append({}, std::move(done)); }

void CompactedTopic::read_to_end(std::chrono::milliseconds limit) {
  auto answer = std::make_shared<std::promise<std::optional<Error>>>();
  auto result = answer->get_future();
  read_to_end([answer](std::optional<Error> e) { answer->set_value(std::move(e)); });
  if (result.wait_for(limit) != std::future_status::ready) {
    raise(ErrorKind::transient,
          fmt::format("could not read topic '{}' to its end in {} ms", name(), limit.count()));
  }
  if (auto error = result.get()) {
    throw TandemError(std::move(*error));
  }
}

void CompactedTopic::serve(Request request, std::stop_token stop) {
  if (request.entries.empty()) {
    try {
      barriers_.push_back({end_offsets(), std::move(request.done)});
    } catch (const std::exception&) {
      if (request.done) {
        request.done(current_error());
      }
    }
    return;
  }
  std::vector<topics::OutRecord> records;
  records.reserve(request.entries.size());
  for (const auto& entry : request.entries) {
    topics::OutRecord r;
    r.topic = spec_.topic.name;
    r.key = entry.key;
    if (entry.value) {
      r.value = *entry.value;
    }
    records.push_back(r);
  }
  const auto batch = deliveries_->add(std::move(request.done));
  try {
    producer_->send(batch, records, std::move(stop));
  } catch (const std::exception&) {
    deliveries_->fail(batch, current_error());
  }
}

void CompactedTopic::settle_barriers(bool idle) {
  const bool quiet = idle && std::chrono::steady_clock::now() - last_record_ > kQuiet;
  for (std::size_t i = 0; i < barriers_.size();) {
    if (!quiet && !reached(barriers_[i].targets)) {
      ++i;
      continue;
    }
    const auto done = std::move(barriers_[i].done);
    barriers_.erase(barriers_.begin() + static_cast<std::ptrdiff_t>(i));
    if (done) {
      done(std::nullopt);
    }
  }
}

void CompactedTopic::run(std::stop_token stop) {
  Backoff backoff(std::chrono::milliseconds(100), std::chrono::seconds(5));
  while (!stop.stop_requested()) {
    try {
      for (;;) {
        std::unique_lock lock(mutex_);
        if (requests_.empty()) {
          break;
        }
        auto request = std::move(requests_.front());
        requests_.pop_front();
        lock.unlock();
        const bool barrier = request.entries.empty();
        serve(std::move(request), stop);
        if (barrier) {
          last_record_ = std::chrono::steady_clock::now();
        }
      }
      // While something is in flight the producer is waited for; its records come to the consumer at the same
      // time.
      const bool in_flight = !deliveries_->empty();
      if (in_flight) {
        producer_->poll(std::chrono::milliseconds(10));
      }
      const auto got = consume(std::chrono::milliseconds(in_flight || !barriers_.empty() ? 5 : 100));
      settle_barriers(got == 0);
      backoff.reset();
    } catch (const std::exception& e) {
      log::warn(kLogger, "topic {}: {}; trying again", spec_.topic.name, e.what());
      Clock::system().sleep_for(backoff.next(), stop);
    }
  }
  // What was handed over before the stop is still written, so that a last status or offset is not lost.
  std::deque<Request> rest;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    rest.swap(requests_);
  }
  try {
    for (auto& request : rest) {
      if (!request.entries.empty()) {
        serve(std::move(request), {});
      } else if (request.done) {
        request.done(Error(ErrorKind::cancelled, "the worker is stopping"));
      }
    }
    producer_->flush(std::chrono::seconds(5));
  } catch (const std::exception& e) {
    log::warn(kLogger, "topic {}: {} while stopping", spec_.topic.name, e.what());
  }
  fail_pending(Error(ErrorKind::cancelled, "the worker is stopping"));
}

void CompactedTopic::fail_pending(const Error& error) {
  deliveries_->fail_all(error);
  for (auto& barrier : std::exchange(barriers_, {})) {
    if (barrier.done) {
      barrier.done(error);
    }
  }
}

}  // namespace tandem::storage
