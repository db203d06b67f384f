#include "herder/worker_internal.hpp"
#include "pipeline/sink_pipeline.hpp"
#include "pipeline/source_pipeline.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::herder {

/// Brings what a task's thread says to the herder thread, with the run it speaks for.
class Worker::RunListener final : public pipeline::TaskListener {
 public:
  RunListener(Worker& worker, std::string name, int id, std::uint64_t run_id)
      : worker_(worker), name_(std::move(name)), id_(id), run_id_(run_id) {}
  void on_running() override {
    worker_.dispatch([w = &worker_, n = name_, i = id_, r = run_id_] { w->on_task_running(n, i, r, false); });
  }
  void on_paused() override {
    worker_.dispatch([w = &worker_, n = name_, i = id_, r = run_id_] { w->on_task_running(n, i, r, true); });
  }
  void on_condition(const std::string& text) override {
    worker_.dispatch([w = &worker_, n = name_, i = id_, r = run_id_, text] {
      if (auto* slot = w->task_of_run(n, i, r)) {
        slot->view.condition = text;
      }
    });
  }
  void on_progress(const std::string& what, std::int64_t done, std::int64_t total) override {
    worker_.dispatch([w = &worker_, n = name_, i = id_, r = run_id_, what, done, total] {
      if (auto* slot = w->task_of_run(n, i, r)) {
        const auto now_ms = w->parts_.clock.monotonic_ns() / 1'000'000;
        if (slot->view.progress.what.empty()) {
          slot->progress_began_ms = now_ms;
        }
        slot->view.progress = {what, done, total, now_ms - slot->progress_began_ms};
      }
    });
  }
  void on_finished(std::optional<Error> failure) override {
    worker_.dispatch([w = &worker_, n = name_, i = id_, r = run_id_, f = std::move(failure)] {
      w->on_task_finished(n, i, r, f);
    });
  }

 private:
  Worker& worker_;
  std::string name_;
  int id_;
  std::uint64_t run_id_;
};

Worker::TaskSlot* Worker::task_of_run(const std::string& name, int id, std::uint64_t run_id) {
  const auto connector = slots_.find(name);
  if (connector == slots_.end()) {
    return nullptr;
  }
  const auto task = connector->second.tasks.find(id);
  return task == connector->second.tasks.end() || task->second.run_id != run_id || !task->second.run
             ? nullptr
             : &task->second;
}

void Worker::set_task_state(const std::string& name, int id, TaskSlot& slot, const std::string& state,
                            const std::string& trace) {
  slot.view.id = id;
  slot.view.state = state;
  slot.view.trace = trace;
  slot.view.worker_id = worker_id_;
  status_store_.put_task(
      name, id, {state, trace.empty() ? std::nullopt : std::optional(trace), worker_id_, generation_});
}

void Worker::reconcile(const std::string& name) {
  const auto it = slots_.find(name);
  if (it == slots_.end()) {
    return;
  }
  auto& slot = it->second;
  const auto record = slot.present ? config_store_->connector(name) : std::nullopt;
  const bool may_run =
      record && record->tasks && record->target != storage::TargetState::stopped && slot.type != "unknown";
  const auto count = may_run ? static_cast<int>(record->tasks->size()) : 0;
  for (int id = 0; id < count; ++id) {
    auto& task = slot.tasks[id];
    task.wanted = Wanted{record->config, (*record->tasks)[static_cast<std::size_t>(id)]};
    task.view.id = id;
    if (task.view.state.empty()) {
      task.view.state = "UNASSIGNED";
      task.view.worker_id = worker_id_;
    }
    task.view.version = slot.view.version;
  }
  std::vector<int> ids;
  for (auto& [id, task] : slot.tasks) {
    if (id >= count) {
      task.wanted.reset();
    }
    ids.push_back(id);
  }
  for (const auto id : ids) {
    reconcile_task(name, id);
  }
  if (record && record->target == storage::TargetState::stopped && !ids.empty() && slot.tasks.empty()) {
    set_connector_state(name, slot, "STOPPED");
  }
  if (!slot.present && slot.tasks.empty()) {
    slots_.erase(it);
  }
}

