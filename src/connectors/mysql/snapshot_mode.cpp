#include "connectors/mysql/snapshot_mode.hpp"

namespace tandem::mysql {

SnapshotMode SnapshotMode::from(const Config& config) {
  const std::string& word = config.string("snapshot.mode");
  SnapshotMode m;
  if (word == "always") {
    m.always = true;
  } else if (word == "initial_only") {
    m.stream = false;
  } else if (word == "no_data" || word == "schema_only" || word == "never") {
    m.data = false;
  } else if (word == "recovery" || word == "schema_only_recovery") {
    m.data = false;
    m.rebuilds_history = m.needs_offset = true;
  } else if (word == "when_needed") {
    m.on_log_error = true;
  } else if (word == "configuration_based") {
    const auto flag = [&](const char* name) {
      return config.boolean(std::string("snapshot.mode.configuration.based.") + name);
    };
    m.data = m.always = flag("snapshot.data");
    m.never = !flag("snapshot.schema");
    // Debezium streams from the moment of such a schema snapshot on; here the stored offset counts, so that
    // nothing is passed over.
    m.rebuilds_history = !m.data && !m.never;
    m.stream = flag("start.stream");
    m.on_history_error = flag("snapshot.on.schema.error");
    m.on_log_error = flag("snapshot.on.data.error");
  }
  return m;
}

StartDecision decide_start(const SnapshotMode& mode, const StoredState& stored) noexcept {
  if (!stored.offset) {
    return {StartAction::snapshot,
            mode.needs_offset || mode.never ? StartProblem::no_offset : StartProblem::none};
  }
  if (stored.unfinished) {
    return {StartAction::snapshot,
            mode.needs_offset || mode.never ? StartProblem::unfinished_snapshot : StartProblem::none};
  }
  if (mode.always) {
    return {StartAction::snapshot, StartProblem::none};
  }
  if (!mode.stream) {
    return {StartAction::resume, StartProblem::none};  // there is nothing left to do
  }
  if (!stored.log) {
    return {StartAction::snapshot, mode.on_log_error ? StartProblem::none : StartProblem::log_gone};
  }
  if (mode.rebuilds_history) {
    return {StartAction::rebuild_history, StartProblem::none};
  }
  if (!stored.history) {
    return {StartAction::rebuild_history,
            mode.on_history_error ? StartProblem::none : StartProblem::no_history};
  }
  return {StartAction::resume, StartProblem::none};
}

}  // namespace tandem::mysql
