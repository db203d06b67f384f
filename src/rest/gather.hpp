#pragma once
#include "herder/herder.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tandem::rest {

struct GatheredConnector {
  std::string name;
  std::optional<herder::ConnectorInfo> info;
  std::optional<herder::ConnectorStatus> status;
};
struct GatherWhat {
  bool info = false;
  bool status = false;
};

/// Asks the herder for all connectors and what is wanted of each; one that goes away meanwhile is left out.
/// Calls `done` once.
void gather_connectors(herder::Herder& herder, GatherWhat what,
                       std::function<void(Result<std::vector<GatheredConnector>>)> done);

}  // namespace tandem::rest
