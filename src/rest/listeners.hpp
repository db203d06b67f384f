#pragma once
#include "http/server.hpp"
#include "tandem/config/config.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::rest {

/// The worker's settings about HTTP.
struct RestSettings {
  std::vector<http::Address> listeners;  ///< `listeners`, default http://:8083
  std::optional<std::vector<http::Address>>
      admin;                              ///< `admin.listeners`; absent: on `listeners`; empty: nowhere
  std::vector<http::Address> metrics;     ///< `metrics.listeners`, default http://:8084; empty: none
  std::string cors_origin, cors_methods;  ///< access.control.allow.*
  std::vector<std::pair<std::string, std::string>> extra_headers;  ///< response.http.headers.config
};

/// Throws TandemError(config) naming the setting.
RestSettings rest_settings(const ConfigMap& worker);
/// "http://host:port", "https://:8443".
http::Address parse_listener(const std::string& key, const std::string& text, const ConfigMap& worker);

}  // namespace tandem::rest
