#include "rest/gather.hpp"
#include "rest/resources.hpp"
#include "rest/views.hpp"

namespace tandem::rest {
namespace {

http::Response health_response(int status, std::string_view word, std::string message) {
  return json_response(write_json([&](JsonWriter& w) {
                         w.StartObject();
                         key(w, "status");
                         text(w, word);
                         key(w, "message");
                         text(w, message);
                         w.EndObject();
                       }),
                       status);
}

}  // namespace

void add_root(http::Router& router, const Exchange& exchange, const std::string& version) {
  router.add("GET", "/", [&exchange, version](http::Request, http::Responder respond) {
    respond(json_response(write_json([&](JsonWriter& w) {
      w.StartObject();
      key(w, "version");
      text(w, connect_version);
      key(w, "commit");
      text(w, "tandem-" + version);
      key(w, "kafka_cluster_id");
      const std::string id = exchange.herder.cluster_id();
      id.empty() ? (void)w.Null() : text(w, id);
      w.EndObject();
    })));
  });

  router.add("GET", "/health", [&exchange](http::Request, http::Responder respond) {
    if (!exchange.herder.ready()) {
      const std::string stage = exchange.herder.stage();
      return respond(health_response(503, "starting",
                                     "Worker is still starting up." + (stage.empty() ? "" : " " + stage)));
    }
    exchange.herder.ping(
        Exchange::reply_on<herder::Nothing>(exchange.health.track(std::move(respond)), [](herder::Nothing) {
          return health_response(200, "healthy",
                                 "Worker has completed startup and is ready to handle requests.");
        }));
  });

  router.add("GET", "/tandem/status", [&exchange, version](http::Request, http::Responder respond) {
    auto pending = exchange.requests.track(std::move(respond));
    gather_connectors(exchange.herder, {.info = false, .status = true},
                      [&exchange, version, pending](Result<std::vector<GatheredConnector>> all) {
                        if (!all.has_value()) {
                          return pending->answer(error_response(all.error()));
                        }
                        std::vector<herder::ConnectorStatus> statuses;
                        for (auto& one : all.value()) {
                          statuses.push_back(std::move(*one.status));
                        }
                        pending->answer(json_response(tandem_status_json(version, exchange.herder.ready(),
                                                                         exchange.herder.stage(), statuses)));
                      });
  });
}

}  // namespace tandem::rest
