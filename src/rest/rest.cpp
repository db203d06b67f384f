#include "rest/rest.hpp"

#include "rest/json_writer.hpp"
#include "rest/resources.hpp"
#include "tandem/base/log.hpp"

namespace tandem::rest {
namespace {

using http::Request;
using http::Responder;
using http::Response;

/// Connect's resources take and give JSON: another Content-Type is 415, an Accept that leaves no JSON 406.
bool speaks_json(const Request& request, const Responder& respond) {
  const std::string_view type = request.header("content-type");
  if (!type.empty() && type.substr(0, type.find(';')).find("json") == std::string_view::npos &&
      !type.starts_with("*/*")) {
    respond(bare_error(415, "HTTP 415 Unsupported Media Type"));
    return false;
  }
  const std::string_view accept = request.header("accept");
  if (!accept.empty() && accept.find("application/json") == std::string_view::npos &&
      accept.find("application/*") == std::string_view::npos &&
      accept.find("*/*") == std::string_view::npos) {
    respond(bare_error(406, "HTTP 406 Not Acceptable"));
    return false;
  }
  return true;
}

std::shared_ptr<http::Router> make_router(const RestSettings& settings) {
  auto router = std::make_shared<http::Router>([](int status, std::string_view text) {
    return status == 500 ? error_response(status, text) : bare_error(status, text);
  });
  router->filter(speaks_json);
  router->finish([headers = settings.extra_headers, origin = settings.cors_origin,
                  methods = settings.cors_methods](const Request& request, Response& response) {
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    if (!origin.empty() && !request.header("origin").empty()) {
      const bool named = origin == "*" || origin.find(request.header("origin")) != std::string::npos;
      if (named) {
        response.headers.emplace_back("Access-Control-Allow-Origin", std::string(request.header("origin")));
        response.headers.emplace_back("Access-Control-Allow-Methods",
                                      methods.empty() ? "GET,POST,HEAD" : methods);
        response.headers.emplace_back("Access-Control-Allow-Headers",
                                      "X-Requested-With,Content-Type,Accept,Origin");
        response.headers.emplace_back("Vary", "Origin");
      }
    }
    log::debug("tandem.rest", "{} \"{} {}\" {}", request.peer, request.method, request.target,
               response.status);
  });
  return router;
}

}  // namespace

struct RestResources::State {
  State(herder::Herder& h)
      : herder(h),
        requests(std::chrono::seconds(90),
                 [&h] {
                   const std::string stage = h.stage();
                   return error_response(500, "Request timed out. " + stage);
                 }),
        health(std::chrono::seconds(10), [&h] {
          const std::string stage = h.stage();
          return json_response(write_health_late(stage), 500);
        }) {}
  static std::string write_health_late(const std::string& stage);

  herder::Herder& herder;
  Deadlines requests, health;
  Exchange exchange{herder, requests, health};
  std::shared_ptr<http::Router> router, admin;
};

std::string RestResources::State::write_health_late(const std::string& stage) {
  return write_json([&](JsonWriter& w) {
    w.StartObject();
    key(w, "status");
    text(w, "unhealthy");
    key(w, "message");
    text(w, "Worker was unable to handle this request and may be unable to handle other requests." +
                (stage.empty() ? "" : " " + stage));
    w.EndObject();
  });
}

RestResources::RestResources(herder::Herder& herder, const RestSettings& settings, std::string version)
    : state_(std::make_unique<State>(herder)) {
  State& s = *state_;
  s.router = make_router(settings);
  add_root(*s.router, s.exchange, version);
  add_connectors(*s.router, s.exchange);
  add_connector_actions(*s.router, s.exchange);
  add_offsets(*s.router, s.exchange);
  add_plugins(*s.router, s.exchange, version);
  s.admin = make_router(settings);
  add_loggers(settings.admin ? *s.admin : *s.router);
}

RestResources::~RestResources() = default;
std::shared_ptr<const http::Router> RestResources::router() const { return state_->router; }
std::shared_ptr<const http::Router> RestResources::admin_router() const { return state_->admin; }

void RestResources::sweep() {
  state_->requests.sweep();
  state_->health.sweep();
}

}  // namespace tandem::rest
