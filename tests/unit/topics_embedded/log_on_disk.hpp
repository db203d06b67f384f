#pragma once
#include "tests/contract/topics/topics_fixture.hpp"
#include "topics/embedded/embedded_topics.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tandem::topics::test {

/// A folder for one log, gone with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-log-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Batch `number`: records "number:index" spread over two topics of two partitions, and one for itself in
/// "batches".
struct NumberedBatch {
  static constexpr std::size_t kRecords = 9;
  std::vector<std::string> values;
  std::vector<OutRecord> records;
  explicit NumberedBatch(std::uint64_t number, std::size_t pad = 300) {
    for (std::size_t i = 0; i < kRecords; ++i) {
      values.push_back(std::to_string(number) + ":" + std::to_string(i) + ":" + std::string(pad, 'x'));
    }
    for (std::size_t i = 0; i < kRecords; ++i) {
      OutRecord& r = records.emplace_back();
      r.topic = i == 0 ? "batches" : i % 2 == 0 ? "even" : "odd";
      r.partition = i == 0 ? 0 : static_cast<std::int32_t>(i / 2 % 2);
      r.value = values[i];
    }
  }
};

inline void make_numbered_topics(Topics& topics) {
  topics.admin().create_topic({"batches", 1, 1, {}});
  topics.admin().create_topic({"even", 2, 1, {}});
  topics.admin().create_topic({"odd", 2, 1, {}});
}

/// How many records of each batch there are; offsets must be without gaps, and batches of one sender in
/// order.
inline std::map<std::uint64_t, std::size_t> numbered_batches(Topics& topics) {
  std::map<std::uint64_t, std::size_t> out;
  for (const TopicPartition& p :
       {TopicPartition{"batches", 0}, TopicPartition{"even", 0}, TopicPartition{"even", 1},
        TopicPartition{"odd", 0}, TopicPartition{"odd", 1}}) {
    const auto consumer = topics.consumer({});
    consumer->assign({{p, -2}});
    const auto high = topics.admin().watermarks(p).high;
    std::int64_t next = 0;
    std::uint64_t before = 0;
    for (const Read& r : read_some(*consumer, static_cast<std::size_t>(high))) {
      EXPECT_EQ(r.offset, next++);
      const std::uint64_t number = std::stoull(*r.value);
      EXPECT_GE(number, before);
      before = number;
      ++out[number];
    }
    EXPECT_EQ(next, high);
  }
  return out;
}

}  // namespace tandem::topics::test
