#include "tests/contract/topics/transports.hpp"

#include <numeric>

namespace tandem::topics::test {
namespace {

TEST_P(TopicsContract, KeepsOrderPerPartition) {
  const std::string topic = make_topic("order", 3);
  Acks acks;
  auto p = producer(acks);
  std::vector<std::string> values(3000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::to_string(i);
  }
  for (std::uint64_t b = 0; b < 30; ++b) {
    std::vector<OutRecord> records;
    for (std::size_t i = b * 100; i < (b + 1) * 100; ++i) {
      OutRecord& r = records.emplace_back();
      r.topic = topic;
      r.partition = static_cast<std::int32_t>(i % 3);
      r.value = values[i];
    }
    p->send(b, records, {});
  }
  ASSERT_TRUE(p->flush(20s));
  EXPECT_EQ(acks.done.size(), 30u);
  EXPECT_EQ(p->bytes_in_flight(), 0u);
  EXPECT_EQ(acks.thread, std::this_thread::get_id());
  auto c = consumer("");
  c->assign({{{topic, 0}, -2}, {{topic, 1}, -2}, {{topic, 2}, -2}});
  const auto read = read_some(*c, 3000);
  ASSERT_EQ(read.size(), 3000u);
  std::map<int, int> next{{0, 0}, {1, 1}, {2, 2}};
  std::map<int, std::int64_t> offset;
  for (const Read& r : read) {
    EXPECT_EQ(*r.value, std::to_string(next[r.partition]));
    EXPECT_EQ(r.offset, offset[r.partition]++);
    next[r.partition] += 3;
  }
}

TEST_P(TopicsContract, CarriesNullsEmptiesHeadersAndTimestamps) {
  const std::string topic =
      make_topic("shapes", 1, {{"message.timestamp.type", "CreateTime"}, {"retention.ms", "-1"}});
  Acks acks;
  auto p = producer(acks);
  const std::vector<RecordHeader> headers{{"a", "1"}, {"a", std::nullopt}, {"", ""}, {"a", "1"}};
  std::vector<OutRecord> records(4);
  for (auto& r : records) {
    r.topic = topic;
  }
  records[0].key = "k";
  records[0].value = std::string_view("v\0w", 3);
  records[0].headers = headers;
  records[0].timestamp_ms = 1234567890123;
  records[1].key = "k";  // a tombstone
  records[2].value = "";
  records[3].key = "";
  records[3].value = "x";
  p->send(7, records, {});
  ASSERT_TRUE(wait_done(*p, acks, 7));
  auto c = consumer("");
  c->assign({{{topic, 0}, 0}});
  const auto read = read_some(*c, 4);
  ASSERT_EQ(read.size(), 4u);
  EXPECT_EQ(read[0].value, std::string("v\0w", 3));
  EXPECT_EQ(read[0].timestamp_ms, 1234567890123);
  const std::vector<std::pair<std::string, std::optional<std::string>>> expected{
      {"a", "1"}, {"a", std::nullopt}, {"", ""}, {"a", "1"}};
  EXPECT_EQ(read[0].headers, expected);
  EXPECT_EQ(read[1].key, "k");
  EXPECT_EQ(read[1].value, std::nullopt);
  EXPECT_GT(read[1].timestamp_ms, 1'600'000'000'000);
  EXPECT_EQ(read[2].key, std::nullopt);
  EXPECT_EQ(read[2].value, "");
  EXPECT_EQ(read[3].key, "");
}

TEST_P(TopicsContract, OwnedBytesAreLetGoOfWhenTheirBatchIsDone) {
  const std::string topic = make_topic("owned", 1);
  Acks acks;
  auto p = producer(acks);
  std::vector<std::weak_ptr<std::vector<std::string>>> owners;
  for (std::uint64_t b = 0; b < 8; ++b) {
    auto values = std::make_shared<std::vector<std::string>>();
    owners.push_back(values);
    for (std::size_t i = 0; i < 50; ++i) {
      values->push_back(std::to_string(b * 50 + i) + std::string(i % 3 * 4000, 'x'));
    }
    std::vector<OutRecord> records(50);
    for (std::size_t i = 0; i < 50; ++i) {
      records[i].topic = topic;
      if (i % 10 != 9) {
        records[i].value = (*values)[i];
      }
    }
    p->send_owned(b, records, std::move(values), {});
  }
  ASSERT_TRUE(p->flush(20s));
  EXPECT_TRUE(acks.failures.empty());
  for (const auto& owner : owners) {
    EXPECT_TRUE(owner.expired());
  }
  auto c = consumer("");
  c->assign({{{topic, 0}, 0}});
  const auto read = read_some(*c, 400);
  ASSERT_EQ(read.size(), 400u);
  for (std::size_t i = 0; i < 400; ++i) {
    EXPECT_EQ(read[i].value, i % 10 == 9
                                 ? std::nullopt
                                 : std::optional(std::to_string(i) + std::string(i % 50 % 3 * 4000, 'x')));
  }
}

// Vectors of Java's Utils.murmur2 (UtilsTest.testMurmur2), through (hash & 0x7fffffff) % 1000.
TEST_P(TopicsContract, PartitionsKeysAsJavaDoes) {
  const std::string topic = make_topic("keys", 100);
  const std::map<std::string, std::int32_t> hashes{
      {"21", -973932308},
      {"foobar", -790332482},
      {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107}};
  Acks acks;
  auto p = producer(acks);
  std::vector<OutRecord> records;
  Offsets from;
  for (const auto& [key, hash] : hashes) {
    OutRecord& r = records.emplace_back();
    r.topic = topic;
    r.key = key;
    r.value = "v";
  }
  for (int i = 0; i < 100; ++i) {
    from[{topic, i}] = 0;
  }
  p->send(1, records, {});
  ASSERT_TRUE(wait_done(*p, acks, 1));
  auto c = consumer("");
  c->assign(from);
  const auto read = read_some(*c, hashes.size());
  ASSERT_EQ(read.size(), hashes.size());
  for (const Read& r : read) {
    EXPECT_EQ(r.partition, (hashes.at(*r.key) & 0x7fffffff) % 100) << *r.key;
  }
}

TEST_P(TopicsContract, GroupGoesOnWhereItCommitted) {
  const std::string topic = make_topic("group", 2);
  write(topic, {"a", "b", "c", "d"});
  const std::string group = name("g");
  Rebalances listener;
  std::vector<TopicPartition> assigned;
  listener.assigned = [&](const auto& p) { assigned = p; };
  {
    auto c = consumer(group);
    c->subscribe({topic}, listener);
    ASSERT_EQ(read_some(*c, 4).size(), 4u);
    EXPECT_EQ(assigned.size(), 2u);
    EXPECT_EQ(c->assignment().size(), 2u);
    EXPECT_TRUE(c->committed({{topic, 0}}).empty());
    c->commit({{{topic, 0}, 2}});
    EXPECT_EQ(c->committed({{topic, 0}, {topic, 1}}), (Offsets{{{topic, 0}, 2}}));
    bool revoked = false;
    listener.revoked = [&](const auto&) { revoked = true; };
    c->close();
    EXPECT_TRUE(revoked);
  }
  transport_->reopen();
  listener.revoked = nullptr;
  auto c = consumer(group);
  c->subscribe({topic}, listener);
  const auto read = read_some(*c, 2);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].value, "c");
  EXPECT_EQ(admin().group_offsets(group), (Offsets{{{topic, 0}, 2}}));
  EXPECT_THROW(admin().alter_group_offsets(group, {{{topic, 0}, 1}}), TandemError);
  c->close();
  admin().alter_group_offsets(group, {{{topic, 0}, 1}, {{topic, 1}, 0}});
  EXPECT_EQ(admin().group_offsets(group), (Offsets{{{topic, 0}, 1}, {{topic, 1}, 0}}));
  admin().alter_group_offsets(group, {{{topic, 1}, -1}});
  EXPECT_EQ(admin().group_offsets(group), (Offsets{{{topic, 0}, 1}}));
  admin().delete_group(group);
  EXPECT_TRUE(admin().group_offsets(group).empty());
}

