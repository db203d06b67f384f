#include "metrics/registry.hpp"

#include "tandem/base/error.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace tandem::metrics {
namespace {

class HandClock final : public Clock {
 public:
  std::int64_t now_us() const override { return ns / 1000; }
  std::int64_t monotonic_ns() const override { return ns; }
  bool sleep_for(std::chrono::milliseconds, std::stop_token) const override { return true; }
  std::int64_t ns = 1'000'000'000;
};

bool has(const std::string& page, std::string_view line) {
  return ("\n" + page).find("\n" + std::string(line) + "\n") != std::string::npos;
}

TEST(MetricRegistry, PrintsWhatScopesMakeUntilTheyGo) {
  MetricRegistry registry;
  auto scope = registry.scope({{"connector", "c"}, {"task", "0"}});
  scope->counter("kafka_connect_source_task_metrics_source_record_poll_total")->add(3);
  scope->gauge("kafka_connect_sink_task_metrics_partition_count")->set(2);
  scope->gauge("debezium_metrics_Connected", {{"plugin", "mysql"}, {"name", "p"}, {"context", "streaming"}})
      ->set(1);
  const std::string page = registry.text();
  EXPECT_TRUE(
      has(page, "kafka_connect_source_task_metrics_source_record_poll_total{connector=\"c\",task=\"0\"} 3"))
      << page;
  EXPECT_TRUE(has(page, "# TYPE kafka_connect_source_task_metrics_source_record_poll_total counter"));
  EXPECT_TRUE(has(page, "kafka_connect_sink_task_metrics_partition_count{connector=\"c\",task=\"0\"} 2"));
  EXPECT_TRUE(has(page,
                  "debezium_metrics_Connected{connector=\"c\",context=\"streaming\",name=\"p\",plugin="
                  "\"mysql\",task=\"0\"} 1"));
  EXPECT_NE(page.find("kafka_connect_source_task_metrics_source_record_poll_rate{"), std::string::npos);
  scope.reset();
  EXPECT_EQ(registry.text().find("connector=\"c\""), std::string::npos);
}

TEST(MetricRegistry, TwoScopesShareASeries) {
  MetricRegistry registry;
  auto a = registry.scope();
  auto b = registry.scope();
  a->counter("kafka_connect_connect_worker_metrics_task_startup_attempts_total")->add();
  b->counter("kafka_connect_connect_worker_metrics_task_startup_attempts_total")->add();
  a.reset();
  EXPECT_TRUE(has(registry.text(), "kafka_connect_connect_worker_metrics_task_startup_attempts_total 2"));
}

TEST(MetricRegistry, RateLooksBackOneOrTwoSamples) {
  HandClock clock;
  MetricRegistry registry(clock);
  auto scope = registry.scope();
  auto total = scope->counter("kafka_connect_sink_task_metrics_sink_record_read_total");
  total->add(100);
  clock.ns += 10'000'000'000;
  EXPECT_TRUE(has(registry.text(), "kafka_connect_sink_task_metrics_sink_record_read_rate 10"));
  for (int i = 0; i < 4; ++i) {  // no growth: the rate falls to nothing
    clock.ns += 30'000'000'000;
    registry.text();
  }
  EXPECT_TRUE(has(registry.text(), "kafka_connect_sink_task_metrics_sink_record_read_rate 0"))
      << registry.text();
}

TEST(MetricRegistry, HistogramHasItsBuckets) {
  MetricRegistry registry;
  auto scope = registry.scope({{"connector", "s"}});
  scope->histogram("sync_delay_seconds", {{"direction", "mysql-to-postgres"}, {"table", "users"}})
      ->observe(0.03);
  const std::string page = registry.text();
  EXPECT_NE(page.find("sync_delay_seconds_bucket{connector=\"s\",direction=\"mysql-to-postgres\",table="
                      "\"users\",le=\"0.04\"} 1"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("le=\"0.02\"} 0"), std::string::npos);
}

TEST(MetricRegistry, RefusesWhatTheCatalogueLacks) {
  MetricRegistry registry;
  auto scope = registry.scope();
  EXPECT_THROW(scope->counter("no_such_metric"), TandemError);
  EXPECT_THROW(scope->gauge("sync_rows_total"), TandemError);
  EXPECT_THROW(scope->counter("sync_rows_total", {{"colour", "red"}}), TandemError);
}

TEST(MetricRegistry, ProcessFiguresAreReal) {
  const std::string page = MetricRegistry().text();
  for (const char* name : {"process_cpu_seconds_total ", "process_resident_memory_bytes ",
                           "process_start_time_seconds ", "process_threads ", "process_open_fds "}) {
    const auto at = page.find(std::string("\n") + name);
    ASSERT_NE(at, std::string::npos) << name;
    if (std::string_view(name) != "process_cpu_seconds_total ") {
      EXPECT_GT(std::stod(page.substr(at + 1 + std::string_view(name).size())), 0) << name;
    }
  }
}

TEST(MetricRegistry, HandlesWorkFromManyThreads) {
  MetricRegistry registry;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        auto scope = registry.scope({{"connector", "c" + std::to_string(t)}, {"task", "0"}});
        scope->counter("kafka_connect_source_task_metrics_source_record_poll_total")->add();
        registry.text();
      }
    });
  }
}

}  // namespace
}  // namespace tandem::metrics
