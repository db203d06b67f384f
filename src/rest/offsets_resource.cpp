#include "rest/bodies.hpp"
#include "rest/resources.hpp"
#include "rest/views.hpp"

namespace tandem::rest {

void add_offsets(http::Router& router, const Exchange& x) {
  using http::Request;
  using http::Responder;
  using Offsets = std::vector<herder::ConnectorOffset>;
  static constexpr std::string_view path = "/connectors/{connector}/offsets";
  const auto message = [](std::string text) { return json_response(message_json(text)); };

  router.add("GET", path, [&x](Request r, Responder respond) {
    x.herder.offsets(connector_of(r), x.reply<Offsets>(std::move(respond), [](Offsets offsets) {
      return json_response(to_json(offsets));
    }));
  });
  router.add("PATCH", path, [&x, message](Request r, Responder respond) {
    auto offsets = parse_offsets(r.body);
    if (!offsets.has_value()) {
      return respond(error_response(offsets.error()));
    }
    x.herder.alter_offsets(connector_of(r), std::move(offsets.value()),
                           x.reply<std::string>(std::move(respond), message));
  });
  router.add("DELETE", path, [&x, message](Request r, Responder respond) {
    x.herder.reset_offsets(connector_of(r), x.reply<std::string>(std::move(respond), message));
  });
}

}  // namespace tandem::rest