TEST_P(TopicsContract, TwoMembersShareAndTakeOver) {
  const std::string topic = make_topic("share", 4);
  const std::string group = name("g");
  Rebalances one, two;
  auto a = consumer(group);
  a->subscribe({topic}, one);
  auto until = std::chrono::steady_clock::now() + 20s;
  while (a->assignment().size() != 4 && std::chrono::steady_clock::now() < until) {
    a->poll(20ms, 10, 1000);
  }
  ASSERT_EQ(a->assignment().size(), 4u);
  auto b = consumer(group);
  b->subscribe({topic}, two);
  until = std::chrono::steady_clock::now() + 30s;
  while ((a->assignment().size() != 2 || b->assignment().size() != 2) &&
         std::chrono::steady_clock::now() < until) {
    a->poll(20ms, 10, 1000);
    b->poll(20ms, 10, 1000);
  }
  // Range: neighbours go together; who comes first is the members' ids' affair.
  const std::vector<TopicPartition> low{{topic, 0}, {topic, 1}}, high{{topic, 2}, {topic, 3}};
  EXPECT_TRUE((a->assignment() == low && b->assignment() == high) ||
              (a->assignment() == high && b->assignment() == low));
  a->close();
  until = std::chrono::steady_clock::now() + 30s;
  while (b->assignment().size() != 4 && std::chrono::steady_clock::now() < until) {
    b->poll(20ms, 10, 1000);
  }
  EXPECT_EQ(b->assignment().size(), 4u);
}

