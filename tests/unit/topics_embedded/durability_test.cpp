#include "tests/unit/topics_embedded/log_on_disk.hpp"
#include "tests/unit/topics_embedded/lossy_disk.hpp"

#include <random>

/// What was acknowledged is on the disk, and only whole batches are.
namespace tandem::topics::test {
namespace {

struct PowerCut : ::testing::TestWithParam<int> {};

TEST_P(PowerCut, LeavesAllAcknowledgedBatchesAndNoHalfOnes) {
  const Folder folder;
  const auto disk = std::make_shared<LossyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  std::set<std::uint64_t> acknowledged;
  std::atomic<bool> cut{false};
  {
    const auto topics = embedded::open_embedded(folder.path(), env.get());
    make_numbered_topics(*topics);
    // The log syncs about as often as it can; power fails at some moment between, after a few
    // acknowledgements (however slow the machine is).
    std::atomic<std::size_t> told{0};
    std::jthread fails([&] {
      std::mt19937 random(static_cast<unsigned>(GetParam()));
      const auto until = std::chrono::steady_clock::now() + 20s;
      while (told <= 3 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(1ms);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
      disk->cut_power();
      cut = true;
    });
    Acks acks;
    const auto producer = topics->producer({}, acks);
    for (std::uint64_t b = 1; !cut; ++b) {
      const NumberedBatch batch(b, GetParam() % 2 == 0 ? 300 : 20'000);
      try {
        producer->send(b, batch.records, {});
      } catch (const TandemError& e) {
        EXPECT_EQ(e.kind(), ErrorKind::transient);
        break;
      }
      producer->poll(0ms);
      told = acks.done.size();
    }
    fails.join();
    producer->poll(50ms);
    acknowledged = acks.done;
    EXPECT_TRUE(acks.failures.empty());
  }
  disk->lose();
  EXPECT_GT(acknowledged.size(), 3u);
  const auto topics = embedded::open_embedded(folder.path());
  const auto found = numbered_batches(*topics);
  for (const std::uint64_t b : acknowledged) {
    EXPECT_TRUE(found.contains(b)) << "batch " << b << " of " << acknowledged.size() << " is lost";
  }
  for (const auto& [b, records] : found) {
    EXPECT_EQ(records, NumberedBatch::kRecords) << "batch " << b;
  }
  // The log goes on behind what is left.
  Acks acks;
  const auto producer = topics->producer({}, acks);
  const NumberedBatch next(1'000'000);
  producer->send(1, next.records, {});
  ASSERT_TRUE(wait_done(*producer, acks, 1));
  EXPECT_EQ(numbered_batches(*topics).size(), found.size() + 1);
}
INSTANTIATE_TEST_SUITE_P(Moments, PowerCut, ::testing::Range(0, 10));

TEST(FullDisk, RefusesAsTransientGoesOnWhenThereIsRoomAndLosesNothing) {
  const Folder folder;
  const auto disk = std::make_shared<LossyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  std::set<std::uint64_t> sent;
  {
    const auto topics = embedded::open_embedded(folder.path(), env.get());
    make_numbered_topics(*topics);
    Acks acks;
    const auto producer = topics->producer({}, acks);
    std::uint64_t number = 0;
    for (int round = 0; round < 2; ++round) {  // a round is RocksDB's pause before it looks for room again
      for (int i = 0; i < 100; ++i) {
        const NumberedBatch batch(++number, 5000);
        producer->send(number, batch.records, {});
        sent.insert(number);
      }
      ASSERT_TRUE(producer->flush(20s));
      disk->full = true;
      std::string refusal;
      const auto until = std::chrono::steady_clock::now() + 20s;
      while (refusal.empty() && std::chrono::steady_clock::now() < until) {
        const NumberedBatch batch(number + 1, 5000);
        try {
          producer->send(number + 1, batch.records, {});
          sent.insert(++number);
        } catch (const TandemError& e) {
          EXPECT_EQ(e.kind(), ErrorKind::transient);
          refusal = e.error().text();
        }
        std::this_thread::sleep_for(5ms);
      }
      EXPECT_NE(refusal.find("No space left"), std::string::npos) << refusal;
      EXPECT_NE(refusal.find("make room"), std::string::npos) << refusal;
      EXPECT_NE(refusal.find(folder.path()), std::string::npos) << refusal;
      EXPECT_FALSE(producer->flush(100ms));
      disk->full = false;
      ASSERT_TRUE(producer->flush(20s));
      EXPECT_EQ(acks.done, sent);
    }
    EXPECT_EQ(numbered_batches(*topics).size(), sent.size());
    disk->cut_power();
  }
  disk->lose();
  const auto topics = embedded::open_embedded(folder.path());
  const auto found = numbered_batches(*topics);
  EXPECT_EQ(found.size(), sent.size());
  for (const auto& [b, records] : found) {
    EXPECT_EQ(records, NumberedBatch::kRecords) << "batch " << b;
  }
}

}  // namespace
}  // namespace tandem::topics::test
