#include "rest/listeners.hpp"

#include "tandem/base/error.hpp"

#include <charconv>

namespace tandem::rest {
namespace {

std::string trimmed(std::string_view s) {
  const auto begin = s.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos
             ? std::string()
             : std::string(s.substr(begin, s.find_last_not_of(" \t\r\n") - begin + 1));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (auto part = trimmed(text.substr(0, comma)); !part.empty()) {
      out.push_back(std::move(part));
    }
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return out;
}

/// `listeners.https.ssl.X` falls back to `ssl.X`, as in Connect.
std::string ssl(const ConfigMap& worker, const std::string& key) {
  return get_or(worker, "listeners.https.ssl." + key, get_or(worker, "ssl." + key, ""));
}

http::Tls tls_of(const ConfigMap& worker) {
  http::Tls tls;
  tls.certificate_chain_pem = ssl(worker, "keystore.certificate.chain");
  tls.private_key_pem = ssl(worker, "keystore.key");
  tls.keystore_file = ssl(worker, "keystore.location");
  tls.key_password = ssl(worker, "key.password");
  if (tls.key_password.empty()) {
    tls.key_password = ssl(worker, "keystore.password");
  }
  tls.trust_pem = ssl(worker, "truststore.certificates");
  tls.trust_file = ssl(worker, "truststore.location");
  const std::string auth = ssl(worker, "client.auth");
  if (auth == "required") {
    tls.client_auth = http::ClientAuth::required;
  } else if (auth == "requested") {
    tls.client_auth = http::ClientAuth::requested;
  } else if (!auth.empty() && auth != "none") {
    raise(ErrorKind::config,
          "Invalid value " + auth +
              " for configuration ssl.client.auth: String must be one of: none, requested, required");
  }
  return tls;
}

std::vector<http::Address> addresses(const std::string& key, const std::string& text,
                                     const ConfigMap& worker) {
  std::vector<http::Address> out;
  for (const std::string& one : split(text)) {
    out.push_back(parse_listener(key, one, worker));
  }
  return out;
}

/// "set X-Frame-Options: DENY, add Strict-Transport-Security: max-age=31536000"
std::vector<std::pair<std::string, std::string>> headers(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::string one : split(text)) {
    if (one.size() > 1 && one.front() == '"' && one.back() == '"') {
      one = one.substr(1, one.size() - 2);
    }
    const auto space = one.find(' ');
    const auto colon = one.find(':');
    const std::string action = one.substr(0, space);
    if (space == std::string::npos || colon == std::string::npos || colon < space ||
        (action != "set" && action != "add")) {
      raise(ErrorKind::config,
            "Invalid value " + one +
                " for configuration response.http.headers.config: expected `set|add NAME: VALUE`",
            "write for example: set X-Frame-Options: DENY");
    }
    out.emplace_back(trimmed(one.substr(space, colon - space)), trimmed(one.substr(colon + 1)));
  }
  return out;
}

}  // namespace

http::Address parse_listener(const std::string& key, const std::string& text, const ConfigMap& worker) {
  const auto refuse = [&](const std::string& why) -> void {
    raise(ErrorKind::config, "Invalid value " + text + " for configuration " + key + ": " + why,
          "write " + key + "=http://:8083 or https://host:8443");
  };
  const auto scheme_end = text.find("://");
  std::string scheme = text.substr(0, scheme_end == std::string::npos ? 0 : scheme_end);
  for (char& c : scheme) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (scheme != "http" && scheme != "https") {
    refuse("a listener starts with http:// or https://");
  }
  std::string rest = text.substr(scheme_end + 3);
  while (rest.ends_with('/')) {
    rest.pop_back();
  }
  const auto colon = rest.rfind(':');
  http::Address out;
  unsigned port = 0;
  if (colon == std::string::npos) {
    refuse("a listener ends with its port");
  }
  const auto [end, error] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), port);
  if (error != std::errc() || end != rest.data() + rest.size() || port > 65535) {
    refuse("the port is a number from 0 to 65535");
  }
  out.port = static_cast<std::uint16_t>(port);
  out.host = rest.substr(0, colon);
  if (out.host.starts_with('[') && out.host.ends_with(']')) {
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  if (scheme == "https") {
    out.tls = tls_of(worker);
  }
  return out;
}

RestSettings rest_settings(const ConfigMap& worker) {
  RestSettings out;
  out.listeners = addresses("listeners", get_or(worker, "listeners", "http://:8083"), worker);
  if (out.listeners.empty()) {
    raise(ErrorKind::config, "Invalid value  for configuration listeners: at least one listener is needed",
          "write listeners=http://:8083");
  }
  if (const auto it = worker.find("admin.listeners"); it != worker.end() && it->second) {
    out.admin = addresses("admin.listeners", *it->second, worker);
  }
  out.metrics = addresses("metrics.listeners", get_or(worker, "metrics.listeners", "http://:8084"), worker);
  out.cors_origin = get_or(worker, "access.control.allow.origin", "");
  out.cors_methods = get_or(worker, "access.control.allow.methods", "");
  out.extra_headers = headers(get_or(worker, "response.http.headers.config", ""));
  return out;
}

}  // namespace tandem::rest
