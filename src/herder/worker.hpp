#pragma once
#include "herder/event_loop.hpp"
#include "herder/herder.hpp"
#include "herder/start_figures.hpp"
#include "herder/worker_config.hpp"
#include "pipeline/task_run.hpp"
#include "storage/config_store.hpp"
#include "storage/offset_store.hpp"
#include "storage/status_store.hpp"
#include "tandem/config/providers.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tandem::herder {

/// What a worker is made of. Everything lent here outlives the worker.
struct WorkerParts {
  WorkerConfig config;
  ConfigVariables variables;
  topics::Topics& topics;
  const Registry& registry;
  const Clock& clock = Clock::system();
  /// Makes a scope for a task; empty: figures are dropped.
  std::function<std::unique_ptr<MetricScope>()> metrics;
  /// The worker cannot go on (bad storage topic). Called once, on the herder thread; the program should end.
  std::function<void(const Error&)> on_fatal;
};

/// The herder of one worker. start() returns at once; ready() turns true when the storage topics are read.
/// The last wishes of connectors (configurations, target states) live in the config topic, so state survives
/// any kind of death. One worker a group: two workers on one Kafka group do not share work yet (the embedded
/// log's lock refuses a second).
class Worker final : public Herder, private storage::ConfigListener {
 public:
  explicit Worker(WorkerParts parts);
  ~Worker() override;

  void start();
  /// Stops tasks within task.shutdown.graceful.timeout.ms, then the stores. False when a task or connector
  /// call hangs: its thread still uses the topics, so the program must end without destroying them.
  bool stop();

  void connectors(Answer<std::vector<std::string>> done) override;
  void connector_info(const std::string& name, Answer<ConnectorInfo> done) override;
  void connector_config(const std::string& name, Answer<ConfigMap> done) override;
  void connector_status(const std::string& name, Answer<ConnectorStatus> done) override;
  void task_infos(const std::string& name, Answer<std::vector<TaskInfo>> done) override;
  void task_status(const std::string& name, int task, Answer<TaskStateView> done) override;
  void active_topics(const std::string& name, Answer<std::vector<std::string>> done) override;
  void reset_active_topics(const std::string& name, Answer<Nothing> done) override;
  void create(const std::string& name, ConfigMap config, std::optional<TargetState> initial_state,
              Answer<ConnectorInfo> done) override;
  void put_config(const std::string& name, ConfigMap config, Answer<PutResult> done) override;
  void patch_config(const std::string& name, ConfigMap patch, Answer<ConnectorInfo> done) override;
  void remove(const std::string& name, Answer<Nothing> done) override;
  void pause(const std::string& name, Answer<Nothing> done) override;
  void resume(const std::string& name, Answer<Nothing> done) override;
  void stop_connector(const std::string& name, Answer<Nothing> done) override;
  void restart_connector(const std::string& name, Answer<Nothing> done) override;
  void restart_connector_and_tasks(const std::string& name, bool include_tasks, bool only_failed,
                                   Answer<ConnectorStatus> done) override;
  void restart_task(const std::string& name, int task, Answer<Nothing> done) override;
  void offsets(const std::string& name, Answer<std::vector<ConnectorOffset>> done) override;
  void alter_offsets(const std::string& name, std::vector<ConnectorOffset> offsets,
                     Answer<std::string> done) override;
  void reset_offsets(const std::string& name, Answer<std::string> done) override;
  void validate(ConfigMap config, Answer<ConfigInfos> done) override;
  std::vector<PluginInfo> plugins(bool connectors_only) const override;
  std::vector<ConfigKey> plugin_config(const std::string& plugin) const override;
  std::string cluster_id() const override;
  void ping(Answer<Nothing> done) override;
  bool ready() const noexcept override { return ready_; }
  std::string stage() const override { return loop_.stage(); }