TEST_P(TopicsContract, SeeksInsideAndOutsideOfAssignment) {
  const std::string topic = make_topic("seek");
  write(topic, {"0", "1", "2", "3", "4"});
  Rebalances listener;
  auto c = consumer(name("g"));
  listener.assigned = [&](const auto& partitions) { c->seek(partitions[0], 3); };
  c->subscribe({topic}, listener);
  auto read = read_some(*c, 2);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].value, "3");
  c->seek({topic, 0}, 1);
  read = read_some(*c, 4);
  ASSERT_EQ(read.size(), 4u);
  EXPECT_EQ(read[0].value, "1");
}

TEST_P(TopicsContract, PausedPartitionsGiveNothing) {
  const std::string topic = make_topic("pause", 2);
  auto c = consumer("");
  c->assign({{{topic, 0}, 0}, {{topic, 1}, 0}});
  c->pause({{topic, 0}});
  write(topic, {"a"}, 0);
  write(topic, {"b"}, 1);
  auto read = read_some(*c, 1);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].value, "b");
  EXPECT_TRUE(read_some(*c, 1, 300ms).empty());
  c->resume({{topic, 0}});
  read = read_some(*c, 1);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].value, "a");
}

TEST_P(TopicsContract, PatternTakesNewTopics) {
  const std::string first = make_topic("pattern.a1");
  make_topic("pattern.no");
  std::string quoted;
  for (char ch : prefix_) {
    quoted += ch == '.' ? std::string("\\.") : std::string(1, ch);
  }
  Rebalances listener;
  auto c = consumer(name("g"), {{"metadata.max.age.ms", "500"}});
  c->subscribe_pattern(quoted + "\\.pattern\\.(?:a|b)\\d+", listener);
  write(first, {"one"});
  ASSERT_EQ(read_some(*c, 1).size(), 1u);
  c->commit({{{first, 0}, 1}});  // the rebalance that takes the new topic in starts from here
  const std::string second = make_topic("pattern.b22");
  write(second, {"two"});
  const auto read = read_some(*c, 1);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].topic, second);
  EXPECT_EQ(c->assignment().size(), 2u);
}

TEST_P(TopicsContract, AdminTellsTopicsAndWatermarks) {
  const std::string topic =
      make_topic("admin", 2, {{"cleanup.policy", "compact"}, {"max.message.bytes", "2000000"}});
  EXPECT_FALSE(admin().create_topic({topic, 2, 1, {}}));
  const auto described = admin().describe(topic);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->partitions, 2);
  EXPECT_EQ(described->config.at("cleanup.policy"), "compact");
  EXPECT_EQ(described->config.at("max.message.bytes"), "2000000");
  EXPECT_FALSE(admin().describe(name("absent")));
  const std::string plain = make_topic("plain");
  EXPECT_EQ(admin().watermarks({plain, 0}).high, 0);
  write(plain, {"a", "b"});
  EXPECT_EQ(admin().watermarks({plain, 0}).low, 0);
  EXPECT_EQ(admin().watermarks({plain, 0}).high, 2);
  EXPECT_THROW(admin().watermarks({name("absent"), 0}), TandemError);
  const auto all = admin().list_topics();
  EXPECT_NE(std::find(all.begin(), all.end(), plain), all.end());
  EXPECT_EQ(admin().log_id(), admin().log_id());
  EXPECT_TRUE(admin().log_id().starts_with(topics().kind()));
}

