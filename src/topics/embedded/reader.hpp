#pragma once
#include "tandem/topics/topics.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tandem::topics::embedded {

/// The log of a worker that may be running in another process, to look at: takes no lock and writes nothing
/// into the folder. Sees what the worker had written at the last refresh(). One thread uses it.
class Reader {
 public:
  struct Partition {
    Watermarks watermarks;
    std::int64_t bytes = 0;  ///< of the records kept
  };
  struct Topic {
    TopicDescription description;
    std::vector<Partition> partitions;
  };

  /// Throws TandemError (not_found: no log in `folder`; fatal: it cannot be read).
  explicit Reader(const std::string& folder);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Takes in what was written since; true when that was anything.
  bool refresh();
  std::string log_id() const;
  std::vector<Topic> topics() const;
  /// Throws TandemError(not_found) naming the topics there are.
  Topic topic(const std::string& name) const;
  /// Committed offsets of all groups, by group.
  std::map<std::string, Offsets> groups() const;

  /// Calls `each` for up to `max_records` from `next` on, and moves `next` behind the last one. Views live
  /// during the call. Zero: nothing there yet; refresh() and come again.
  using Each = std::function<void(const InRecord& record, std::span<const RecordHeader> headers)>;
  std::size_t read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                   const Each& each) const;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace tandem::topics::embedded
