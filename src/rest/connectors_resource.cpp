#include "http/url.hpp"
#include "rest/bodies.hpp"
#include "rest/gather.hpp"
#include "rest/resources.hpp"
#include "rest/views.hpp"

#include <algorithm>
#include <charconv>

namespace tandem::rest {
namespace {

using herder::ConnectorInfo;
using http::Request;
using http::Responder;
using http::Response;

/// Java gives the class a request for a created connector an absolute Location (Jersey), from the client's
/// Host.
Response created(const Request& request, const ConnectorInfo& info) {
  Response response = json_response(to_json(info), 201);
  const std::string_view host = request.header("host");
  const std::string base = host.empty() ? "" : "http://" + std::string(host);
  response.headers.emplace_back("Location", base + "/connectors/" + http::percent_encode(info.name));
  return response;
}

/// Puts the name into the configuration, or says how it differs.
std::optional<Error> put_name(ConfigMap& config, const std::string& name) {
  const auto it = config.find("name");
  if (it != config.end() && it->second && *it->second != name) {
    return Error(ErrorKind::config, "Connector name configuration (" + *it->second +
                                        ") doesn't match connector name in the URL (" + name + ")");
  }
  config["name"] = name;
  return std::nullopt;
}

void list(const Exchange& exchange, const Request& request, Responder respond) {
  GatherWhat what;
  bool expand = false;
  for (const auto& [k, v] : request.query) {
    if (k == "expand") {
      expand = true;
      what.info = what.info || v == "info";
      what.status = what.status || v == "status";
    }
  }
  if (!expand) {
    return exchange.herder.connectors(exchange.reply<std::vector<std::string>>(
        std::move(respond), [](std::vector<std::string> names) { return json_response(to_json(names)); }));
  }
  auto pending = exchange.requests.track(std::move(respond));
  gather_connectors(exchange.herder, what, [pending](Result<std::vector<GatheredConnector>> all) {
    if (!all.has_value()) {
      return pending->answer(error_response(all.error()));
    }
    pending->answer(json_response(write_json([&](JsonWriter& w) {
      w.StartObject();
      for (const auto& one : all.value()) {
        key(w, one.name);
        w.StartObject();
        if (one.info) {
          key(w, "info");
          write(w, *one.info);
        }
        if (one.status) {
          key(w, "status");
          write(w, *one.status);
        }
        w.EndObject();
      }
      w.EndObject();
    })));
  });
}

void create(const Exchange& exchange, Request request, Responder respond) {
  auto body = parse_create(request.body);
  if (!body.has_value()) {
    return respond(error_response(body.error()));
  }
  auto& wanted = body.value();
  if (auto refused = put_name(wanted.config, wanted.name)) {
    return respond(error_response(*refused));
  }
  exchange.herder.create(wanted.name, std::move(wanted.config), wanted.initial_state,
                         exchange.reply<ConnectorInfo>(std::move(respond), [request](ConnectorInfo info) {
                           return created(request, info);
                         }));
}

void put_config(const Exchange& exchange, Request request, Responder respond) {
  auto config = parse_config(request.body);
  if (!config.has_value()) {
    return respond(error_response(config.error()));
  }
  const std::string name = connector_of(request);
  if (auto refused = put_name(config.value(), name)) {
    return respond(error_response(*refused));
  }
  exchange.herder.put_config(
      name, std::move(config.value()),
      exchange.reply<herder::PutResult>(std::move(respond), [request](herder::PutResult put) {
        return put.created ? created(request, put.info) : json_response(to_json(put.info));
      }));
}

}  // namespace

const std::string& connector_of(const Request& request) { return request.path.find("connector")->second; }

bool flag(const Request& request, std::string_view name, bool otherwise) {
  const auto value = request.query_value(name);
  if (!value) {
    return otherwise;
  }
  static constexpr std::string_view yes = "true";
  return std::equal(value->begin(), value->end(), yes.begin(), yes.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

void add_connectors(http::Router& router, const Exchange& x) {
  router.add("GET", "/connectors", [&x](Request r, Responder respond) { list(x, r, std::move(respond)); });
  router.add("POST", "/connectors",
             [&x](Request r, Responder respond) { create(x, std::move(r), std::move(respond)); });
  router.add("GET", "/connectors/{connector}", [&x](Request r, Responder respond) {
    x.herder.connector_info(connector_of(r),
                            x.reply<ConnectorInfo>(std::move(respond), [](ConnectorInfo info) {
                              return json_response(to_json(info));
                            }));
  });
  router.add("DELETE", "/connectors/{connector}", [&x](Request r, Responder respond) {
    x.herder.remove(connector_of(r), x.reply<herder::Nothing>(std::move(respond), [](herder::Nothing) {
      return empty_response(204);
    }));
  });
  router.add("GET", "/connectors/{connector}/config", [&x](Request r, Responder respond) {
    x.herder.connector_config(connector_of(r), x.reply<ConfigMap>(std::move(respond), [](ConfigMap config) {
      return json_response(to_json(config));
    }));
  });
  router.add("PUT", "/connectors/{connector}/config",
             [&x](Request r, Responder respond) { put_config(x, std::move(r), std::move(respond)); });
  router.add("PATCH", "/connectors/{connector}/config", [&x](Request r, Responder respond) {
    auto patch = parse_config(r.body);
    if (!patch.has_value()) {
      return respond(error_response(patch.error()));
    }
    x.herder.patch_config(connector_of(r), std::move(patch.value()),
                          x.reply<ConnectorInfo>(std::move(respond), [](ConnectorInfo info) {
                            return json_response(to_json(info));
                          }));
  });
}

}  // namespace tandem::rest
