#pragma once
#include "pipeline/task_services.hpp"
#include "tandem/plugin/task_context.hpp"

#include <functional>

namespace tandem::pipeline {

/// How a context speaks to the run that owns it.
struct ContextHooks {
  std::function<void(const std::string&)> condition;
  std::function<void(const std::string&, std::int64_t, std::int64_t)> progress;
};

/// What source and sink contexts share. `Base` is SourceTaskContext or SinkTaskContext.
template <class Base>
class TaskContextOf : public Base {
 public:
  TaskContextOf(const TaskServices& services, const TaskSpec& spec, MetricScope& metrics, ContextHooks hooks)
      : services_(services), spec_(spec), metrics_(metrics), hooks_(std::move(hooks)) {}
  const std::string& connector_name() const override { return spec_.connector; }
  int task_id() const override { return spec_.task; }
  const std::string& worker_group() const override { return services_.group_id; }
  const Clock& clock() const override { return services_.clock; }
  MetricScope& metrics() override { return metrics_; }
  topics::Topics& topics() override { return services_.topics; }
  void report_condition(const std::string& text) override { hooks_.condition(text); }
  void report_progress(const std::string& what, std::int64_t done, std::int64_t total) override {
    hooks_.progress(what, done, total);
  }

 protected:
  const TaskServices& services_;
  const TaskSpec& spec_;
  MetricScope& metrics_;
  ContextHooks hooks_;
};

class SourceContext final : public TaskContextOf<SourceTaskContext> {
 public:
  using TaskContextOf::TaskContextOf;
  std::optional<OffsetMap> offset(const OffsetMap& partition) override {
    return services_.offsets.get(spec_.connector, partition);
  }
};

}  // namespace tandem::pipeline
