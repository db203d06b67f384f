#pragma once
#include "tandem/plugin/registry.hpp"

namespace tandem::mysql {

/// Adds io.debezium.connector.mysql.MySqlConnector and io.debezium.connector.mariadb.MariaDbConnector.
void register_mysql_sources(Registry& registry);

}  // namespace tandem::mysql
