#include "topics/embedded/groups.hpp"

#include <algorithm>

namespace tandem::topics::embedded {

bool Groups::refresh(Group& group) {
  std::map<std::string, std::int32_t> now;
  for (const std::string& name : log_.topic_names()) {
    for (const auto& [address, member] : group.members) {
      if (member.wants(name)) {
        if (const auto row = log_.topic(name)) {
          now[name] = row->partitions;
        }
        break;
      }
    }
  }
  if (now == group.topics) {
    return false;
  }
  group.topics = std::move(now);
  return true;
}

void Groups::leave_out_silent(Group& group) {
  const auto now = std::chrono::steady_clock::now();
  for (auto& [address, member] : group.members) {
    if (!member.out && now - member.polled > member.max_poll_interval) {
      member.out = true;
      ++group.generation;
    }
  }
}

void Groups::join(const std::string& name, const void* member, Wants wants,
                  std::chrono::milliseconds max_poll_interval) {
  {
    const std::lock_guard lock(mutex_);
    Group& group = groups_[name];
    Member& joined = group.members[member];
    joined.wants = std::move(wants);
    joined.max_poll_interval = max_poll_interval;
    joined.polled = std::chrono::steady_clock::now();
    refresh(group);
    ++group.generation;
  }
  log_.signal();
}

void Groups::leave(const std::string& name, const void* member) {
  {
    const std::lock_guard lock(mutex_);
    Group& group = groups_[name];
    if (group.members.erase(member) == 0) {
      return;
    }
    ++group.generation;
    if (group.members.empty()) {
      groups_.erase(name);
    }
  }
  log_.signal();
}

bool Groups::active(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto it = groups_.find(name);
  if (it == groups_.end()) {
    return false;
  }
  leave_out_silent(it->second);
  return std::any_of(it->second.members.begin(), it->second.members.end(),
                     [](const auto& m) { return !m.second.out; });
}

bool Groups::holds(const std::string& name, const void* member) {
  const std::lock_guard lock(mutex_);
  const auto it = groups_.find(name);
  if (it == groups_.end() || !it->second.members.contains(member)) {
    return false;
  }
  leave_out_silent(it->second);
  return !it->second.members.at(member).out;
}

std::uint64_t Groups::pending(const std::string& name, const void* member) {
  const std::lock_guard lock(mutex_);
  Group& group = groups_.at(name);
  Member& self = group.members.at(member);
  self.polled = std::chrono::steady_clock::now();
  leave_out_silent(group);
  if (self.out) {
    return group.generation +
           1;  // what it gives up with revoked() is not its own any more; that brings it back
  }
  if (refresh(group)) {
    ++group.generation;
  }
  return self.assigned == group.generation ? 0 : group.generation;
}

void Groups::revoked(const std::string& name, const void* member, std::uint64_t generation) {
  {
    const std::lock_guard lock(mutex_);
    Group& group = groups_.at(name);
    Member& m = group.members.at(member);
    if (m.out) {
      m.out = false;
      generation = ++group.generation;
    }
    if (m.revoked == generation) {
      return;
    }
    m.revoked = generation;
  }
  log_.signal();
}

bool Groups::assigned(const std::string& name, const void* member, std::vector<TopicPartition>& out) {
  const std::lock_guard lock(mutex_);
  Group& group = groups_.at(name);
  for (const auto& [address, m] : group.members) {
    if (!m.out && m.revoked != group.generation) {
      return false;
    }
  }
  out.clear();
  for (const auto& [topic, partitions] : group.topics) {
    std::vector<const void*> takers;
    for (const auto& [address, m] : group.members) {
      if (!m.out && m.wants(topic)) {
        takers.push_back(address);
      }
    }
    const auto me = std::find(takers.begin(), takers.end(), member);
    if (me == takers.end()) {
      continue;
    }
    // RangeAssignor: partitions/members each, the first ones take the rest.
    const auto count = static_cast<std::int32_t>(takers.size());
    const auto index = static_cast<std::int32_t>(me - takers.begin());
    const std::int32_t each = partitions / count, rest = partitions % count;
    const std::int32_t first = each * index + std::min(index, rest);
    for (std::int32_t p = first; p < first + each + (index < rest ? 1 : 0); ++p) {
      out.push_back({topic, p});
    }
  }
  group.members.at(member).assigned = group.generation;
  return true;
}

}  // namespace tandem::topics::embedded
