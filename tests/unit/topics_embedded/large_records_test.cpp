#include "tests/unit/topics_embedded/log_on_disk.hpp"
#include "topics/embedded/log.hpp"
#include "topics/embedded/reader.hpp"

#include <random>

/// Records of megabytes lie in several entries; those are read, compacted and let go like all others.
namespace tandem::topics::test {
namespace {

std::string large(std::size_t number, std::size_t bytes = 3'000'000) {
  std::string out = std::to_string(number) + ":";
  std::mt19937_64 random(number);
  while (out.size() < bytes) {  // what no compression helps with
    const std::uint64_t n = random();
    out.append(reinterpret_cast<const char*>(&n), sizeof n);
  }
  return out;
}

std::uintmax_t bytes_in(const std::string& folder) {
  std::uintmax_t out = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::error_code gone;  // the engine deletes beside us
    const auto size = file.file_size(gone);
    out += gone ? 0 : size;
  }
  return out;
}

/// A batch of one record for partition 0 of topic "t".
std::shared_ptr<embedded::Append> one_record(const std::string& value, std::function<void()> done) {
  auto batch = std::make_shared<embedded::Append>();
  batch->topics = {"t"};
  OutRecord record;
  record.value = value;
  embedded::encode(batch->bytes, record, 1);
  batch->items.push_back({0, 0, false, 0, 0, batch->bytes.size()});
  batch->done = std::move(done);
  return batch;
}

void write(Topics& topics, const std::string& topic, std::size_t first, std::size_t count,
           const char* key = nullptr) {
  Acks acks;
  const auto producer = topics.producer({"", "", {}, {{"max.request.size", "70000000"}}}, acks);
  for (std::size_t i = first; i < first + count; ++i) {
    const std::string value = large(i);
    OutRecord record;
    record.topic = topic;
    record.partition = 0;
    if (key != nullptr) {
      record.key = key;
    }
    record.value = value;
    producer->send(i, std::span(&record, 1), {});
  }
  ASSERT_TRUE(producer->flush(60s));
  ASSERT_TRUE(acks.failures.empty());
}

TEST(LargeRecords, AreReadByTheWorkerAfterReopeningAndFromBeside) {
  const Folder folder;
  {
    const auto topics = embedded::open_embedded(folder.path());
    write(*topics, "large", 0, 12);
    embedded::Reader beside(folder.path());
    std::int64_t next = 0;
    std::size_t seen = 0;
    beside.read({"large", 0}, next, 100, [&](const InRecord& r, std::span<const RecordHeader>) {
      EXPECT_TRUE(*r.value == large(seen)) << seen;
      ++seen;
    });
    EXPECT_EQ(seen, 12u);
  }
  const auto topics = embedded::open_embedded(folder.path());
  const auto consumer = topics->consumer({});
  consumer->assign({{{"large", 0}, -2}});
  const auto read = read_some(*consumer, 12);
  ASSERT_EQ(read.size(), 12u);
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_TRUE(*read[i].value == large(i)) << i;
  }
}

TEST(LargeRecords, TheOlderOfAKeyGoesWhole) {
  const Folder folder;
  {
    const auto topics = embedded::open_embedded(folder.path());
    topics->admin().create_topic({"compacted", 1, 1, {{"cleanup.policy", "compact"}}});
    write(*topics, "compacted", 0, 8, "k");
  }
  embedded::Log log(folder.path(), nullptr);
  std::int64_t next = 0;
  std::size_t seen = 0;
  log.read({"compacted", 0}, next, 100, 100'000'000, [&](std::int64_t offset, BytesView bytes, std::string&) {
    InRecord record;
    std::vector<RecordHeader> headers;
    ASSERT_TRUE(embedded::decode(bytes, record, headers));
    EXPECT_EQ(offset, 7);
    EXPECT_TRUE(*record.value == large(7));
    ++seen;
  });
  EXPECT_EQ(seen, 1u);
}