void Worker::reconcile_task(const std::string& name, int id) {
  const auto connector = slots_.find(name);
  if (connector == slots_.end()) {
    return;
  }
  auto& slots = connector->second.tasks;
  const auto it = slots.find(id);
  if (it == slots.end()) {
    return;
  }
  auto& task = it->second;
  if (task.run) {
    if (!task.wanted || task.restart || task.wanted != task.running_with) {
      stop_task(name, id, task);
    } else if (!task.stopping) {
      const auto record = config_store_->connector(name);
      task.run->set_paused(record && record->target == storage::TargetState::paused);
    }
    return;
  }
  if (!task.wanted) {
    status_store_.delete_task(name, id);
    slots.erase(it);
    return;
  }
  if (task.failed_with && task.failed_with == task.wanted && !task.restart) {
    return;  // FAILED until a restart or another configuration
  }
  start_task(name, id, task);
}

void Worker::start_task(const std::string& name, int id, TaskSlot& slot) {
  slot.restart = false;
  slot.failed_with.reset();
  slot.running_with = slot.wanted;
  slot.stopping = false;
  slot.view.condition.clear();
  slot.view.progress = {};
  slot.run_id = ++last_run_id_;
  slot.starting = true;
  starts_->tasks().begin();
  try {
    const auto record = config_store_->connector(name);
    pipeline::TaskSpec spec{name, id, parts_.variables.resolve(slot.wanted->connector),
                            parts_.variables.resolve(slot.wanted->task),
                            record && record->target == storage::TargetState::paused};
    const auto class_name = slots_[name].class_name;
    const auto& registry = parts_.registry;
    auto listener = std::make_shared<RunListener>(*this, name, id, slot.run_id);
    if (slots_[name].type == "source") {
      slot.run = std::make_shared<pipeline::SourcePipeline>(
          *services_, std::move(spec), std::move(listener),
          [&registry, class_name] { return registry.make_source(class_name)->make_task(); });
    } else {
      slot.run = std::make_shared<pipeline::SinkPipeline>(
          *services_, std::move(spec), std::move(listener),
          [&registry, class_name] { return registry.make_sink(class_name)->make_task(); });
    }
    slot.run->launch();
  } catch (const std::exception&) {
    slot.run.reset();
    slot.failed_with = slot.wanted;
    end_start(slot, false);
    set_task_state(name, id, slot, "FAILED", current_error().trace());
  }
}

void Worker::stop_task(const std::string& name, int id, TaskSlot& slot) {
  if (slot.stopping) {
    return;
  }
  slot.stopping = true;
  slot.run->request_stop();
  loop_.post_after(parts_.config.config().millis("task.shutdown.graceful.timeout.ms"),
                   [this, name, id, run_id = slot.run_id] { abandon_task(name, id, run_id); });
}

void Worker::end_start(TaskSlot& slot, bool well) {
  if (std::exchange(slot.starting, false)) {
    starts_->tasks().end(well);
  }
}

void Worker::abandon_task(const std::string& name, int id, std::uint64_t run_id) {
  auto* slot = task_of_run(name, id, run_id);
  if (slot == nullptr) {
    return;
  }
  log::error("tandem.herder", "Graceful stop of task {}-{} failed.", name, id);
  slot->run->abandon();
  abandoned_.push_back({run_id, std::move(slot->run)});
  slot->run = nullptr;
  reconcile(name);
}

void Worker::on_task_running(const std::string& name, int id, std::uint64_t run_id, bool paused) {
  auto* slot = task_of_run(name, id, run_id);
  if (slot == nullptr || slot->stopping) {
    return;
  }
  end_start(*slot, true);
  const std::string state = paused ? "PAUSED" : "RUNNING";
  if (slot->view.state != state) {
    log::info("tandem.herder", "task {}-{} is {}", name, id, state);
    set_task_state(name, id, *slot, state);
  }
}

void Worker::on_task_finished(const std::string& name, int id, std::uint64_t run_id,
                              std::optional<Error> failure) {
  if (auto it = std::find_if(abandoned_.begin(), abandoned_.end(),
                             [&](const Abandoned& a) { return a.run_id == run_id; });
      it != abandoned_.end()) {
    it->run->join();
    abandoned_.erase(it);
    return;
  }
  auto* slot = task_of_run(name, id, run_id);
  if (slot == nullptr) {
    return;
  }
  slot->run->join();
  slot->run.reset();
  slot->view.condition.clear();
  slot->view.progress = {};
  if (stopped_) {
    return;
  }
  if (failure && !slot->restart) {
    slot->failed_with = slot->running_with;
    end_start(*slot, false);
    set_task_state(name, id, *slot, "FAILED", failure->trace());
  } else if (slot->view.state != "RESTARTING") {
    slot->view.state = "UNASSIGNED";
  }
  slot->stopping = false;
  reconcile(name);
}

}  // namespace tandem::herder
