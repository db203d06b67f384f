#include "tests/unit/topics_embedded/log_on_disk.hpp"
#include "topics/embedded/reader.hpp"

#include <random>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

/// A worker in another process: killed in the middle of its writes, or read while it runs.
namespace tandem::topics::test {
namespace {

constexpr const char* kFolder = "TANDEM_TEST_WRITER_FOLDER";
constexpr int kTold = 30;  // the child's end of the pipe: a number that nothing else has

/// This binary again, writing numbered batches into `folder` and telling the number of each acknowledged one.
class Writer {
 public:
  explicit Writer(const std::string& folder) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], kTold);
    std::vector<std::string> words;
    for (char** e = environ; *e != nullptr; ++e) {
      words.emplace_back(*e);
    }
    words.push_back(std::string(kFolder) + "=" + folder);
    std::vector<char*> environment;
    for (std::string& w : words) {
      environment.push_back(w.data());
    }
    environment.push_back(nullptr);
    std::string self = "/proc/self/exe", filter = "--gtest_filter=OtherProcess.Writes",
                brief = "--gtest_brief=1";
    char* const arguments[] = {self.data(), filter.data(), brief.data(), nullptr};
    EXPECT_EQ(::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, arguments, environment.data()), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    in_ = ends[0];
  }
  ~Writer() {
    kill();
    ::close(in_);
  }
  std::uint64_t next_acknowledged() {
    std::uint64_t b = 0;
    return ::read(in_, &b, sizeof b) == sizeof b ? b : 0;
  }
  void kill() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = -1;
    }
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
};

struct Teller : DeliveryListener {
  void on_batch_done(std::uint64_t b) override {
    if (::write(kTold, &b, sizeof b) != sizeof b) {
      ::_exit(1);
    }
  }
  void on_failure(const DeliveryFailure&) override { ::_exit(2); }
};

TEST(OtherProcess, Writes) {
  const char* folder = std::getenv(kFolder);
  if (folder == nullptr) {
    GTEST_SKIP() << "the child's part of the tests below";
  }
  const auto topics = embedded::open_embedded(folder);
  make_numbered_topics(*topics);
  Teller teller;
  const auto producer = topics->producer({}, teller);
  const auto first = static_cast<std::uint64_t>(topics->admin().watermarks({"batches", 0}).high) * 1000 + 1;
  for (std::uint64_t b = first;; ++b) {
    const NumberedBatch batch(b, 2000);
    producer->send(b, batch.records, {});
    producer->poll(0ms);
  }
}

TEST(OtherProcess, KilledInTheMiddleLeavesAllAcknowledgedBatchesWhole) {
  const Folder folder;
  std::set<std::uint64_t> acknowledged;
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    {
      Writer writer(folder.path());
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(100 + random() % 300);
      for (std::uint64_t b = writer.next_acknowledged(); b != 0; b = writer.next_acknowledged()) {
        acknowledged.insert(b);
        if (std::chrono::steady_clock::now() > until) {
          writer.kill();  // then reads what it had still told
        }
      }
    }
    const auto topics = embedded::open_embedded(folder.path());
    const auto found = numbered_batches(*topics);
    ASSERT_GT(acknowledged.size(), static_cast<std::size_t>(round));
    for (const std::uint64_t b : acknowledged) {
      ASSERT_TRUE(found.contains(b)) << b;
    }
    for (const auto& [b, records] : found) {
      ASSERT_EQ(records, NumberedBatch::kRecords) << b;
    }
  }
}

TEST(OtherProcess, ReaderFollowsARunningWriter) {
  const Folder folder;
  EXPECT_THROW(embedded::Reader(folder.path()), TandemError);
  Writer writer(folder.path());
  ASSERT_NE(writer.next_acknowledged(), 0u);
  embedded::Reader reader(folder.path());
  const auto all = reader.topics();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].description.name, "batches");
  EXPECT_EQ(all[1].partitions.size(), 2u);
  EXPECT_TRUE(reader.log_id().starts_with("embedded:"));
  try {
    reader.topic("absent");
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::not_found);
    EXPECT_NE(e.error().remedy.find("batches, even, odd"), std::string::npos);
  }
  std::int64_t next = 0;
  std::uint64_t expected = 1;
  const auto until = std::chrono::steady_clock::now() + 30s;
  // Far enough that the writer's engine flushes, compacts and changes its files underneath (8 MB buffers).
  while (expected < 3000 && std::chrono::steady_clock::now() < until) {
    reader.refresh();
    reader.read({"batches", 0}, next, 500, [&](const InRecord& r, std::span<const RecordHeader>) {
      EXPECT_EQ(std::stoull(std::string(*r.value)), expected++);
    });
    for (int i = 0; i < 50; ++i) {
      ASSERT_NE(writer.next_acknowledged(), 0u);  // and keeps it going
    }
  }
  EXPECT_GE(expected, 3000u);
  EXPECT_GE(reader.topic("batches").partitions[0].watermarks.high, 2999);
  writer.kill();
  reader.refresh();  // a dead writer's log is as readable
  while (reader.read({"batches", 0}, next, 5000, [](const InRecord&, std::span<const RecordHeader>) {}) !=
         0) {
  }
  EXPECT_EQ(next, reader.topic("batches").partitions[0].watermarks.high);
}

}  // namespace
}  // namespace tandem::topics::test
