#include "tests/contract/topics/transports.hpp"

/// Requests that a real broker refuses whole though only their sum, or one record of them, is at fault.
namespace tandem::topics::test {
namespace {

class KafkaRefusals : public TopicsContract {
 protected:
  /// Values no compression helps with, that begin with their number.
  static std::string noise(std::size_t number, std::size_t bytes) {
    std::string out = std::to_string(number) + ":";
    std::uint64_t state = number * 0x9e3779b97f4a7c15ULL + 1;
    while (out.size() < bytes) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      out += static_cast<char>(state >> 56);
    }
    return out;
  }
};

TEST_P(KafkaRefusals, RequestsAboveTheTopicsLimitAreSplitAndKeepTheirOrder) {
  const std::string narrow = make_topic(
      "narrow", 2,
      {{"max.message.bytes", "100000"}, {"message.timestamp.type", "CreateTime"}, {"retention.ms", "-1"}});
  const std::string wide =
      make_topic("wide", 1, {{"message.timestamp.type", "CreateTime"}, {"retention.ms", "-1"}});
  Acks acks;
  auto p = producer(acks);
  constexpr std::size_t kRecords = 4000, kBad = 2345;
  const std::vector<RecordHeader> headers{{"h", "v"}, {"n", std::nullopt}};
  for (std::uint64_t b = 0; b < kRecords / 500; ++b) {
    const auto owner = std::make_shared<std::vector<std::string>>();
    std::vector<std::string>& values = *owner;
    std::vector<OutRecord> records;
    for (std::size_t i = b * 500; i < (b + 1) * 500; ++i) {
      values.push_back(noise(i, i == kBad ? 150'000 : 3000));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      OutRecord& r = records.emplace_back();
      r.topic = i % 4 == 3 ? wide : narrow;
      r.partition = i % 4 == 3 ? 0 : static_cast<std::int32_t>(i % 2);
      r.key = std::string_view(values[i]).substr(0, 4);
      r.value = values[i];
      r.headers = headers;
      r.timestamp_ms = 1'700'000'000'000;
    }
    // What is sent again has bytes of its own; what is not, those that it was given.
    if (b % 2 == 0) {
      p->send_owned(b, records, owner, {});
    } else {
      p->send(b, records, {});
    }
  }
  ASSERT_TRUE(p->flush(60s));
  EXPECT_EQ(p->bytes_in_flight(), 0u);
  EXPECT_EQ(acks.done.size(), kRecords / 500);
  ASSERT_EQ(acks.failures.size(), 1u) << acks.failures[1].error.text();
  EXPECT_EQ(acks.failures[0].batch, kBad / 500);
  EXPECT_EQ(acks.failures[0].index, kBad % 500);
  EXPECT_EQ(acks.failures[0].error.kind, ErrorKind::data);

  auto c = consumer("");
  c->assign({{{narrow, 0}, -2}, {{narrow, 1}, -2}, {{wide, 0}, -2}});
  const auto read = read_some(*c, kRecords - 1, 30s);
  EXPECT_TRUE(read_some(*c, 1, 300ms).empty()) << "a record was written twice";
  ASSERT_EQ(read.size(), kRecords - 1);
  std::map<TopicPartition, int> last{{{narrow, 0}, -1}, {{narrow, 1}, -1}, {{wide, 0}, -1}};
  for (const Read& r : read) {
    const int number = std::stoi(*r.value);
    EXPECT_EQ(*r.value, noise(static_cast<std::size_t>(number), 3000));
    EXPECT_EQ(*r.key, r.value->substr(0, 4));
    ASSERT_EQ(r.headers.size(), 2u);
    EXPECT_EQ(r.headers[1].second, std::nullopt);
    EXPECT_EQ(r.timestamp_ms, 1'700'000'000'000);
    int& before = last.at({r.topic, r.partition});
    EXPECT_LT(before, number) << r.topic << '-' << r.partition;
    before = number;
  }
}

TEST_P(KafkaRefusals, OneRecordWithoutKeyForACompactedTopicFailsAlone) {
  const std::string topic = make_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  Acks acks;
  auto p = producer(acks);
  std::vector<OutRecord> records(300);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].topic = topic;
    if (i % 100 != 50) {
      records[i].key = "k";
    }
    records[i].value = "v";
  }
  p->send(3, records, {});
  ASSERT_TRUE(wait_done(*p, acks, 3, 40s));
  ASSERT_EQ(acks.failures.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(acks.failures[i].index, i * 100 + 50);
    EXPECT_EQ(acks.failures[i].error.kind, ErrorKind::data);
  }
  EXPECT_EQ(admin().watermarks({topic, 0}).high, 297);
  // And the producer goes on.
  p->send(4, std::span(records).first(50), {});
  ASSERT_TRUE(wait_done(*p, acks, 4));
  EXPECT_EQ(acks.failures.size(), 3u);
  EXPECT_EQ(admin().watermarks({topic, 0}).high, 347);
}

INSTANTIATE_TEST_SUITE_P(Topics, KafkaRefusals, ::testing::Values(transports()[1]),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace tandem::topics::test
