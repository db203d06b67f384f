#include "topics/open.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

/// Figures of both transports: `bench_topics kafka HOST:PORT [key=value …]` or `bench_topics embedded
/// FOLDER`; "only:rows" leaves it at small records at full speed, "only:large" at records of 60 MB. Settings
/// go to producer and consumer as a connector's overrides ("p:linger.ms=1", "c:fetch.max.bytes=…").
namespace tandem::topics {
namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }
double cpu_seconds() {
  rusage u{};
  ::getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
double rss_mb() {
  long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// The most that was ever resident since it was last asked.
double peak_mb() {
  std::ifstream in("/proc/self/status");
  double kilobytes = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmHWM:")) {
      kilobytes = std::stod(line.substr(6));
    }
  }
  std::ofstream("/proc/self/clear_refs") << 5;  // proc(5): resets the mark
  return kilobytes / 1e3;
}

struct Acks : DeliveryListener {
  std::uint64_t done = 0;
  void on_batch_done(std::uint64_t) override { ++done; }
  void on_failure(const DeliveryFailure& f) override { std::fprintf(stderr, "%s\n", f.error.text().c_str()); }
};

/// JSON as converters write it with schemas enabled: a long schema that repeats, and a row.
std::string json(std::size_t number, std::size_t bytes) {
  std::string out = R"({"schema":{"type":"struct","fields":[)";
  for (int f = 0; out.size() < bytes * 3 / 4; ++f) {
    out += R"({"type":"int64","optional":false,"field":"column_)" + std::to_string(f) + R"("},)";
  }
  out += R"("optional":false,"name":"shop.public.orders.Envelope"},"payload":{)";
  std::mt19937_64 random(number);
  for (int f = 0; out.size() < bytes; ++f) {
    out += R"("column_)" + std::to_string(f) + "\":" + std::to_string(random()) + ",";
  }
  return out + "}}";
}

void write(Topics& topics, const std::string& topic, std::size_t records, std::size_t batch,
           std::size_t bytes, const std::map<std::string, std::string>& overrides) {
  Acks acks;
  const auto producer = topics.producer({"bench", "", {}, overrides}, acks);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 200; ++i) {
    values.push_back(json(i, bytes));
  }
  std::vector<OutRecord> out(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    out[i] = {topic, 0, BytesView("{\"id\":12345}"), BytesView(values[i % values.size()]), {}, -1};
  }
  producer->send(0, std::span(out).first(1), {});
  producer->flush(std::chrono::seconds(20));
  const double cpu = cpu_seconds();
  const auto from = Clock::now();
  for (std::size_t sent = 0; sent < records; sent += batch) {
    producer->send(sent, out, {});
    producer->poll(std::chrono::milliseconds(0));
    if (batch <= 100) {  // what one writer gets that waits for each
      producer->flush(std::chrono::seconds(60));
    }
  }
  producer->flush(std::chrono::seconds(60));
  const double wall = seconds(from), used = cpu_seconds() - cpu;
  std::printf(
      "write batch %5zu x %zu B: %9.0f records/s %7.1f MB/s  %6.2f us CPU/record  %7.0f batches/s  rss %.0f "
      "MB, peak %.0f MB\n",
      batch, bytes, static_cast<double>(records) / wall, static_cast<double>(records * bytes) / wall / 1e6,
      used / static_cast<double>(records) * 1e6, static_cast<double>(records / batch) / wall, rss_mb(),
      peak_mb());
}

void read(Topics& topics, const std::string& topic, std::size_t bytes,
          const std::map<std::string, std::string>& overrides) {
  const auto high = topics.admin().watermarks({topic, 0}).high;
  const auto consumer = topics.consumer({"bench", "", {}, overrides});
  consumer->assign({{{topic, 0}, 0}});
  std::int64_t at = 0;
  double longest = 0, peak = 0, cpu = cpu_seconds();
  auto from = Clock::now(), last = from;
  std::size_t polls = 0, first = 0;
  while (at < high) {
    if (const auto batch = consumer->poll(std::chrono::seconds(5), 2000, 8 << 20)) {
      at = batch->records.back().offset + 1;
      if (first == 0) {  // without connecting
        first = static_cast<std::size_t>(at);
        from = Clock::now();
        cpu = cpu_seconds();
      } else {
        longest = std::max(longest, seconds(last));
      }
      last = Clock::now();
      if (++polls % 16 == 0) {
        peak = std::max(peak, rss_mb());
      }
    }
  }
  const double wall = seconds(from), used = cpu_seconds() - cpu;
  const double records = static_cast<double>(high) - static_cast<double>(first);
  std::printf(
      "read %zu B: %9.0f records/s %7.1f MB/s  %6.2f us CPU/record  longest wait %.0f ms  rss %.0f MB, peak "
      "%.0f MB\n",
      bytes, records / wall, records * static_cast<double>(bytes) / wall / 1e6, used / records * 1e6,
      longest * 1e3, peak, peak_mb());
}

