#pragma once
#include "topics/embedded/groups.hpp"
#include "topics/embedded/log.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <set>

namespace tandem::topics::embedded {

class LogConsumer final : public Consumer {
 public:
  LogConsumer(Log& log, Groups& groups, std::string group, bool from_end,
              std::chrono::milliseconds max_poll_interval)
      : log_(log),
        groups_(groups),
        group_(std::move(group)),
        from_end_(from_end),
        max_poll_interval_(max_poll_interval) {}
  ~LogConsumer() override;

  void subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) override;
  void subscribe_pattern(const std::string& pattern, RebalanceListener& listener) override;
  void assign(const Offsets& from) override;
  std::unique_ptr<Batch> poll(std::chrono::milliseconds wait, std::size_t max_records,
                              std::size_t max_bytes) override;
  void seek(const TopicPartition& partition, std::int64_t offset) override;
  void pause(const std::vector<TopicPartition>& partitions) override;
  void resume(const std::vector<TopicPartition>& partitions) override;
  std::vector<TopicPartition> assignment() const override;
  void commit(const Offsets& next) override;
  void commit_async(const Offsets& next) override { commit(next); }
  Offsets committed(const std::vector<TopicPartition>& partitions) override;
  void close() override;
  void wake() noexcept override;

 private:
  void join(Groups::Wants wants, RebalanceListener& listener);
  void rebalance();
  void give_up();
  std::int64_t resolve(const TopicPartition& partition, std::int64_t offset) const;
  std::unique_ptr<Batch> read(std::size_t max_records, std::size_t max_bytes);

  Log& log_;
  Groups& groups_;
  const std::string group_;
  const bool from_end_;
  const std::chrono::milliseconds max_poll_interval_;
  RebalanceListener* listener_ = nullptr;
  Offsets positions_;  ///< of the assignment; the next to read
  std::set<TopicPartition> paused_;
  TopicPartition turn_;  ///< read last: the next poll begins after it
  bool joined_ = false, closed_ = false;
  std::atomic<bool> woken_{false};
};

}  // namespace tandem::topics::embedded
