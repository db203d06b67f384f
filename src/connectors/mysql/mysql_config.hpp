#pragma once
#include "connectors/clients/mysql/connection_options.hpp"
#include "connectors/relational/model/change_records.hpp"
#include "connectors/relational/model/filters.hpp"
#include "connectors/relational/model/naming.hpp"
#include "tandem/config/config.hpp"

#include <string>
#include <vector>

namespace tandem::mysql {

/// All settings of the MySQL and MariaDB sources (README.md lists those without effect).
const ConfigDef& source_config_def();

/// Settings that cannot be honoured as given, each with what to do. Empty: fine. `(key, sentence)`.
std::vector<std::pair<std::string, std::string>> refused_settings(const Config& config);

/// Settings given by the user that change nothing here (their documentation begins with "No effect"), and
/// what is meant for a JDBC driver: the task names them in its log.
std::vector<std::string> settings_without_effect(const Config& config);

/// How to log in.
ConnectionOptions connection_options(const Config& config);
/// The same for connections that run statements: database.query.timeout.ms, database.initial.statements.
ConnectionOptions reading_options(const Config& config);
/// The same for the binlog dump: binlog.net.*.timeout.
ConnectionOptions dump_options(const Config& config);
/// Which GTID sources are read: UUIDs (MariaDB: "domain-server").
relational::NameFilter gtid_sources(const Config& config);

/// What to do with something that cannot be read; `skip` says nothing.
enum class FailureMode { fail, warn, skip };
FailureMode failure_mode(const Config& config, const std::string& key);
/// event.processing.failure.handling.mode, or its older name.
FailureMode event_failures(const Config& config);
relational::CaptureFilter::Lists capture_lists(const Config& config);
relational::TopicNaming::Options topic_options(const Config& config);

}  // namespace tandem::mysql
