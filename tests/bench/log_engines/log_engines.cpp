#include "tests/bench/log_engines/engine_log.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// RocksDB, SQLite and LMDB on what a log asks of its engine: `bench_log_engines FOLDER [ENGINE…]`, each
/// engine in a process of its own.
namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kBulkBytes = 300'000'000;

double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

double cpu_seconds() {
  rusage u{};
  ::getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/// A number of /proc/self/FILE by its name.
double number_of(const char* file, const std::string& name) {
  std::ifstream in(std::string("/proc/self/") + file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name + ":")) {
      return std::stod(line.substr(name.size() + 1));
    }
  }
  return 0;
}

double megabytes_on_disk(const std::string& folder) {
  double blocks = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    struct stat info {};
    if (::stat(file.path().c_str(), &info) == 0) {
      blocks += static_cast<double>(info.st_blocks);
    }
  }
  return blocks * 512 / 1e6;
}

/// Rows as JSON: names that repeat, numbers that do not; behind a schema where there is room for one.
std::vector<std::string> some_values(std::size_t bytes) {
  std::mt19937_64 random(1);
  std::vector<std::string> out(1000);
  for (std::string& v : out) {
    v = "{";
    for (int field = 0; v.size() + 500 < bytes; ++field) {
      v += R"({"type":"int64","optional":false,"field":"column_)" + std::to_string(field) + R"("},)";
    }
    for (int field = 0; v.size() < bytes; ++field) {
      v += "\"column_" + std::to_string(field) + "\":" + std::to_string(random() >> 24) + ",";
    }
    v.resize(bytes);
  }
  return out;
}

class Measurement {
 public:
  Measurement(EngineLog& log, const std::string& folder, std::size_t bytes)
      : log_(log), folder_(folder), bytes_(bytes), values_(some_values(bytes)) {}

  void run() {
    append(1, 1000);
    append(100, kBulkBytes / 5 / bytes_);
    append(1000, kBulkBytes / bytes_);
    std::printf("  memory after appending: %.0f MB own, %.0f MB mapped files\n",
                number_of("status", "RssAnon") / 1e3, number_of("status", "RssFile") / 1e3);
    auto from = Clock::now();
    log_.settle();
    std::printf("  settled in %.1f s; on disk %.0f MB for %.0f MB of records\n", seconds(from),
                megabytes_on_disk(folder_), static_cast<double>(next_ * bytes_) / 1e6);
    read_all();
    read_here_and_there();
    remove_half();
    std::printf("  highest resident %.0f MB\n", number_of("status", "VmHWM") / 1e3);
  }

 private:
  void append(std::size_t batch, std::uint64_t records) {
    std::vector<double> ms;
    const double cpu = cpu_seconds(), written = number_of("io", "write_bytes");
    const auto from = Clock::now();
    for (std::uint64_t n = 0; n < records; n += batch) {
      const auto one = Clock::now();
      log_.append(next_, std::span(values_).first(batch));
      next_ += batch;
      ms.push_back(seconds(one) * 1e3);
    }
    const double wall = seconds(from), count = static_cast<double>(records);
    std::sort(ms.begin(), ms.end());
    std::printf(
        "  append by %4zu: %7.0f records/s, %6.2f us CPU, %5.0f B to disk a record; a batch %.2f ms, 99 %% "
        "%.2f ms\n",
        batch, count / wall, (cpu_seconds() - cpu) / count * 1e6,
        (number_of("io", "write_bytes") - written) / count, ms[ms.size() / 2], ms[ms.size() * 99 / 100]);
    std::fflush(stdout);
  }
  void read_all() {
    const double cpu = cpu_seconds();
    const auto from = Clock::now();
    std::uint64_t seen = 0;
    for (std::uint64_t at = 0; at < next_; at += 2000) {  // as a consumer's polls
      log_.read(at, 2000, [&](std::uint64_t offset, std::string_view value) {
        if (offset != seen++ || value.size() != bytes_) {
          throw std::runtime_error("not what was written");
        }
      });
    }
    const double count = static_cast<double>(seen);
    std::printf("  read all: %.0f records/s, %.2f us CPU a record\n", count / seconds(from),
                (cpu_seconds() - cpu) / count * 1e6);
  }
  void read_here_and_there() {
    constexpr int kReads = 5000;
    std::mt19937_64 random(2);
    const auto from = Clock::now();
    for (int i = 0; i < kReads; ++i) {
      log_.read(random() % next_, 1, [](std::uint64_t, std::string_view) {});
    }
    std::printf("  read one anywhere: %.1f us\n", seconds(from) / kReads * 1e6);
  }
  void remove_half() {
    const double written = number_of("io", "write_bytes"), cpu = cpu_seconds();
    auto from = Clock::now();
    log_.remove_before(next_ / 2);
    const double took = seconds(from), space = megabytes_on_disk(folder_);
    from = Clock::now();
    log_.settle();
    std::printf(
        "  half removed in %.2f s (on disk %.0f MB), settled in %.1f s (%.0f MB); %.1f s CPU, %.0f MB "
        "written\n",
        took, space, seconds(from), megabytes_on_disk(folder_), cpu_seconds() - cpu,
        (number_of("io", "write_bytes") - written) / 1e6);
    append(100, kBulkBytes / 5 / bytes_);
    log_.settle();
    std::printf("  on disk then %.0f MB\n", megabytes_on_disk(folder_));
  }

  EngineLog& log_;
  const std::string& folder_;
  const std::size_t bytes_;
  const std::vector<std::string> values_;
  std::uint64_t next_ = 0;
};

void measure(const std::string& name, const std::string& folder, std::size_t bytes) {
  std::printf("%s\n", name.c_str());
  const auto log = name == "rocksdb"  ? open_rocksdb(folder)
                   : name == "sqlite" ? open_sqlite(folder)
                                      : open_lmdb(folder);
  Measurement(*log, folder, bytes).run();
  std::fflush(stdout);
}

int run(int count, char** words) {
  if (count < 2) {
    std::fprintf(stderr, "usage: bench_log_engines FOLDER [BYTES [rocksdb|sqlite|lmdb …]]\n");
    return 2;
  }
  const std::size_t bytes = count > 2 ? std::stoul(words[2]) : 300;
  std::vector<std::string> engines(words + std::min(count, 3), words + count);
  if (engines.empty()) {
    engines = {"rocksdb", "sqlite", "lmdb"};
  }
  int worst = 0;
  for (const std::string& engine : engines) {
    const std::string folder = std::string(words[1]) + "/" + engine;
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        measure(engine, folder, bytes);
        std::exit(0);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        std::exit(1);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    worst = std::max(worst, status);
    std::filesystem::remove_all(folder);
  }
  return worst == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tandem::bench

int main(int count, char** words) { return tandem::bench::run(count, words); }
