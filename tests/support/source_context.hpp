#pragma once
#include "tandem/plugin/task_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tandem::test {

/// A worker's side of a source task, in memory. Metrics count into `echoes`; there is no log behind topics().
class SourceContext final : public SourceTaskContext, MetricScope {
 public:
  const std::string& connector_name() const override { return name; }
  int task_id() const override { return 0; }
  const std::string& worker_group() const override { return name; }
  const Clock& clock() const override { return Clock::system(); }
  MetricScope& metrics() override { return *this; }
  topics::Topics& topics() override { raise(ErrorKind::bug, "this test has no topics"); }
  void report_condition(const std::string& text) override { condition = text; }
  void report_progress(const std::string&, std::int64_t, std::int64_t) override {}
  std::optional<OffsetMap> offset(const OffsetMap&) override { return stored; }

  std::shared_ptr<Counter> counter(const std::string&, Labels) override {
    return std::make_shared<Count>(*this);
  }
  std::shared_ptr<Gauge> gauge(const std::string&, Labels) override { return std::make_shared<Unseen>(); }
  std::shared_ptr<Histogram> histogram(const std::string&, Labels) override { return nullptr; }

  std::string name = "test";
  std::string condition;
  std::optional<OffsetMap> stored;
  double echoes = 0;

 private:
  struct Unseen final : Gauge {
    void set(double) override {}
  };
  struct Count final : Counter {
    explicit Count(SourceContext& c) : owner(c) {}
    void add(double n) override { owner.echoes += n; }
    SourceContext& owner;
  };
};

}  // namespace tandem::test
