#pragma once
#include "connectors/sql_sink/jdbc_url.hpp"
#include "connectors/sync/table_naming.hpp"
#include "tandem/config/config.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace tandem::sql_sink {

enum class Flavour { debezium, confluent };
enum class InsertMode { insert, upsert, update };
enum class KeyMode { none, kafka, record_key, record_value, record_header };

/// The sink's configuration in one form, whichever connector's key names it came in.
struct Settings {
  Flavour flavour = Flavour::debezium;
  std::string connector;  ///< name of the connector
  JdbcUrl url;
  std::string user, password;
  InsertMode insert_mode = InsertMode::insert;
  KeyMode key_mode = KeyMode::none;
  std::vector<std::string> key_fields;
  bool delete_enabled = false;
  bool truncate_enabled = false;
  bool create_tables = false;
  bool add_columns = false;
  bool quote_identifiers = false;
  bool fold_column_names = false;  ///< unquoted names on PostgreSQL
  std::string table_format = "${topic}";
  std::vector<std::string> include_fields, exclude_fields;  ///< "field" or "topic:field"
  std::string unavailable_placeholder = "__debezium_unavailable_value";
  int max_retries = 5;
  std::chrono::milliseconds retry_delay{1000};

  std::string link, origin;  ///< "" outside a link
  sync::TableNaming naming;
  bool seed = false;

  bool in_link() const noexcept { return !link.empty(); }

  /// Throws TandemError(config) naming the setting.
  static Settings parse(Flavour flavour, const ConfigMap& config);
};

/// Keys of io.debezium.connector.jdbc.JdbcSinkConnector or io.confluent.connect.jdbc.JdbcSinkConnector, and
/// our own sync.* keys.
const ConfigDef& config_def(Flavour flavour);

}  // namespace tandem::sql_sink
