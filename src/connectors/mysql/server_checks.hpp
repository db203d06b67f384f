#pragma once
#include "connectors/clients/mysql/connection.hpp"
#include "tandem/config/config.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tandem::mysql {

/// What the server lacks for being read: pairs of setting and sentence (what is wrong, the value seen, the
/// statement that mends it). Empty: fine. Throws SqlError when a question cannot be asked.
std::vector<std::pair<std::string, std::string>> check_server(Connection& connection, const Config& config);

}  // namespace tandem::mysql
