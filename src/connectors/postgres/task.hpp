#pragma once
#include "connectors/clients/postgres/copy.hpp"
#include "connectors/postgres/change_reader.hpp"
#include "connectors/postgres/feedback.hpp"
#include "connectors/postgres/server.hpp"
#include "connectors/postgres/snapshot.hpp"
#include "tandem/plugin/connector.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace tandem::postgres_source {

/// Snapshot, then stream; connects again by itself. DESIGN.md §3. See SourceTask for threads.
class PostgresTask final : public SourceTask, public TableSource {
 public:
  ~PostgresTask() override;
  void start(const ConfigMap& config, SourceTaskContext& context) override;
  SourceBatch poll(std::stop_token stop) override;
  void commit(const OffsetMap& partition, const SourceOffset& offset) override;
  void stop() noexcept override;

 private:
  TableShape shape_of(const pgoutput::Relation& relation, bool first) override;
  bool gives_whole_rows(const pgoutput::Relation& relation) override;
  void await_catalogue();
  void look_at_publication();
  void open(std::stop_token stop);
  void open_stream(std::stop_token stop);
  bool needs_snapshot(bool slot_usable) const;
  void poll_stream(SourceBatch& out, std::stop_token stop);
  void close() noexcept;
  void drop_slot() noexcept;
  void lost(const TandemError& error, std::stop_token stop);
  void slot_taken(const TandemError& error);
  void send_status(bool reply);
  void fetch_xmin();
  void heartbeat(SourceBatch& out);
  void look_at_slot();

  std::optional<Settings> settings_;
  SourceTaskContext* context_ = nullptr;
  SourcePartitionPtr partition_;
  std::optional<PostgresOffset> stored_;
  std::unique_ptr<RecordMaker> maker_;
  std::unique_ptr<relational::SourceMetrics> metrics_;
  std::unique_ptr<postgres::Connection> connection_;  // queries
  std::unique_ptr<Catalog> catalog_;
  std::map<std::string, std::size_t> published_;  // columns of tables when the stream began, where it matters
  std::unique_ptr<postgres::Connection> replication_;
  std::optional<postgres::CopyOut> stream_;
  std::unique_ptr<Snapshot> snapshot_;
  std::unique_ptr<ChangeReader> reader_;
  std::optional<Feedback> feedback_;
  std::int64_t attempts_ = 0, slot_attempts_ = 0;  // failed ones since the stream was last open
  bool snapshot_done_ = false, streaming_wanted_ = true;
  std::int64_t next_attempt_ns_ = 0, next_heartbeat_ns_ = 0, next_xmin_ns_ = 0, next_slot_look_ns_ = 0;
  std::optional<Backoff> backoff_;
  bool condition_ = false;
  std::shared_ptr<Counter> echoes_;
  std::shared_ptr<Gauge> retained_;
  std::atomic<bool> stopping_{false};
  std::mutex handles_;  // stop() shuts the sockets while poll() may replace them
};

}  // namespace tandem::postgres_source
