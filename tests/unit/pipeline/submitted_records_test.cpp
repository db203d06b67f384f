#include "pipeline/submitted_records.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace tandem::pipeline {
namespace {

SourcePartitionPtr partition(int n) {
  return std::make_shared<const OffsetMap>(OffsetMap{{"p", std::int64_t{n}}});
}
SourceOffsetPtr offset(std::int64_t n) { return std::make_shared<MapOffset>(OffsetMap{{"at", n}}); }
std::int64_t number(const SourceOffsetPtr& o) { return *o->to_map()[0].second.get_if<std::int64_t>(); }

TEST(SubmittedRecordsTest, OnlyTheContiguousPrefixIsCommittable) {
  SubmittedRecords s;
  const auto p = partition(1);
  s.submit(p, offset(1), 1);
  s.submit(p, offset(2), 2);
  s.submit(p, offset(3), 3);
  s.ack(2);
  EXPECT_TRUE(s.take_committable().empty());
  s.ack(1);
  const auto two = s.take_committable();
  ASSERT_EQ(two.size(), 1u);
  EXPECT_EQ(number(two[0].offset), 2);
  EXPECT_TRUE(s.take_committable().empty());
  s.ack(3);
  EXPECT_EQ(number(s.take_committable()[0].offset), 3);
  EXPECT_EQ(s.outstanding(), 0u);
}

TEST(SubmittedRecordsTest, PositionsMoveAtOnceWhenNothingIsOutstandingElseWait) {
  SubmittedRecords s;
  const auto p = partition(1);
  s.submit_position(p, offset(5));
  EXPECT_EQ(number(s.take_committable()[0].offset), 5);
  s.submit(p, offset(6), 1);
  for (int i = 7; i < 1000; ++i) {
    s.submit_position(p, offset(i));
  }
  EXPECT_LE(s.outstanding(), 2u) << "positions pile up";
  EXPECT_FALSE(s.has_committable());
  s.ack(1);
  EXPECT_EQ(number(s.take_committable()[0].offset), 999);
}

TEST(SubmittedRecordsTest, PartitionsDoNotWaitForEachOther) {
  SubmittedRecords s;
  s.submit(partition(1), offset(1), 1);
  s.submit(partition(2), offset(2), 2);
  s.ack(2);
  const auto moved = s.take_committable();
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(number(moved[0].offset), 2);
}

/// Any order of submissions and acknowledgements: what is committable is always exactly the end of the
/// acknowledged prefix.
TEST(SubmittedRecordsTest, HoldsForAnyOrderOfAcknowledgements) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    SubmittedRecords s;
    struct Sent {
      std::uint64_t batch;
      std::int64_t offset;
      bool acked;
    };
    std::vector<std::vector<Sent>> model(3);
    std::vector<std::uint64_t> waiting;
    std::vector<std::int64_t> committed(3, -1);
    std::uint64_t batch = 0;
    std::int64_t at = 0;
    for (int step = 0; step < 200; ++step) {
      const auto what = random() % 4;
      if (what < 2) {
        ++batch;
        bool any = false;
        for (std::size_t p = 0; p < 3; ++p) {
          if (random() % 2 == 0) {
            s.submit(partition(static_cast<int>(p)), offset(++at), batch);
            model[p].push_back({batch, at, false});
            any = true;
          }
        }
        if (any) {
          waiting.push_back(batch);
        }
      } else if (what == 2) {
        const auto p = random() % 3;
        s.submit_position(partition(static_cast<int>(p)), offset(++at));
        model[p].push_back({0, at, true});
      } else if (!waiting.empty()) {
        const auto i = random() % waiting.size();
        const auto id = waiting[i];
        waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
        s.ack(id);
        for (auto& queue : model) {
          for (auto& e : queue) {
            e.acked = e.acked || e.batch == id;
          }
        }
      }
      for (const auto& m : s.take_committable()) {
        committed[static_cast<std::size_t>(*(*m.partition)[0].second.get_if<std::int64_t>())] =
            number(m.offset);
      }
      for (std::size_t p = 0; p < 3; ++p) {
        std::int64_t expected = -1;
        for (const auto& e : model[p]) {
          if (!e.acked) {
            break;
          }
          expected = e.offset;
        }
        ASSERT_EQ(committed[p], expected) << "partition " << p << " step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace tandem::pipeline
