#include "rest/bodies.hpp"
#include "rest/resources.hpp"
#include "rest/views.hpp"

namespace tandem::rest {
namespace {

std::string_view normalized(std::string_view name) {
  static constexpr std::string_view suffix = "Connector";
  if (name.ends_with(suffix)) {
    name.remove_suffix(suffix.size());
  }
  return name;
}

template <class T>
http::Response array_response(const std::vector<T>& all) {
  return json_response(write_json([&](JsonWriter& w) {
    w.StartArray();
    for (const T& one : all) {
      write(w, one);
    }
    w.EndArray();
  }));
}

}  // namespace

void add_plugins(http::Router& router, const Exchange& x, const std::string& version) {
  using http::Request;
  using http::Responder;
  router.add("GET", "/connector-plugins", [&x, version](Request r, Responder respond) {
    auto plugins = x.herder.plugins(flag(r, "connectorsOnly", true));
    for (PluginInfo& plugin : plugins) {
      // Those of connect-api's storage package have no version in Java either (they are not Versioned).
      if (plugin.version.empty() && !plugin.class_name.starts_with("org.apache.kafka.connect.storage.")) {
        plugin.version = version;
      }
    }
    respond(array_response(plugins));
  });
  router.add("GET", "/connector-plugins/{plugin}/config", [&x](Request r, Responder respond) {
    try {
      respond(array_response(x.herder.plugin_config(r.path["plugin"])));
    } catch (const TandemError& e) {
      respond(error_response(e.error()));
    }
  });
  router.add("PUT", "/connector-plugins/{plugin}/config/validate", [&x](Request r, Responder respond) {
    auto config = parse_config(r.body);
    if (!config.has_value()) {
      return respond(error_response(config.error()));
    }
    const std::string type = get_or(config.value(), "connector.class", "");
    if (!type.empty() && !normalized(type).ends_with(normalized(r.path["plugin"]))) {
      return respond(error_response(
          400, "Included connector type " + type + " does not match request type " + r.path["plugin"]));
    }
    x.herder.validate(std::move(config.value()),
                      x.reply<herder::ConfigInfos>(std::move(respond), [](herder::ConfigInfos infos) {
                        return json_response(to_json(infos));
                      }));
  });
}

}  // namespace tandem::rest
