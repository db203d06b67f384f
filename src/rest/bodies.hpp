#pragma once
#include "herder/herder.hpp"
#include "tandem/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Request bodies. A body that does not fit fails in Jackson's words, as Connect's worker (3.9) answers it:
/// with ErrorKind::bug, which is status 500 there too.
namespace tandem::rest {

struct CreateConnectorRequest {
  std::string name;  ///< trimmed; "" when absent
  ConfigMap config;
  std::optional<herder::TargetState> initial_state;
};
Result<CreateConnectorRequest> parse_create(std::string_view body);

/// A flat map; bare numbers and booleans become their text, null stays null.
Result<ConfigMap> parse_config(std::string_view body);
Result<std::vector<herder::ConnectorOffset>> parse_offsets(std::string_view body);
/// The "level" of a logger request; nullopt when it is not there.
Result<std::optional<std::string>> parse_level(std::string_view body);

}  // namespace tandem::rest
