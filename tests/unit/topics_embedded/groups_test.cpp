#include "tests/unit/topics_embedded/log_on_disk.hpp"

namespace tandem::topics::test {
namespace {

TEST(Groups, AMemberThatStopsPollingLosesItsShareAndComesBackWhenItPolls) {
  const Folder folder;
  const auto topics = embedded::open_embedded(folder.path());
  topics->admin().create_topic({"t", 4, 1, {}});
  Rebalances one, two;
  int revoked = 0;
  one.revoked = [&](const auto& p) { revoked += static_cast<int>(p.size()); };
  const auto member = [&] { return topics->consumer({"", "g", {{"max.poll.interval.ms", "300"}}, {}}); };
  const auto a = member(), b = member();
  a->subscribe({"t"}, one);
  b->subscribe({"t"}, two);
  for (int i = 0; i < 20 && (a->assignment().size() != 2 || b->assignment().size() != 2); ++i) {
    a->poll(1ms, 1, 1);
    b->poll(1ms, 1, 1);
  }
  ASSERT_EQ(a->assignment().size(), 2u);
  ASSERT_EQ(b->assignment().size(), 2u);
  const TopicPartition of_a = a->assignment()[0];
  a->commit({{of_a, 5}});
  revoked = 0;

  const auto until = std::chrono::steady_clock::now() + 5s;
  while (b->assignment().size() != 4 && std::chrono::steady_clock::now() < until) {
    b->poll(20ms, 1, 1);
  }
  ASSERT_EQ(b->assignment().size(), 4u);
  b->commit({{of_a, 9}});
  EXPECT_THROW(a->commit({{of_a, 6}}), TandemError);
  // What the late one says while it gives up does not move the group back.
  bool refused = false;
  one.revoked = [&](const auto& p) {
    revoked += static_cast<int>(p.size());
    try {
      a->commit({{of_a, 6}});
    } catch (const TandemError& e) {
      refused = e.kind() == ErrorKind::transient;
    }
  };
  for (int i = 0; i < 20 && (a->assignment().size() != 2 || b->assignment().size() != 2 || revoked == 0);
       ++i) {
    a->poll(1ms, 1, 1);
    b->poll(1ms, 1, 1);
  }
  EXPECT_EQ(revoked, 2);
  EXPECT_TRUE(refused);
  EXPECT_EQ(a->assignment().size(), 2u);
  EXPECT_EQ(b->assignment().size(), 2u);
  EXPECT_EQ(topics->admin().group_offsets("g").at(of_a), 9);
}

TEST(Groups, OfSilentMembersMayBeChanged) {
  const Folder folder;
  const auto topics = embedded::open_embedded(folder.path());
  topics->admin().create_topic({"t", 1, 1, {}});
  Rebalances listener;
  const auto c = topics->consumer({"", "g", {{"max.poll.interval.ms", "100"}}, {}});
  c->subscribe({"t"}, listener);
  c->poll(1ms, 1, 1);
  EXPECT_THROW(topics->admin().alter_group_offsets("g", {{{"t", 0}, 1}}), TandemError);
  std::this_thread::sleep_for(150ms);
  topics->admin().alter_group_offsets("g", {{{"t", 0}, 1}});
  EXPECT_EQ(topics->admin().group_offsets("g").at({"t", 0}), 1);
}

}  // namespace
}  // namespace tandem::topics::test
