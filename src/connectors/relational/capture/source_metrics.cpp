#include "connectors/relational/capture/source_metrics.hpp"

#include <algorithm>
#include <vector>

namespace tandem::relational {
namespace {

constexpr std::int64_t kPublishEveryNs = 100'000'000;

std::int64_t ms_since(std::int64_t then_ns, std::int64_t now_ns) {
  return then_ns == 0 ? -1 : (now_ns - then_ns) / 1'000'000;
}

class Figure {
 public:
  Figure() = default;
  explicit Figure(std::shared_ptr<Gauge> gauge) : gauge_(std::move(gauge)) {}
  template <class T>
  void operator=(T value) {
    gauge_->set(static_cast<double>(value));
  }

 private:
  std::shared_ptr<Gauge> gauge_;
};

/// What every context has.
struct CommonFigures {
  Figure events, since_event, places, places_left, bytes, bytes_bound;
};

}  // namespace

struct SourceMetrics::Handles {
  Handles(MetricScope& s, const Source& from, const std::string& task_id, const std::string& connector_name)
      : scope(s), plugin(from.plugin), name(from.name), task(task_id), connector(connector_name) {}

  Figure figure(const char* metric, const char* context, const std::string& table = {}) {
    Labels labels{
        {"plugin", plugin}, {"name", name}, {"context", context}, {"task", task}, {"connector", connector}};
    if (!table.empty()) {
      labels.emplace_back("table", table);
    }
    return Figure(scope.gauge(std::string("debezium_metrics_") + metric, std::move(labels)));
  }
  CommonFigures common(const char* context) {
    return {figure("TotalNumberOfEventsSeen", context), figure("MilliSecondsSinceLastEvent", context),
            figure("QueueTotalCapacity", context),      figure("QueueRemainingCapacity", context),
            figure("CurrentQueueSizeInBytes", context), figure("MaxQueueSizeInBytes", context)};
  }
  Figure streaming(const char* metric) { return figure(metric, "streaming"); }
  Figure snapshot(const char* metric) { return figure(metric, "snapshot"); }
  Figure history(const char* metric) { return figure(metric, "schema-history"); }

  MetricScope& scope;
  const std::string plugin, name, task, connector;

  CommonFigures in_stream = common("streaming"), in_snapshot = common("snapshot");
  Figure connected = streaming("Connected"), behind = streaming("MilliSecondsBehindSource"),
         creates = streaming("TotalNumberOfCreateEventsSeen"),
         updates = streaming("TotalNumberOfUpdateEventsSeen"),
         deletes = streaming("TotalNumberOfDeleteEventsSeen"),
         transactions = streaming("NumberOfCommittedTransactions"),
         filtered = streaming("NumberOfEventsFiltered");
  Figure running = snapshot("SnapshotRunning"), completed = snapshot("SnapshotCompleted"),
         aborted = snapshot("SnapshotAborted"), skipped = snapshot("SnapshotSkipped"),
         duration = snapshot("SnapshotDurationInSeconds"), tables = snapshot("TotalTableCount"),
         tables_left = snapshot("RemainingTableCount");
  /// The table being read.
  Figure rows;
  bool has_rows = false;

