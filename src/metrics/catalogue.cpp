// Sources of the names: org.apache.kafka.connect.runtime.ConnectMetricsRegistry (attributes) in the spelling
// of Confluent's jmx-monitoring-stacks (kafka_connect_…_metrics_…) and of Strimzi's examples (status series);
// io.debezium.pipeline.metrics.*MXBean for debezium_metrics_*;
// prometheus.io/docs/instrumenting/writing_clientlibs for process_*.
#include "metrics/catalogue.hpp"

#include <map>

namespace tandem::metrics {
namespace {

using enum Kind;
using Labels = std::vector<std::string_view>;

const Labels connector{"connector"};
const Labels task{"connector", "task"};
const Labels debezium{"plugin", "name", "context", "task", "connector"};
const Labels debezium_table{"plugin", "name", "context", "task", "connector", "table"};
const Labels link{"direction", "table", "connector"};
const std::vector<double> delay_buckets{0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2,
                                        0.5,   1,     2,     5,    10,   30,   60,   300, 1800};

std::vector<MetricDefinition> worker() {
  return {
      {"kafka_connect_app",
       gauge,
       "As kafka_connect_app_info",
       {"client_id", "version", "commit_id", "start_time_ms"}},
      {"kafka_connect_app_info",
       gauge,
       "Version and start time as labels; always 1",
       {"client_id", "version", "commit_id", "start_time_ms"}},
      {"kafka_connect_connect_worker_metrics_connector_count", gauge, "Connectors run by this worker",
       connector},
      {"kafka_connect_connect_worker_metrics_connector_destroyed_task_count", gauge,
       "Destroyed tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_connector_failed_task_count", gauge,
       "Failed tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_connector_paused_task_count", gauge,
       "Paused tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_connector_restarting_task_count", gauge,
       "Restarting tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_connector_running_task_count", gauge,
       "Running tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_connector_startup_attempts_total", counter,
       "Connector starts tried", connector},
      {"kafka_connect_connect_worker_metrics_connector_startup_failure_total", counter,
       "Connector starts that failed", connector},
      {"kafka_connect_connect_worker_metrics_connector_startup_success_total", counter,
       "Connector starts that succeeded", connector},
      {"kafka_connect_connect_worker_metrics_connector_total_task_count", gauge, "Tasks of the connector",
       connector},
      {"kafka_connect_connect_worker_metrics_connector_unassigned_task_count", gauge,
       "Unassigned tasks of the connector", connector},
      {"kafka_connect_connect_worker_metrics_task_count", gauge, "Tasks run by this worker", connector},
      {"kafka_connect_connect_worker_metrics_task_startup_attempts_total", counter, "Task starts tried",
       connector},
      {"kafka_connect_connect_worker_metrics_task_startup_failure_total", counter, "Task starts that failed",
       connector},
      {"kafka_connect_connect_worker_metrics_task_startup_success_total", counter,
       "Task starts that succeeded", connector},
      {"kafka_connect_connect_worker_rebalance_metrics_completed_rebalances_total", counter,
       "Times this worker took work over; once, when alone"},
      {"kafka_connect_connect_worker_rebalance_metrics_epoch", gauge, "Generation of this worker"},
      {"kafka_connect_connect_worker_rebalance_metrics_rebalance_avg_time_ms", gauge,
       "Milliseconds from the start until all work was taken over"},
      {"kafka_connect_connect_worker_rebalance_metrics_rebalance_max_time_ms", gauge,
       "As rebalance_avg_time_ms: there is one"},
      {"kafka_connect_connect_worker_rebalance_metrics_rebalancing", gauge, "1 until the work is taken over"},
      {"kafka_connect_connect_worker_rebalance_metrics_time_since_last_rebalance_ms", gauge,
       "Milliseconds since then"},
      {"kafka_connect_connector_metrics",
       gauge,
       "Status, type, class or version of a connector as a label; always 1",
       {"connector", "status", "connector_type", "connector_class", "connector_version"}},
      {"kafka_connect_connector_status",
       gauge,
       "The status the connector is in, as a label; always 1",
       {"connector", "status"}},
      {"kafka_connect_connector_task_status",
       gauge,
       "The status the task is in, as a label; always 1",
       {"connector", "task", "status"}},
  };
}

std::vector<MetricDefinition> tasks() {
  return {
      {"kafka_connect_connector_task_metrics_batch_size_avg", gauge,
       "Records of a batch, average of about the last minute", task},
      {"kafka_connect_connector_task_metrics_batch_size_max", gauge,
       "Records of a batch, maximum of about the last minute", task},
      {"kafka_connect_connector_task_metrics_offset_commit_failure_percentage", gauge,
       "Share of offset commits that failed, 0 to 1", task},
      {"kafka_connect_connector_task_metrics_offset_commit_success_percentage", gauge,
       "Share of offset commits that succeeded, 0 to 1", task},
      {"kafka_connect_connector_task_metrics_offset_commit_avg_time_ms", gauge,
       "Milliseconds of an offset commit, average of about the last minute", task},
      {"kafka_connect_connector_task_metrics_offset_commit_max_time_ms", gauge,
       "Milliseconds of an offset commit, maximum of about the last minute", task},
      {"kafka_connect_connector_task_metrics_pause_ratio", gauge, "Share of time paused, 0 to 1", task},
      {"kafka_connect_connector_task_metrics_running_ratio", gauge, "Share of time running, 0 to 1", task},
      {"kafka_connect_source_task_metrics_poll_batch_avg_time_ms", gauge,
       "Milliseconds of a poll that gave records, average of about the last minute", task},
      {"kafka_connect_source_task_metrics_poll_batch_max_time_ms", gauge,
       "Milliseconds of a poll that gave records, maximum of about the last minute", task},
      {"kafka_connect_source_task_metrics_source_record_active_count", gauge,
       "Records read and not yet acknowledged by the log", task},
      {"kafka_connect_source_task_metrics_source_record_poll_total",
       counter,
       "Records read from the source",
       task,
       {},
       "kafka_connect_source_task_metrics_source_record_poll_rate"},
      {"kafka_connect_source_task_metrics_source_record_write_total",
       counter,
       "Records written to the log",
       task,
       {},
       "kafka_connect_source_task_metrics_source_record_write_rate"},
      {"kafka_connect_sink_task_metrics_offset_commit_completion_total",
       counter,
       "Offset commits that succeeded",
       task,
       {},
       "kafka_connect_sink_task_metrics_offset_commit_completion_rate"},
      {"kafka_connect_sink_task_metrics_offset_commit_seq_no", gauge, "Number of the last offset commit",
       task},
      {"kafka_connect_sink_task_metrics_offset_commit_skip_total",
       counter,
       "Offset commits that came too late",
       task,
       {},
       "kafka_connect_sink_task_metrics_offset_commit_skip_rate"},
      {"kafka_connect_sink_task_metrics_partition_count", gauge, "Topic partitions assigned", task},
      {"kafka_connect_sink_task_metrics_put_batch_avg_time_ms", gauge,
       "Milliseconds of a put, average of about the last minute", task},
      {"kafka_connect_sink_task_metrics_put_batch_max_time_ms", gauge,
       "Milliseconds of a put, maximum of about the last minute", task},
      {"kafka_connect_sink_task_metrics_sink_record_active_count", gauge,
       "Records read from the log and not yet committed", task},
      {"kafka_connect_sink_task_metrics_sink_record_read_total",
       counter,
       "Records read from the log",
       task,
       {},
       "kafka_connect_sink_task_metrics_sink_record_read_rate"},
      {"kafka_connect_sink_task_metrics_sink_record_send_total",
       counter,
       "Records handed to the sink",
       task,
       {},
       "kafka_connect_sink_task_metrics_sink_record_send_rate"},
      {"kafka_connect_task_error_metrics_deadletterqueue_produce_failures", counter,
       "Dead letters that could not be written", task},
      {"kafka_connect_task_error_metrics_deadletterqueue_produce_requests", counter, "Dead letters", task},
      {"kafka_connect_task_error_metrics_last_error_timestamp", gauge,
       "Milliseconds since 1970 of the last error", task},
      {"kafka_connect_task_error_metrics_total_errors_logged", counter, "Errors logged", task},
      {"kafka_connect_task_error_metrics_total_record_errors", counter, "Errors while handling records",
       task},
      {"kafka_connect_task_error_metrics_total_record_failures", counter, "Records that failed the task",
       task},
      {"kafka_connect_task_error_metrics_total_records_skipped", counter,
       "Records skipped under errors.tolerance", task},
      {"kafka_connect_task_error_metrics_total_retries", counter, "Operations tried again", task},
  };
}

MetricDefinition dbz(std::string_view name, Kind kind, std::string_view help) {
  return {name, kind, help, debezium};
}

std::vector<MetricDefinition> sources() {
  return {
      dbz("debezium_metrics_BinlogPosition", gauge, "Position in the binlog file"),
      dbz("debezium_metrics_ChangesApplied", gauge, "Schema changes applied"),
      dbz("debezium_metrics_ChangesRecovered", gauge, "Schema changes read back at the start"),
      dbz("debezium_metrics_Connected", gauge, "1 while connected to the database"),
      dbz("debezium_metrics_CurrentQueueSizeInBytes", gauge, "Bytes between reader and task"),
      dbz("debezium_metrics_HoldingGlobalLock", gauge, "1 while the snapshot holds its lock"),
      dbz("debezium_metrics_IsGtidModeEnabled", gauge, "1 when the server uses GTIDs"),
      dbz("debezium_metrics_MaxQueueSizeInBytes", gauge, "Bound of the bytes between reader and task"),
      dbz("debezium_metrics_MilliSecondsBehindSource", gauge,
          "Age of the last event when it was read; -1 before the first"),
      dbz("debezium_metrics_MilliSecondsSinceLastAppliedChange", gauge, "Time since the last schema change"),
      dbz("debezium_metrics_MilliSecondsSinceLastEvent", gauge,
          "Time since the last event; -1 before the first"),
      dbz("debezium_metrics_MilliSecondsSinceLastRecoveredChange", gauge,
          "Time since the last schema change read back"),
      dbz("debezium_metrics_NumberOfCommittedTransactions", gauge, "Transactions seen"),
      dbz("debezium_metrics_NumberOfDisconnects", gauge, "Connections lost"),
      dbz("debezium_metrics_NumberOfErroneousEvents", gauge, "Events that could not be handled"),
      dbz("debezium_metrics_NumberOfEventsFiltered", gauge, "Events dropped by filters"),
      dbz("debezium_metrics_NumberOfEventsSkipped", gauge, "Events skipped by kind"),
      dbz("debezium_metrics_NumberOfLargeTransactions", gauge,
          "Transactions larger than the look-ahead buffer"),
      dbz("debezium_metrics_NumberOfNotWellFormedTransactions", gauge, "Transactions without a proper end"),
      dbz("debezium_metrics_NumberOfRolledBackTransactions", gauge, "Transactions rolled back"),
      dbz("debezium_metrics_NumberOfSkippedEvents", gauge, "Events skipped by the client"),
      dbz("debezium_metrics_QueueRemainingCapacity", gauge, "Free places between reader and task"),
      dbz("debezium_metrics_QueueTotalCapacity", gauge, "Places between reader and task"),
      dbz("debezium_metrics_RecoveryStartTime", gauge,
          "Seconds since 1970 when reading back the schema history began"),
      dbz("debezium_metrics_RemainingTableCount", gauge, "Tables the snapshot has yet to read"),
      {"debezium_metrics_RowsScanned", gauge, "Rows read by the snapshot", debezium_table},
      dbz("debezium_metrics_SnapshotAborted", gauge, "1 when the snapshot was aborted"),
      dbz("debezium_metrics_SnapshotCompleted", gauge, "1 when the snapshot is complete"),
      dbz("debezium_metrics_SnapshotDurationInSeconds", gauge, "Seconds the snapshot took so far"),
      dbz("debezium_metrics_SnapshotPaused", gauge, "1 while the snapshot is paused"),
      dbz("debezium_metrics_SnapshotRunning", gauge, "1 while the snapshot runs"),
      dbz("debezium_metrics_SnapshotSkipped", gauge, "1 when no snapshot was needed"),
      dbz("debezium_metrics_TotalNumberOfCreateEventsSeen", gauge, "Inserts seen"),
      dbz("debezium_metrics_TotalNumberOfDeleteEventsSeen", gauge, "Deletes seen"),
      dbz("debezium_metrics_TotalNumberOfDeletes", gauge, "Rows deleted by the sink"),
      dbz("debezium_metrics_TotalNumberOfEventsSeen", gauge, "Events seen since start"),
      dbz("debezium_metrics_TotalNumberOfTruncates", gauge, "Tables truncated by the sink"),
      dbz("debezium_metrics_TotalNumberOfUpdateEventsSeen", gauge, "Updates seen"),
      dbz("debezium_metrics_TotalNumberOfWrites", gauge, "Rows written by the sink"),
      dbz("debezium_metrics_TotalTableCount", gauge, "Tables the snapshot reads"),
  };
}

std::vector<MetricDefinition> own() {
  return {
      {"process_cpu_seconds_total", counter, "CPU time, user and system, in seconds"},
      {"process_open_fds", gauge, "Open file descriptors"},
      {"process_resident_memory_bytes", gauge, "Resident memory in bytes"},
      {"process_start_time_seconds", gauge, "Start time, seconds since 1970"},
      {"process_threads", gauge, "Threads"},
      {"sync_conflicts_total",
       counter,
       "Conflicts by kind and what was done",
       {"direction", "table", "connector", "kind", "resolution"}},
      {"sync_consistency_ratio", gauge, "Rows found equal by the last check, of those compared", link},
      {"sync_delay_seconds", histogram, "Commit in the origin to commit in the target", link, delay_buckets},
      {"sync_echoes_dropped_total",
       counter,
       "Transactions of our own that came back and were dropped",
       {"link", "origin"}},
      {"sync_queue_bytes",
       gauge,
       "Bytes held in memory: producer, sent to the log and not acknowledged; consumer, read from the log "
       "and not applied",
       {"connector", "task", "queue"}},
      {"sync_repeats_dropped_total",
       counter,
       "Records that a source sent again and the sink dropped",
       {"direction", "connector"}},
      {"sync_rows_total",
       counter,
       "Rows applied by operation",
       {"direction", "table", "connector", "operation"}},
      {"sync_slot_retained_bytes",
       gauge,
       "WAL that the replication slot keeps on the server",
       {"connector", "slot"}},
      {"sync_task_condition", gauge, "1 while a task is running but waits for something", task},
      {"sync_progress_done", gauge, "Progress of long work: done so far", {"connector", "task", "what"}},
      {"sync_progress_total",
       gauge,
       "Progress of long work: all there is; -1 unknown",
       {"connector", "task", "what"}},
      {"tandem_build_info", gauge, "Version of this program; always 1", {"version"}},
  };
}

std::vector<MetricDefinition> all() {
  std::vector<MetricDefinition> out;
  for (auto part : {worker(), tasks(), sources(), own()}) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

}  // namespace

std::span<const MetricDefinition> catalogue() {
  static const std::vector<MetricDefinition> definitions = all();
  return definitions;
}

const MetricDefinition* find(std::string_view name) {
  static const std::map<std::string_view, const MetricDefinition*> index = [] {
    std::map<std::string_view, const MetricDefinition*> out;
    for (const MetricDefinition& d : catalogue()) {
      out.emplace(d.name, &d);
    }
    return out;
  }();
  const auto it = index.find(name);
  return it == index.end() ? nullptr : it->second;
}

}  // namespace tandem::metrics
