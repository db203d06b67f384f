#include "connectors/mysql/binlog/gtid.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

constexpr std::string_view kA = "1f39f24a-e777-11f1-9069-02fc00000001",
                           kB = "2f39f24a-e777-11f1-9069-02fc00000001";

GtidSet set_of(std::string_view text) { return value_or_throw(GtidSet::parse(text)); }

TEST(GtidSet, ReadsAndWritesMySqlsText) {
  EXPECT_EQ(set_of("1F39F24A-E777-11F1-9069-02FC00000001:5:1-3,\n " + std::string(kB) + ":7").to_string(),
            std::string(kA) + ":1-3:5," + std::string(kB) + ":7");
  EXPECT_EQ(set_of("").to_string(), "");
  EXPECT_EQ(set_of(std::string(kA) + ":1-2:3-4").to_string(), std::string(kA) + ":1-4");
  EXPECT_EQ(set_of(std::string(kA) + ":1-5:Tag_1:1-3:8:other:2").to_string(),
            std::string(kA) + ":1-5:other:2:tag_1:1-3:8");
  for (const char* bad :
       {"x", "1f39f24a-e777-11f1-9069-02fc00000001:0", "1f39f24a-e777-11f1-9069-02fc00000001:5-3",
        "1f39f24a-e777-11f1-9069-02fc00000001:1-",
        "1f39f24a-e777-11f1-9069-02fc00000001:9223372036854775807"}) {
    EXPECT_FALSE(GtidSet::parse(bad).has_value()) << bad;
  }
}

TEST(GtidSet, EncodesAsTheProtocolWants) {
  EXPECT_EQ(to_hex(set_of(std::string(kA) + ":1-3").encode()),
            "0100000000000000"
            "1f39f24ae77711f1906902fc00000001"
            "0100000000000000"
            "0100000000000000"
            "0400000000000000");
  EXPECT_EQ(to_hex(set_of(std::string(kA) + ":ab:1").encode()),
            "0101000000000001"
            "1f39f24ae77711f1906902fc00000001"
            "046162"
            "0100000000000000"
            "0100000000000000"
            "0200000000000000");
}

/// The same as GtidSet, the slow way.
using Model = std::set<std::pair<std::string, int>>;

std::pair<GtidSet, Model> random_set(std::mt19937& random) {
  GtidSet set;
  Model model;
  for (unsigned n = random() % 12; n > 0; --n) {
    GtidSet::Source source;
    source.uuid[0] = static_cast<std::uint8_t>(random() % 2);
    source.tag = random() % 3 == 0 ? "t" : "";
    const auto first = static_cast<std::int64_t>(1 + random() % 20);
    const auto last = first + static_cast<std::int64_t>(random() % 5);
    set.add(source, GtidSet::Interval{first, last});
    for (auto i = first; i <= last; ++i) {
      model.insert({std::to_string(source.uuid[0]) + source.tag, static_cast<int>(i)});
    }
  }
  return {set, model};
}

Model model_of(const GtidSet& set) {
  Model out;
  for (const auto& [source, intervals] : set.sources()) {
    EXPECT_FALSE(intervals.empty());
    std::int64_t previous = -1;
    for (const auto& i : intervals) {
      EXPECT_GT(i.first, previous + 1) << "intervals are joined and sorted";
      previous = i.last;
      for (auto n = i.first; n <= i.last; ++n) {
        out.insert({std::to_string(source.uuid[0]) + source.tag, static_cast<int>(n)});
      }
    }
  }
  return out;
}

TEST(GtidSet, BehavesAsASetOfTransactions) {
  std::mt19937 random(20261123);
  for (int round = 0; round < 5000; ++round) {
    const auto [a, ma] = random_set(random);
    const auto [b, mb] = random_set(random);
    ASSERT_EQ(model_of(a), ma);
    ASSERT_EQ(a.count(), ma.size());
    GtidSet sum = a, rest = a;
    sum.add(b);
    rest.subtract(b);
    Model msum = ma, mrest, mboth;
    msum.insert(mb.begin(), mb.end());
    std::set_difference(ma.begin(), ma.end(), mb.begin(), mb.end(), std::inserter(mrest, mrest.end()));
    std::set_intersection(ma.begin(), ma.end(), mb.begin(), mb.end(), std::inserter(mboth, mboth.end()));
    ASSERT_EQ(model_of(sum), msum);
    ASSERT_EQ(model_of(rest), mrest);
    ASSERT_EQ(model_of(a.intersect(b)), mboth);
    ASSERT_EQ(a.contains(b), std::includes(ma.begin(), ma.end(), mb.begin(), mb.end()));
    ASSERT_EQ(set_of(a.to_string()), a);
    ASSERT_EQ(value_or_throw(GtidSet::decode(a.encode())), a);
    GtidSet::Source probe;
    probe.uuid[0] = static_cast<std::uint8_t>(random() % 2);
    const auto n = static_cast<int>(1 + random() % 25);
    ASSERT_EQ(a.contains(probe, n), ma.count({std::to_string(probe.uuid[0]), n}) == 1);
  }
}

TEST(MariaDbGtidList, KeepsTheNewestOfEachDomain) {
  auto list = value_or_throw(MariaDbGtidList::parse("1-2-3, 0-1-270"));
  EXPECT_EQ(list.to_string(), "0-1-270,1-2-3");
  list.advance({0, 5, 271});
  EXPECT_EQ(list.to_string(), "0-5-271,1-2-3");
  EXPECT_TRUE(list.contains({0, 1, 271}));
  EXPECT_FALSE(list.contains({0, 1, 272}));
  EXPECT_FALSE(list.contains({7, 1, 1}));
  list.advance({7, 1, 1});
  EXPECT_EQ(list.to_string(), "0-5-271,1-2-3,7-1-1");
  EXPECT_FALSE(MariaDbGtidList::parse("0-1").has_value());
  EXPECT_FALSE(MariaDbGtidList::parse("0-1-2-3").has_value());
  EXPECT_TRUE(value_or_throw(MariaDbGtidList::parse("")).empty());
}

}  // namespace
}  // namespace tandem::binlog