TEST_P(TopicsContract, WakeEndsPoll) {
  const std::string topic = make_topic("wake");
  auto c = consumer("");
  c->assign({{{topic, 0}, 0}});
  c->poll(500ms, 1, 1);
  Acks acks;
  auto p = producer(acks);
  for (int i = 0; i < 2; ++i) {
    std::jthread waker([&] {
      std::this_thread::sleep_for(100ms);
      i == 0 ? c->wake() : p->wake();
    });
    const auto before = std::chrono::steady_clock::now();
    if (i == 0) {
      EXPECT_EQ(c->poll(10s, 10, 1000), nullptr);
    } else {
      p->poll(10s);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s) << i;
  }
}

TEST_P(TopicsContract, LargeRecordCrossesWhenAllowedAndFailsAsDataWhenNot) {
  const std::string topic = make_topic("large", 1, {{"max.message.bytes", "70000000"}});
  Acks acks;
  auto p = producer(
      acks, {{"max.request.size", "70000000"}, {"buffer.memory", "8000000"}, {"compression.type", "none"}});
  std::string big(20'000'000, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) {
    big[i] = static_cast<char>(i * 2654435761u >> 13);
  }
  std::vector<OutRecord> records(1);
  records[0].topic = topic;
  records[0].value = big;
  p->send(1, records, {});
  ASSERT_TRUE(wait_done(*p, acks, 1, 40s));
  ASSERT_TRUE(acks.failures.empty()) << acks.failures[0].error.text();
  auto c = consumer("");
  c->assign({{{topic, 0}, 0}});
  const auto read = read_some(*c, 1, 40s);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_TRUE(read[0].value == big);
  const std::string small = make_topic("small");
  Acks refused;
  auto q = producer(refused);
  records.resize(3);
  records[1].value = big;
  for (auto& r : records) {
    r.topic = small;
  }
  records[0].value = "a";
  records[2].value = "b";
  q->send(5, records, {});
  ASSERT_TRUE(wait_done(*q, refused, 5));
  if (q->atomic_batches()) {
    ASSERT_EQ(refused.failures.size(), 3u);  // nothing of the batch was written, and each record is told
    EXPECT_EQ(refused.failures[1].error.kind, ErrorKind::transient);
    EXPECT_EQ(admin().watermarks({small, 0}).high, 0);
  } else {
    ASSERT_EQ(refused.failures.size(), 1u);
    EXPECT_EQ(admin().watermarks({small, 0}).high, 2);
  }
  EXPECT_EQ(refused.failures[0].batch, 5u);
  EXPECT_EQ(refused.failures[0].index, 1u);
  EXPECT_EQ(refused.failures[0].error.kind, ErrorKind::data);
  EXPECT_FALSE(refused.failures[0].error.remedy.empty());
}

TEST_P(TopicsContract, ByteBoundBlocksAndResumes) {
  const std::string topic = make_topic("bound");
  Acks acks;
  auto p = producer(acks, {{"buffer.memory", "100000"}});
  const std::string value(1000, 'v');
  std::vector<OutRecord> records(500);
  for (auto& r : records) {
    r.topic = topic;
    r.value = value;
  }
  for (std::uint64_t b = 0; b < 4; ++b) {
    p->send(b, records, {});
    EXPECT_LE(p->bytes_in_flight(), topics().kind() == "kafka" ? 100'000u : 600'000u);
  }
  EXPECT_TRUE(p->flush(20s));
  EXPECT_EQ(acks.done.size(), 4u);
  EXPECT_EQ(admin().watermarks({topic, 0}).high, 2000);
}

TEST_P(TopicsContract, EmptyBatchIsDone) {
  Acks acks;
  auto p = producer(acks);
  p->send(9, {}, {});
  EXPECT_TRUE(wait_done(*p, acks, 9, 5s));
}

INSTANTIATE_TEST_SUITE_P(Topics, TopicsContract, ::testing::ValuesIn(transports()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace tandem::topics::test
