#pragma once
#include "connectors/clients/postgres/connection.hpp"
#include "connectors/postgres/column_plans.hpp"
#include "connectors/relational/model/change_records.hpp"
#include "connectors/relational/model/filters.hpp"
#include "connectors/relational/model/naming.hpp"
#include "tandem/config/config.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace tandem::postgres_source {

/// snapshot.mode as the questions it answers.
struct SnapshotPolicy {
  enum class Data { never, once, always };
  Data data = Data::once;
  bool when_slot_is_gone = false;  ///< a snapshot takes the place of changes that cannot be read any more
  bool stream = true;
};

/// A checked configuration. Made by parse_settings(), which refuses by name what cannot be honoured.
struct Settings {
  postgres::ConnectionOptions connection;  ///< for queries; the stream adds replication=true
  std::string database, prefix;
  std::string slot, publication, publication_mode;
  std::string replica_identities;  ///< replica.identity.autoset.values
  std::string stream_params;
  bool drop_slot = false, failover_slot = false, via_root = false;
  SnapshotPolicy snapshot;
  std::string isolation_mode, locking_mode, mismatch_strategy, table_order;
  std::map<std::string, std::string> select_overrides;  ///< "schema.table" to statement
  relational::PatternList snapshot_tables;
  std::chrono::milliseconds snapshot_delay{0}, streaming_delay{0}, lock_timeout{10'000};
  std::chrono::milliseconds status_interval{10'000}, heartbeat_interval{0};
  /// A change's table is looked up in the catalogue when the server pauses, or this long after the change's
  /// commit. Debezium's loop sleeps poll.interval.ms when there is nothing to read, so it meets the catalogue
  /// half of that later on average, with what DDL right behind the change has made of it. None in a link.
  std::chrono::milliseconds catalogue_age{0};
  std::string heartbeat_query;
  std::size_t max_batch = 2048;
  std::int64_t queue_places = 8192;  ///< max.queue.size, a figure only: nothing is read ahead
  bool transaction_metadata = false, extended_headers = true;
  FailureMode on_bad_event = FailureMode::fail;
  bool flush_lsn = true;  ///< false: the slot is moved by somebody else (lsn.flush.mode=manual)
  std::chrono::milliseconds xmin_interval{0}, retry_wait{10'000}, slot_retry_delay{10'000},
      validation_timeout{60'000};
  std::int64_t max_retries = -1;       ///< errors.max.retries; -1: for ever
  std::int64_t slot_max_retries = -1;  ///< while the slot is in use by another; -1: for ever
  std::size_t most_tables = 0;         ///< guardrail.collections.max; 0: no limit
  bool fail_above_most_tables = false;
  std::vector<std::string> without_effect;  ///< settings given that change nothing here
  TypeSettings types;
  relational::TopicNaming::Options topics;
  relational::CaptureFilter::Lists filter;
  relational::NameFilter message_prefixes;
  relational::ChangeRecords::Settings records;
  relational::NameAdjustment schema_names{}, field_names{};
  std::string key_columns;
  ConfigMap originals;
  std::string link, origin;  ///< sync.link, sync.origin; "" outside links
};

/// Throws TandemError(config) naming the setting, the value seen and what to write instead.
Settings parse_settings(const ConfigMap& config);

/// Session settings that text_values.hpp counts on, one statement each.
std::vector<std::string> session_settings();

}  // namespace tandem::postgres_source
