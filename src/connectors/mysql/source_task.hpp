#pragma once
#include "connectors/clients/mysql/replication_stream.hpp"
#include "connectors/mysql/binlog/gtid.hpp"
#include "connectors/mysql/binlog_stream.hpp"
#include "connectors/mysql/mysql_config.hpp"
#include "connectors/mysql/packet_pump.hpp"
#include "connectors/mysql/snapshot.hpp"
#include "connectors/mysql/snapshot_mode.hpp"
#include "tandem/plugin/connector.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tandem::mysql {

/// The one task of a MySQL or MariaDB source: decides on a snapshot, takes it, streams, and reconnects by
/// itself for ever. The worker's task thread calls it; a reader thread inside fills PacketPump.
class MysqlSourceTask final : public SourceTask {
 public:
  explicit MysqlSourceTask(std::string kind);
  ~MysqlSourceTask() override;
  void start(const ConfigMap& config, SourceTaskContext& context) override;
  SourceBatch poll(std::stop_token stop) override;
  void stop() noexcept override;

 private:
  enum class Phase { deciding, snapshot, connecting, streaming, idle };
  struct State;  ///< everything that start() makes; in an order that its members need

  void decide(SourceBatch& batch, std::stop_token stop);
  [[noreturn]] void refuse_start(StartProblem problem, const std::string& why) const;
  void check_guardrail(Connection& connection);
  void read_current_shapes(Connection& connection);
  binlog::GtidSet wanted_sources(binlog::GtidSet set) const;
  bool log_available(Connection& connection, const BinlogOffset& at, std::string& why);
  void run_snapshot(SourceBatch& batch, std::stop_token stop);
  void connect_stream();
  void run_stream(SourceBatch& batch, std::stop_token stop);
  void lost(const Error& error);
  void tell_figures(bool any_records);
  void run_heartbeat_action();
  /// `by_file`: the dump is by file and position, not by GTIDs.
  std::unique_ptr<ReplicationStream> open_source(bool& by_file);

  std::string kind_;
  std::unique_ptr<State> s_;
  Phase phase_ = Phase::deciding;
};

}  // namespace tandem::mysql