  struct Binlog {
    Figure position, gtids, disconnects, rolled_back, lock, applied, recovered, since_applied,
        since_recovered, recovery;
  };
  std::unique_ptr<Binlog> binlog;
};

SourceMetrics::SourceMetrics(TaskContext& context, Source source, const ChangeCounts& counts)
    : context_(context),
      source_(std::move(source)),
      counts_(counts),
      handles_(std::make_unique<Handles>(context.metrics(), source_, std::to_string(context.task_id()),
                                         context.connector_name())) {
  auto& h = *handles_;
  if (source_.plugin != "postgres") {
    h.binlog = std::make_unique<Handles::Binlog>(
        Handles::Binlog{h.streaming("BinlogPosition"), h.streaming("IsGtidModeEnabled"),
                        h.streaming("NumberOfDisconnects"), h.streaming("NumberOfRolledBackTransactions"),
                        h.snapshot("HoldingGlobalLock"), h.history("ChangesApplied"),
                        h.history("ChangesRecovered"), h.history("MilliSecondsSinceLastAppliedChange"),
                        h.history("MilliSecondsSinceLastRecoveredChange"), h.history("RecoveryStartTime")});
  }
  // What cannot happen here reads 0, so that a dashboard has its series: an event that cannot be handled
  // fails the task, nothing is looked ahead, a snapshot is never paused, and its tables are filtered before
  // they are read.
  for (const char* metric : {"NumberOfErroneousEvents", "NumberOfEventsFiltered", "SnapshotPaused"}) {
    h.snapshot(metric) = 0;
  }
  h.streaming("NumberOfErroneousEvents") = 0;
  if (h.binlog) {
    for (const char* metric : {"NumberOfEventsSkipped", "NumberOfSkippedEvents", "NumberOfLargeTransactions",
                               "NumberOfNotWellFormedTransactions"}) {
      h.streaming(metric) = 0;
    }
  }
  publish(true);
}

SourceMetrics::~SourceMetrics() = default;

void SourceMetrics::connected() {
  connected_ = true;
  publish(true);
}

void SourceMetrics::disconnected() {
  disconnects_ += connected_ ? 1 : 0;
  connected_ = false;
  publish(true);
}

void SourceMetrics::event_of(std::int64_t source_ms) {
  behind_ms_ = std::max<std::int64_t>(0, context_.clock().now_ms() - source_ms);
  streamed_ns_ = context_.clock().monotonic_ns();
}

void SourceMetrics::snapshot_skipped() {
  if (stage_ == Stage::none) {
    stage_ = Stage::skipped;
    publish(true);
  }
}

void SourceMetrics::snapshot_started(std::size_t tables) {
  stage_ = Stage::running;
  tables_ = tables;
  tables_begun_ = 0;
  started_ns_ = context_.clock().monotonic_ns();
  publish(true);
}

void SourceMetrics::snapshot_table(const std::string& name) {
  publish(true);  // the last count of the table before
  ++tables_begun_;
  table_rows_ = 0;
  handles_->rows = handles_->figure("RowsScanned", "snapshot", name);
  handles_->has_rows = true;
  publish(true);
}

void SourceMetrics::snapshot_ended(bool complete) {
  if (stage_ != Stage::running) {
    return;
  }
  stage_ = complete ? Stage::completed : Stage::aborted;
  ended_ns_ = context_.clock().monotonic_ns();
  publish(true);
}

void SourceMetrics::holding_lock(bool now) {
  holding_lock_ = now;
  publish(true);
}

void SourceMetrics::recovery_started() { recovery_ms_ = context_.clock().now_ms(); }

void SourceMetrics::history(std::uint64_t recovered, std::uint64_t applied) {
  const auto note = [&](std::uint64_t& known, std::uint64_t now, std::int64_t& at_ns) {
    if (now != known) {
      known = now;
      at_ns = context_.clock().monotonic_ns();
    }
  };
  note(recovered_, recovered, recovered_ns_);
  note(applied_, applied, applied_ns_);
}

void SourceMetrics::publish(bool now) {
  const std::int64_t ns = context_.clock().monotonic_ns();
  if (!now && ns - published_ns_ < kPublishEveryNs) {
    return;
  }
  published_ns_ = ns;
  publish_snapshot(ns);
  publish_streaming(ns);
  if (handles_->binlog) {
    publish_history(ns);
  }
}

void SourceMetrics::publish_snapshot(std::int64_t ns) {
  auto& h = *handles_;
  if (counts_.reads != reads_seen_) {
    reads_seen_ = counts_.reads;
    read_ns_ = ns;
  }
  auto& c = h.in_snapshot;
  c.events = counts_.reads;
  c.since_event = ms_since(read_ns_, ns);
  c.places = source_.queue_places;
  c.places_left = source_.queue_places;
  c.bytes = 0;
  c.bytes_bound = source_.queue_bytes;
  h.running = stage_ == Stage::running;
  h.completed = stage_ == Stage::completed;
  h.aborted = stage_ == Stage::aborted;
  h.skipped = stage_ == Stage::skipped;
  h.duration =
      started_ns_ == 0 ? 0 : ((stage_ == Stage::running ? ns : ended_ns_) - started_ns_) / 1'000'000'000;
  h.tables = tables_;
  h.tables_left = stage_ == Stage::completed
                      ? 0
                      : tables_ - tables_begun_ + (stage_ == Stage::running && tables_begun_ > 0 ? 1 : 0);
  if (h.has_rows) {
    h.rows = table_rows_;
  }
}

void SourceMetrics::publish_streaming(std::int64_t ns) {
  auto& h = *handles_;
  auto& c = h.in_stream;
  c.events = counts_.streamed();
  h.filtered = counts_.filtered;
  c.since_event = ms_since(streamed_ns_, ns);
  c.places = source_.queue_places;
  // The bound is in bytes: the places left are its free share.
  const double free_share =
      source_.queue_bytes == 0
          ? 1.0
          : 1.0 - std::min(1.0, static_cast<double>(read_ahead_) / static_cast<double>(source_.queue_bytes));
  c.places_left = static_cast<std::int64_t>(static_cast<double>(source_.queue_places) * free_share);
  c.bytes = read_ahead_;
  c.bytes_bound = source_.queue_bytes;
  h.connected = connected_;
  h.behind = behind_ms_;
  h.creates = counts_.creates;
  h.updates = counts_.updates;
  h.deletes = counts_.deletes;
  h.transactions = transactions_;
}

void SourceMetrics::publish_history(std::int64_t ns) {
  auto& b = *handles_->binlog;
  b.position = binlog_position_;
  b.gtids = gtids_;
  b.disconnects = disconnects_;
  b.rolled_back = rolled_back_;
  b.lock = holding_lock_;
  b.applied = applied_;
  b.recovered = recovered_;
  b.since_applied = ms_since(applied_ns_, ns);
  b.since_recovered = ms_since(recovered_ns_, ns);
  b.recovery = recovery_ms_ / 1000;
}

}  // namespace tandem::relational
