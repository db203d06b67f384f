#pragma once
#include "connectors/sql_sink/batch.hpp"
#include "connectors/sql_sink/position_store.hpp"
#include "connectors/sql_sink/sink_metrics.hpp"
#include "connectors/sql_sink/table_directory.hpp"
#include "tandem/plugin/connector.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tandem::sql_sink {

/// Records to rows. Outside a link a put is one transaction, at least once; in a link it also moves the
/// position rows, exactly once (DESIGN.md §5). Statements of the batch that fail on a constraint are replayed
/// in source order, then bisected.
class SqlSinkTask final : public SinkTask {
 public:
  /// `connect` is replaced by tests.
  explicit SqlSinkTask(
      Flavour flavour,
      std::function<std::unique_ptr<TargetConnection>(const Settings&)> connect = sql_sink::connect);

  void start(const ConfigMap& config, SinkTaskContext& context) override;
  void open(const std::vector<topics::TopicPartition>& partitions) override;
  void close(const std::vector<topics::TopicPartition>& partitions) override;
  void put(std::vector<SinkRecord>& records) override;
  topics::Offsets pre_commit(const topics::Offsets& seen) override;
  /// Called while another thread may be in a transaction: it comes to its end, and the connection goes with
  /// the task.
  void stop() noexcept override {}

 private:
  /// What was found out about one record of the put.
  struct Item {
    PartitionState* partition = nullptr;  ///< in a link
    bool skipped = false;                 ///< applied before: not even its position counts
    std::optional<Error> error;           ///< cannot be applied
    std::int64_t offset = -1;
    std::int64_t fingerprint = 0;
    std::optional<sync::LogPosition> position;
    const sync::Provenance* provenance = nullptr;
    SinkMetrics::Table* metrics = nullptr;
    SinkMetrics::Op op = SinkMetrics::Op::update;
    std::int64_t source_us = 0;
  };
  using Moves = std::map<topics::TopicPartition, PartitionState>;

  TargetConnection& connection();
  void lose_connection(const Error& error);
  void take_partitions();
  void check_targets();

  void decide(std::vector<SinkRecord>& records);
  void decide_one(const SinkRecord& record, std::uint32_t index, Item& item,
                  std::map<const PartitionState*, sync::LogPosition>& scanned);
  bool decide_in_link(const SinkRecord& record, Item& item,
                      std::map<const PartitionState*, sync::LogPosition>& scanned);
  void decide_change(const SinkRecord& record, std::uint32_t index, Item& item);
  const RecordShape& shape_of(const SchemaPtr& schema);
  const TableName& table_of(const SinkRecord& record, const Struct* source);

  void apply(std::uint32_t first, std::uint32_t last);
  void apply_run(std::uint32_t first, std::uint32_t last);
  void bisect(std::uint32_t first, std::uint32_t last);
  void give_up(std::uint32_t record, const Error& error);
  void transact(std::uint32_t first, std::uint32_t last, bool reduce);
  Moves moves_of(std::uint32_t first, std::uint32_t last) const;
  void run_transaction(std::vector<Statement>& statements, std::size_t positions, std::size_t writes);
  void count(std::uint32_t first, std::uint32_t last);

  Flavour flavour_;
  std::function<std::unique_ptr<TargetConnection>(const Settings&)> connect_;
  SinkTaskContext* context_ = nullptr;
  Settings settings_;
  std::unique_ptr<TargetConnection> connection_;
  std::unique_ptr<Dialect> dialect_;
  std::unique_ptr<TableDirectory> tables_;
  std::unique_ptr<PositionStore> positions_;
  std::unique_ptr<SinkMetrics> metrics_;
  std::vector<topics::TopicPartition> to_take_;
  std::set<std::string> to_check_,
      checked_;           ///< topics whose tables are to be looked at before their first record
  bool renamed_ = false;  ///< transforms stand before this sink
  bool condition_shown_ = false;
  bool stepwise_ = false;  ///< failpoints are armed: a transaction goes in several round trips

  std::vector<SinkRecord>* records_ = nullptr;  ///< of the put in progress
  std::vector<Item> items_;
  Batch batch_;
  std::vector<Statement> statements_;
  std::map<std::uint64_t, std::pair<SchemaPtr, RecordShape>> shapes_;
  std::vector<std::unique_ptr<sync::Provenance>> provenances_;
  std::map<std::string, bool, std::less<>> envelope_topics_;
  struct LastTable {
    std::string topic;
    std::array<std::string, 3>
        place;  ///< db, schema and table of the source block, when the name depends on it
    TableName name;
    SinkMetrics::Table* metrics = nullptr;
    bool valid = false;
  } last_table_;
  bool by_source_ = false, by_place_ = false;  ///< what collection.name.format depends on
  SchemaPtr place_schema_;                     ///< of the source block that place_fields_ belong to
  std::array<std::size_t, 3> place_fields_{};
};

}  // namespace tandem::sql_sink
