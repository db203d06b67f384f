#pragma once
#include "connectors/relational/model/change_records.hpp"
#include "tandem/plugin/task_context.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tandem::relational {

/// The figures that Debezium publishes of one source (io.debezium.pipeline.metrics.*MXBean, the names of its
/// JMX exporter rules: `debezium_metrics_*` with plugin, name, context, task). The task thread counts in
/// plain fields; publish() hands them on at most ten times a second, so a record costs an addition. One task
/// thread.
class SourceMetrics {
 public:
  struct Source {
    std::string plugin;             ///< "mysql", "postgres"
    std::string name;               ///< topic.prefix
    std::int64_t queue_places = 0;  ///< max.queue.size
    std::int64_t queue_bytes = 0;   ///< most bytes read ahead; 0: nothing is read ahead
  };
  /// `counts`: what ChangeRecords made; lives as long as this.
  SourceMetrics(TaskContext& context, Source source, const ChangeCounts& counts);
  ~SourceMetrics();

  // Streaming
  void connected();
  void disconnected();
  /// The last event of a batch: when it happened at the source. Events of a snapshot are not told here.
  void event_of(std::int64_t source_ms);
  /// A committed transaction, echoes included.
  void transaction() noexcept { ++transactions_; }
  void transactions(std::uint64_t n) noexcept { transactions_ += n; }
  void rolled_back() noexcept { ++rolled_back_; }
  void read_ahead(std::size_t bytes) noexcept { read_ahead_ = static_cast<std::int64_t>(bytes); }
  /// MySQL: place in the binlog file.
  void binlog(std::uint64_t position, bool gtids) noexcept {
    binlog_position_ = position;
    gtids_ = gtids;
  }

  // Snapshot
  /// None is needed; without effect after a snapshot of this run.
  void snapshot_skipped();
  void snapshot_started(std::size_t tables);
  /// A table is begun; the ones before it are read.
  void snapshot_table(const std::string& name);
  void snapshot_rows(std::int64_t n) noexcept { table_rows_ += n; }
  void snapshot_ended(bool complete);
  void holding_lock(bool now);

  // Schema history (MySQL)
  void recovery_started();
  /// Entries read back and written since the start.
  void history(std::uint64_t recovered, std::uint64_t applied);

  /// Cheap when called often; `now`: whatever the time.
  void publish(bool now = false);

 private:
  enum class Stage { none, skipped, running, completed, aborted };
  struct Handles;
  void publish_snapshot(std::int64_t ns);
  void publish_streaming(std::int64_t ns);
  void publish_history(std::int64_t ns);

  TaskContext& context_;
  const Source source_;
  const ChangeCounts& counts_;
  std::unique_ptr<Handles> handles_;
  std::int64_t published_ns_ = 0;

  bool connected_ = false, gtids_ = false;
  std::uint64_t transactions_ = 0, rolled_back_ = 0, disconnects_ = 0, binlog_position_ = 0;
  std::int64_t behind_ms_ = -1, streamed_ns_ = 0, read_ahead_ = 0;

  Stage stage_ = Stage::none;
  bool holding_lock_ = false;
  std::size_t tables_ = 0, tables_begun_ = 0;
  std::int64_t table_rows_ = 0, started_ns_ = 0, ended_ns_ = 0, read_ns_ = 0;
  std::uint64_t reads_seen_ = 0;

  std::uint64_t recovered_ = 0, applied_ = 0;
  std::int64_t recovery_ms_ = 0, recovered_ns_ = 0, applied_ns_ = 0;
};

}  // namespace tandem::relational
