#pragma once
#include "tandem/config/config.hpp"

namespace tandem::mysql {

/// What snapshot.mode asks for: the answers of Debezium's snapshotters (debezium-core
/// io/debezium/snapshot/mode).
struct SnapshotMode {
  bool data = true;               ///< rows, not only shapes
  bool always = false;            ///< at each start, whatever is stored
  bool stream = true;             ///< go on with the log afterwards
  bool never = false;             ///< neither shapes nor rows: only what is stored counts
  bool rebuilds_history = false;  ///< with an offset: shapes anew, then from the offset
  bool needs_offset = false;      ///< recovery
  bool on_history_error = false;  ///< no schema history: shapes anew, then from the offset
  bool on_log_error = false;      ///< the log no longer has the place: a snapshot

  static SnapshotMode from(const Config& config);
};

/// What a start finds.
struct StoredState {
  bool offset = false;
  bool unfinished = false;  ///< the offset is of a snapshot that did not end
  bool history = false;     ///< the schema history has entries
  bool log = false;         ///< the server still has the log from the offset on
};

enum class StartAction {
  snapshot,
  rebuild_history,  ///< then stream from the offset
  resume,
};

/// Why a start cannot go on; each is an error of its own for the operator.
enum class StartProblem { none, no_offset, unfinished_snapshot, no_history, log_gone };

struct StartDecision {
  StartAction action = StartAction::resume;
  StartProblem problem = StartProblem::none;
};
StartDecision decide_start(const SnapshotMode& mode, const StoredState& stored) noexcept;

}  // namespace tandem::mysql