void lone(Topics& topics, const std::string& topic, const std::map<std::string, std::string>& p,
          const std::map<std::string, std::string>& c) {
  Acks acks;
  const auto producer = topics.producer({"bench", "", {}, p}, acks);
  const auto consumer = topics.consumer({"bench", "", {}, c});
  consumer->assign({{{topic, 0}, 0}});
  std::vector<double> ms;
  const std::string value = json(1, 4000);
  const OutRecord record{topic, 0, BytesView("k"), BytesView(value), {}, -1};
  for (int i = 0; i < 220; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto from = Clock::now();
    producer->send(static_cast<std::uint64_t>(i), std::span(&record, 1), {});
    while (!consumer->poll(std::chrono::seconds(5), 10, 1 << 20)) {
    }
    ms.push_back(seconds(from) * 1e3);
    producer->poll(std::chrono::milliseconds(0));
  }
  ms.erase(ms.begin(), ms.begin() + 20);
  std::sort(ms.begin(), ms.end());
  std::printf("lone record, write to read: median %.2f ms, 99%% %.2f ms\n", ms[ms.size() / 2],
              ms[ms.size() * 99 / 100]);
}

/// One record of 60 MB after another, written and read.
void large(Topics& topics, const std::string& topic) {
  constexpr std::size_t kBytes = 60'000'000;
  const std::map<std::string, std::string> p{{"max.request.size", "70000000"}, {"compression.type", "none"}},
      c{{"max.partition.fetch.bytes", "70000000"}};
  Acks acks;
  std::string value = json(1, kBytes);
  const OutRecord record{topic, 0, BytesView("k"), BytesView(value), {}, -1};
  peak_mb();
  const double before = rss_mb();
  {
    const auto producer = topics.producer({"bench", "", {}, p}, acks);
    for (std::uint64_t i = 0; i < 4; ++i) {
      const auto from = Clock::now();
      producer->send(i, std::span(&record, 1), {});
      producer->flush(std::chrono::seconds(60));
      std::printf("write of 60 MB: %.2f s  peak %.0f MB more than before\n", seconds(from),
                  peak_mb() - before);
    }
  }
  const double written = rss_mb();
  const auto consumer = topics.consumer({"bench", "", {}, c});
  consumer->assign({{{topic, 0}, 0}});
  for (int i = 0; i < 4; ++i) {
    const auto from = Clock::now();
    while (!consumer->poll(std::chrono::seconds(5), 2000, 8 << 20)) {
    }
    std::printf("read of 60 MB: %.2f s  peak %.0f MB more than before\n", seconds(from), peak_mb() - written);
  }
}

int run(int count, char** words) {
  if (count < 3) {
    std::fprintf(stderr, "usage: bench_topics kafka HOST:PORT|embedded FOLDER [p:KEY=VALUE|c:KEY=VALUE …]\n");
    return 2;
  }
  const bool kafka = std::string(words[1]) == "kafka";
  std::map<std::string, std::string> p, c;
  std::string only;
  for (int i = 3; i < count; ++i) {
    const std::string word = words[i];
    if (word.starts_with("only:")) {
      only = word.substr(5);
      continue;
    }
    const auto equal = word.find('=');
    (word[0] == 'p' ? p : c)[word.substr(2, equal - 2)] = word.substr(equal + 1);
  }
  const double before = rss_mb();
  const auto topics = open_topics(
      {{"bootstrap.servers", kafka ? std::string(words[2]) : std::string("embedded:") + words[2]}});
  std::printf("opened: rss %.1f MB (the process before: %.1f MB)\n", rss_mb(), before);
  const std::string name = "bench-topics-" + std::to_string(std::random_device{}());
  for (const char* part : {".bulk", ".small", ".lone", ".rows", ".large"}) {
    topics->admin().create_topic({name + part, 1, 1, {{"max.message.bytes", "70000000"}}});
  }
  if (only.empty()) {
    lone(*topics, name + ".lone", p, c);
    write(*topics, name + ".small", kafka ? 2000 : 1000, 1, 4000, p);
    write(*topics, name + ".small", kafka ? 40'000 : 20'000, 100, 4000, p);
    write(*topics, name + ".bulk", 100'000, 2000, 4000, p);
    read(*topics, name + ".bulk", 4000, c);
    read(*topics, name + ".bulk", 4000, c);
  }
  if (only.empty() || only == "rows") {
    write(*topics, name + ".rows", 3'000'000, 2000, 300, p);
    read(*topics, name + ".rows", 300, c);
  }
  if (only.empty() || only == "large") {
    large(*topics, name + ".large");
  }
  for (const char* part : {".bulk", ".small", ".lone", ".rows", ".large"}) {
    topics->admin().delete_topic(name + part);
  }
  return 0;
}

}  // namespace
}  // namespace tandem::topics

int main(int count, char** words) {
  mallopt(M_ARENA_MAX, 2);  // as the worker
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  return tandem::topics::run(count, words);
}
