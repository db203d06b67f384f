#pragma once
#include <chrono>
#include <map>
#include <string>

#include "connectors/clients/postgres/connection.hpp"
#include "connectors/postgres/column_plans.hpp"
#include "connectors/relational/model/change_records.hpp"
#include "connectors/relational/model/filters.hpp"
#include "connectors/relational/model/naming.hpp"
#include "tandem/config/config.hpp"

namespace tandem::postgres_source {

/// A checked configuration. Made by parse_settings(), which refuses by name what cannot be honoured.
struct Settings {
  postgres::ConnectionOptions connection;  ///< for queries; the stream adds replication=true
  std::string database, prefix;
  std::string slot, publication, publication_mode;
  std::string replica_identities;  ///< replica.identity.autoset.values
  std::string stream_params;
  bool drop_slot = false, failover_slot = false, via_root = false;
  std::string snapshot_mode, isolation_mode, locking_mode, mismatch_strategy;
  std::map<std::string, std::string> select_overrides;  ///< "schema.table" to statement
  relational::PatternList snapshot_tables;
  std::chrono::milliseconds snapshot_delay{0}, streaming_delay{0}, lock_timeout{10'000};
  std::chrono::milliseconds status_interval{10'000}, heartbeat_interval{0};
  std::string heartbeat_query;
  std::size_t max_batch = 2048;
  std::int64_t queue_places = 8192;  ///< max.queue.size, a figure only: nothing is read ahead
  bool transaction_metadata = false, extended_headers = true, ignore_bad_events = false;
  TypeSettings types;
  relational::TopicNaming::Options topics;
  relational::CaptureFilter::Lists filter;
  relational::NameFilter message_prefixes;
  relational::ChangeRecords::Settings records;
  relational::NameAdjustment schema_names{}, field_names{};
  bool include_comments = false;
  std::string key_columns;
  ConfigMap originals;
  std::string link, origin;  ///< sync.link, sync.origin; "" outside links
};

/// Throws TandemError(config) naming the setting, the value seen and what to write instead.
Settings parse_settings(const ConfigMap& config);

/// Session settings that text_values.hpp counts on, one statement each.
std::vector<std::string> session_settings();

}  // namespace tandem::postgres_source