TEST(LargeRecords, RetentionBoundsTheirSpace) {
  const Folder folder;
  embedded::Log log(folder.path(), nullptr);
  log.create({"t", 1, 1, {{"retention.bytes", "7000000"}, {"retention.ms", "-1"}}});
  std::atomic<std::int64_t> done{0};
  for (std::int64_t i = 1; i <= 100; ++i) {  // 300 MB in all
    log.append(one_record(large(static_cast<std::size_t>(i)), [&] { ++done; }));
    while (done < i) {
      std::this_thread::sleep_for(1ms);
    }
    log.apply_retention(0);
  }
  EXPECT_EQ(log.watermarks({"t", 0}).low, 98);
  const auto until = std::chrono::steady_clock::now() + 20s;  // compactions under way keep their files
  while (bytes_in(folder.path()) > 70'000'000 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_LT(bytes_in(folder.path()), 70'000'000u);
  std::int64_t next = 0;
  std::int64_t seen = 98;
  log.read({"t", 0}, next, 100, 100'000'000,
           [&](std::int64_t offset, BytesView, std::string&) { EXPECT_EQ(offset, seen++); });
  EXPECT_EQ(seen, 100);
}

TEST(Retention, FromTwoThreadsLetsNoRecordTooManyGo) {
  const Folder folder;
  embedded::Log log(folder.path(), nullptr);
  log.create({"t", 1, 1, {{"retention.bytes", "10000"}, {"retention.ms", "-1"}}});
  std::atomic<std::int64_t> done{0};
  constexpr std::int64_t kRecords = 400;
  std::jthread beside([&] {
    while (done < kRecords) {
      log.apply_retention(0);
    }
  });
  for (std::int64_t i = 1; i <= kRecords; ++i) {
    log.append(one_record(std::string(3'000, 'v'), [&] { ++done; }));
    while (done < i) {
      log.apply_retention(0);
    }
  }
  beside.join();
  log.apply_retention(0);
  EXPECT_EQ(log.watermarks({"t", 0}).low, kRecords - 3);
}

TEST(Groups, OfManyBatchesKeepTheirOrderOverTheWritersBound) {
  const Folder folder;
  embedded::Log log(folder.path(), nullptr);
  log.create({"t", 1, 1, {}});
  std::atomic<int> done{0};
  constexpr int kBatches = 40;
  for (int b = 0; b < kBatches; ++b) {  // all at once: 40 MB, ten groups
    log.append(
        one_record(std::to_string(b) + ":" + std::string(1'000'000, 'v'), [&, b] { EXPECT_EQ(done++, b); }));
  }
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (done < kBatches && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_EQ(done, kBatches);
  std::int64_t next = 0;
  int expected = 0;
  log.read({"t", 0}, next, 1000, 100'000'000, [&](std::int64_t offset, BytesView bytes, std::string&) {
    InRecord record;
    std::vector<RecordHeader> headers;
    ASSERT_TRUE(embedded::decode(bytes, record, headers));
    EXPECT_EQ(offset, expected);
    EXPECT_EQ(std::stoi(std::string(record.value->substr(0, 8))), expected++);
  });
  EXPECT_EQ(expected, kBatches);
}

TEST(Groups, ATopicThatGoesWhileItsRecordsWaitLeavesNothingBehind) {
  const Folder folder;
  const std::string name = "t";
  {
    embedded::Log log(folder.path(), nullptr);
    for (int round = 0; round < 30; ++round) {
      log.create({name, 1, 1, {}});
      std::atomic<bool> done{false};
      log.append(one_record(std::string(1'000'000, 'v'), [&] { done = true; }));
      std::this_thread::sleep_for(std::chrono::microseconds(100 * round));
      log.remove(name);
      while (!done) {
        std::this_thread::sleep_for(1ms);
      }
    }
  }
  embedded::Log log(folder.path(), nullptr);
  log.create({name, 1, 1, {}});  // its number may be one that was used before
  EXPECT_EQ(log.watermarks({name, 0}).high, 0);
  std::int64_t next = 0;
  EXPECT_EQ(log.read({name, 0}, next, 10, 1 << 30, [](std::int64_t, BytesView, std::string&) {}), 0u);
}

}  // namespace
}  // namespace tandem::topics::test