 private:
  class RunListener;
  /// What a task should run with; raw, variables not replaced.
  struct Wanted {
    ConfigMap connector, task;
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  struct TaskSlot {
    std::shared_ptr<pipeline::TaskRun> run;
    std::uint64_t run_id = 0;
    bool stopping = false, restart = false;
    std::optional<Wanted> wanted, running_with, failed_with;
    TaskStateView view;
    std::int64_t progress_began_ms = 0;
    bool starting = false;  ///< begun, and neither running nor failed yet
  };
  struct ConnectorSlot {
    std::string type = "unknown", class_name;
    ConnectorStateView view;
    std::uint64_t epoch = 0;  ///< answers of earlier starts are ignored
    int generation_attempts = 0;
    bool present = false;
    std::map<int, TaskSlot> tasks;
  };

  // worker.cpp: life
  void startup(std::stop_token stop);
  void dispatch(std::function<void()> job);
  /// As dispatch(), for requests: after the stop they are answered at once.
  template <class T>
  void dispatch_request(Answer<T> done, std::function<void(Answer<T>)> job);
  template <class T>
  void ask(Answer<T> done, std::string what, std::function<Result<T>()> work);
  void on_connector_changed(const std::string& connector) override;
  void on_tasks_changed(const std::string& connector) override;
  void on_target_state_changed(const std::string& connector) override;
  void on_restart_requested(const storage::RestartRequest& request) override;

  // worker_connectors.cpp: connector instances and their task configurations
  void start_connector(const std::string& name);
  void drop_connector(const std::string& name);
  void generate_tasks(const std::string& name);
  void take_task_configs(const std::string& name, std::uint64_t epoch, std::vector<ConfigMap> generated);
  void task_generation_failed(const std::string& name, std::uint64_t epoch, const Error& error);
  void apply_target_state(const std::string& name);
  void apply_restart(const storage::RestartRequest& request);
  void set_connector_state(const std::string& name, ConnectorSlot& slot, const std::string& state,
                           const std::string& trace = {});

  // worker_tasks.cpp: task slots
  void reconcile(const std::string& name);
  void reconcile_task(const std::string& name, int id);
  void start_task(const std::string& name, int id, TaskSlot& slot);
  void stop_task(const std::string& name, int id, TaskSlot& slot);
  void on_task_running(const std::string& name, int id, std::uint64_t run_id, bool paused);
  void on_task_finished(const std::string& name, int id, std::uint64_t run_id, std::optional<Error> failure);
  void abandon_task(const std::string& name, int id, std::uint64_t run_id);
  void set_task_state(const std::string& name, int id, TaskSlot& slot, const std::string& state,
                      const std::string& trace = {});
  void end_start(TaskSlot& slot, bool well);
  TaskSlot* task_of_run(const std::string& name, int id, std::uint64_t run_id);

  // worker_requests.cpp, worker_offsets.cpp
  ConnectorInfo info_of(const std::string& name) const;
  ConnectorStatus status_of(const std::string& name) const;
  void check_then(const std::string& name, ConfigMap config, std::function<void(std::optional<Error>)> next);
  void put_target(const std::string& name, storage::TargetState target, Answer<Nothing> done);
  std::optional<Error> offsets_precondition(const std::string& name) const;
  void change_source_offsets(const std::string& name, std::vector<ConnectorOffset> changes, bool reset,
                             Answer<std::string> done);
  void change_sink_offsets(const std::string& name, std::vector<ConnectorOffset> changes, bool reset,
                           Answer<std::string> done);

  WorkerParts parts_;
  ConfigMap worker_properties_;
  std::string worker_id_;
  std::int64_t generation_ = 1;
  std::atomic<bool> ready_ = false, stopped_ = false;
  storage::OffsetStore offset_store_;
  storage::StatusStore status_store_;
  std::unique_ptr<storage::ConfigStore> config_store_;
  std::unique_ptr<pipeline::TaskServices> services_;
  std::optional<StartFigures> starts_;

  std::map<std::string, ConnectorSlot> slots_;
  std::uint64_t last_run_id_ = 0;
  struct Abandoned {
    std::uint64_t run_id;
    std::shared_ptr<pipeline::TaskRun> run;
  };
  std::vector<Abandoned> abandoned_;
  std::unique_ptr<Pool> pool_;
  EventLoop loop_;
};

/// The Java name of a connector's task class, which stands as `task.class` in task configurations.
std::string task_class_of(const std::string& connector_class);

}  // namespace tandem::herder
