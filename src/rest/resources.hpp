#pragma once
#include "http/router.hpp"
#include "rest/exchange.hpp"

/// Each adds its routes; the exchange outlives the router.
namespace tandem::rest {

void add_root(http::Router& router, const Exchange& exchange, const std::string& version);
void add_connectors(http::Router& router, const Exchange& exchange);
void add_connector_actions(http::Router& router, const Exchange& exchange);
void add_offsets(http::Router& router, const Exchange& exchange);
/// `version` is shown for plugins that have none of their own (transforms, converters).
void add_plugins(http::Router& router, const Exchange& exchange, const std::string& version);
void add_loggers(http::Router& router);

/// The `{connector}` of the path.
const std::string& connector_of(const http::Request& request);
/// As Boolean.valueOf: "true" in any case, else false.
bool flag(const http::Request& request, std::string_view key, bool otherwise = false);
/// The worker's compatibility level: what GET / answers.
inline constexpr std::string_view connect_version = "3.9.1";

}  // namespace tandem::rest
