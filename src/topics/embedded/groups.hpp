#pragma once
#include "topics/embedded/log.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::topics::embedded {

/// Consumer groups of one process: eager, range assignment, as Java's default. A member gives up all
/// partitions before any member gets its new ones. A member that has not polled for its max.poll.interval is
/// left out until it polls again. Thread-safe.
class Groups {
 public:
  using Wants = std::function<bool(const std::string& topic)>;
  explicit Groups(Log& log) : log_(log) {}

  void join(const std::string& group, const void* member, Wants wants,
            std::chrono::milliseconds max_poll_interval);
  void leave(const std::string& group, const void* member);
  bool active(const std::string& group);
  /// False when `member` was left out: what it held is another's.
  bool holds(const std::string& group, const void* member);
  /// The rebalance that `member` has to take part in; 0: none.
  std::uint64_t pending(const std::string& group, const void* member);
  /// `member` holds nothing any more, at `generation`.
  void revoked(const std::string& group, const void* member, std::uint64_t generation);
  /// True once all have given up: `out` is the member's share.
  bool assigned(const std::string& group, const void* member, std::vector<TopicPartition>& out);

 private:
  struct Member {
    Wants wants;
    std::chrono::milliseconds max_poll_interval{};
    std::chrono::steady_clock::time_point polled;
    bool out = false;
    std::uint64_t revoked = 0, assigned = 0;
  };
  struct Group {
    std::uint64_t generation = 0;
    std::map<const void*, Member> members;  ///< by address: any fixed order will do
    std::map<std::string, std::int32_t> topics;
  };
  bool refresh(Group& group);
  static void leave_out_silent(Group& group);

  Log& log_;
  std::mutex mutex_;
  std::map<std::string, Group> groups_;
};

}  // namespace tandem::topics::embedded
