#pragma once
#include "tandem/base/result.hpp"
#include "tandem/config/config.hpp"
#include "tandem/data/record.hpp"
#include "tandem/plugin/registry.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What REST, the command line and health probes may ask of the worker. All connector and task state has one
/// owner, the herder thread; requests are posted to it. The implementation is `herder/worker.hpp`.
namespace tandem::herder {

/// The configured wish, from the config topic (`target-state-*`).
enum class TargetState { started, paused, stopped };
/// REST spellings: "RUNNING" for started, "PAUSED", "STOPPED". Case-insensitive when read.
bool parse_initial_state(std::string_view text, TargetState& out) noexcept;

struct ConnectorInfo {
  std::string name;
  ConfigMap config;        ///< as submitted, variables not replaced, with "name"
  std::vector<int> tasks;  ///< ids in order
  std::string type;        ///< "source", "sink" or "unknown"
};

/// State words of REST: UNASSIGNED RUNNING PAUSED STOPPED FAILED RESTARTING (STOPPED never on a task).
struct ConnectorStateView {
  std::string state;
  std::string worker_id;  ///< host:port
  std::string trace;      ///< empty: leave the field out
  std::string version;    ///< of the plugin; empty: unknown
};
struct TaskStateView {
  int id = 0;
  std::string state;
  std::string worker_id;
  std::string trace;
  std::string version;
  /// Our addition: what a RUNNING task is waiting for ("" when all is well).
  std::string condition;
  /// Our addition: long work ("snapshot of app.users"), done of total; total < 0 unknown; `what` empty: none.
  struct Progress {
    std::string what;
    std::int64_t done = 0;
    std::int64_t total = -1;
    std::int64_t running_ms = 0;  ///< since it began, when this was told

    double per_second() const noexcept {
      return running_ms > 0 ? static_cast<double>(done) * 1000 / static_cast<double>(running_ms) : 0;
    }
    /// By the pace so far; -1: unknown.
    std::int64_t seconds_left() const noexcept {
      return total < done || done <= 0 || running_ms <= 0
                 ? -1
                 : static_cast<std::int64_t>(static_cast<double>(total - done) / per_second());
    }
  } progress;
};
struct ConnectorStatus {
  std::string name;
  ConnectorStateView connector;
  std::vector<TaskStateView> tasks;  ///< by id
  std::string type;
};

struct TaskInfo {
  std::string connector;
  int task = 0;
  ConfigMap config;  ///< with "task.class"
};

/// One line of a ConfigInfos: `definition` is absent for keys that nothing declares.
struct ConfigInfo {
  std::optional<ConfigKey> definition;
  ConfigCheck value;  ///< a PASSWORD's value reads "[hidden]" already
};
struct ConfigInfos {
  std::string name;  ///< the class as submitted
  int error_count = 0;
  std::vector<std::string> groups;
  std::vector<ConfigInfo> configs;
};

struct ConnectorOffset {
  OffsetMap partition;
  std::optional<OffsetMap> offset;  ///< nullopt (JSON null) in a change: delete it
};

struct PutResult {
  bool created = false;
  ConnectorInfo info;
};

/// Answers. Called exactly once, on a thread of the herder's; must not block and must not throw. The error's
/// kind maps to a status by http_status(); its `message` is the text for the body (already in Java's words;
/// append `remedy` when there is one: Error::text()).
template <class T>
using Answer = std::function<void(Result<T>)>;
struct Nothing {};

/// Thread-safe. No call blocks: it posts and returns. Deadlines are the caller's (90 s in Connect); on expiry
/// it answers "Request timed out. " + stage() and ignores a late answer. After stop() every request is
/// answered with Error(cancelled, "Worker is shutting down").
class Herder {
 public:
  virtual ~Herder() = default;

  virtual void connectors(Answer<std::vector<std::string>> done) = 0;
  virtual void connector_info(const std::string& name, Answer<ConnectorInfo> done) = 0;
  virtual void connector_config(const std::string& name, Answer<ConfigMap> done) = 0;
  /// A connector that has no status record yet reads UNASSIGNED.
  virtual void connector_status(const std::string& name, Answer<ConnectorStatus> done) = 0;
  virtual void task_infos(const std::string& name, Answer<std::vector<TaskInfo>> done) = 0;
  virtual void task_status(const std::string& name, int task, Answer<TaskStateView> done) = 0;
  /// Topics used since the last reset; ErrorKind::auth (403) when topic.tracking.enable=false.
  virtual void active_topics(const std::string& name, Answer<std::vector<std::string>> done) = 0;
  virtual void reset_active_topics(const std::string& name, Answer<Nothing> done) = 0;

  /// POST /connectors: conflict when it exists; config when invalid.
  virtual void create(const std::string& name, ConfigMap config, std::optional<TargetState> initial_state,
                      Answer<ConnectorInfo> done) = 0;
  /// PUT config: creates or replaces.
  virtual void put_config(const std::string& name, ConfigMap config, Answer<PutResult> done) = 0;
  /// PATCH config: null deletes a key.
  virtual void patch_config(const std::string& name, ConfigMap patch, Answer<ConnectorInfo> done) = 0;
  virtual void remove(const std::string& name, Answer<Nothing> done) = 0;

  virtual void pause(const std::string& name, Answer<Nothing> done) = 0;
  virtual void resume(const std::string& name, Answer<Nothing> done) = 0;
  virtual void stop_connector(const std::string& name, Answer<Nothing> done) = 0;
  /// POST restart without flags (204): the connector instance only; answers when it has started again or
  /// failed to.
  virtual void restart_connector(const std::string& name, Answer<Nothing> done) = 0;
  /// POST restart with includeTasks or onlyFailed (202): the status with what is affected reading RESTARTING.
  virtual void restart_connector_and_tasks(const std::string& name, bool include_tasks, bool only_failed,
                                           Answer<ConnectorStatus> done) = 0;
  virtual void restart_task(const std::string& name, int task, Answer<Nothing> done) = 0;

  virtual void offsets(const std::string& name, Answer<std::vector<ConnectorOffset>> done) = 0;
  /// The answer is Java's sentence for the body's "message". The connector must be STOPPED (else config).
  virtual void alter_offsets(const std::string& name, std::vector<ConnectorOffset> offsets,
                             Answer<std::string> done) = 0;
  virtual void reset_offsets(const std::string& name, Answer<std::string> done) = 0;

  /// Validates on the pool. Never fails for bad settings (they are in the result); config when
  /// connector.class is missing or unknown.
  virtual void validate(ConfigMap config, Answer<ConfigInfos> done) = 0;
  /// In REST order; connectors only when asked. Immediate: the registry does not change.
  virtual std::vector<PluginInfo> plugins(bool connectors_only) const = 0;
  /// Keys of any plugin (a connector's own, then the framework's). Throws TandemError(not_found) "Unknown
  /// plugin p.".
  virtual std::vector<ConfigKey> plugin_config(const std::string& plugin) const = 0;
  /// "" when unknown yet.
  virtual std::string cluster_id() const = 0;

  /// Answers once the herder thread gets to it (GET /health).
  virtual void ping(Answer<Nothing> done) = 0;
  /// False until the storage topics are read and connectors are being started.
  virtual bool ready() const noexcept = 0;
  /// What the herder thread does now and since when: "The worker is currently reading to the end of the
  /// config topic, which began at 2026-01-01T00:00:00Z." "" when idle.
  virtual std::string stage() const = 0;
};

/// HTTP status of a failed request: not_found 404, conflict 409, config and data and schema 400, auth 403,
/// else 500.
int http_status(ErrorKind kind) noexcept;

}  // namespace tandem::herder
