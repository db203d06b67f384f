#pragma once
#include <string>
#include <vector>

#include "connectors/clients/mysql/connection_options.hpp"
#include "connectors/relational/model/change_records.hpp"
#include "connectors/relational/model/filters.hpp"
#include "connectors/relational/model/naming.hpp"
#include "tandem/config/config.hpp"

namespace tandem::mysql {

/// All settings of the MySQL and MariaDB sources (README.md lists those without effect).
const ConfigDef& source_config_def();

/// Settings that cannot be honoured as given, each with what to do. Empty: fine. `(key, sentence)`.
std::vector<std::pair<std::string, std::string>> refused_settings(const Config& config);

/// How to log in. `for_snapshot` adds the session statements of reading connections.
ConnectionOptions connection_options(const Config& config);
relational::CaptureFilter::Lists capture_lists(const Config& config);
relational::TopicNaming::Options topic_options(const Config& config);

}  // namespace tandem::mysql
