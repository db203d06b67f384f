#include "rest/bodies.hpp"
#include "rest/resources.hpp"
#include "rest/views.hpp"
#include "tandem/base/clock.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace tandem::rest {
namespace {

/// When a level was last set over REST; the log itself does not keep it.
class Modified {
 public:
  void now(const std::string& logger) {
    const std::lock_guard lock(mutex_);
    at_[logger] = Clock::system().now_ms();
  }
  std::optional<std::int64_t> of(const std::string& logger) {
    const std::lock_guard lock(mutex_);
    const auto it = at_.find(logger);
    return it == at_.end() ? std::nullopt : std::optional(it->second);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> at_;
};

void write_level(JsonWriter& w, log::Level level, std::optional<std::int64_t> modified) {
  std::string word(log::to_string(level));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  w.StartObject();
  key(w, "level");
  text(w, word);
  key(w, "last_modified");
  modified ? (void)w.Int64(*modified) : (void)w.Null();
  w.EndObject();
}

bool covers(const std::string& name, const std::string& logger) {
  return name == "root" || logger == name || logger.starts_with(name + ".");
}

void put(Modified& modified, http::Request request, http::Responder respond) {
  const std::string logger = request.path["logger"];
  auto wanted = parse_level(request.body);
  if (!wanted.has_value()) {
    return respond(error_response(wanted.error()));
  }
  if (!wanted.value()) {
    return respond(error_response(400, "Desired 'level' parameter was not specified in request."));
  }
  log::Level level{};
  if (!log::parse_level(*wanted.value(), level)) {
    return respond(error_response(404, "invalid log level '" + *wanted.value() + "'."));
  }
  log::set_level(logger, level);
  std::vector<std::string> affected;
  for (const auto& [name, unused] : log::levels()) {
    if (covers(logger, name)) {
      if (name != logger) {
        log::set_level(name, level);
      }
      modified.now(name);
      affected.push_back(name);
    }
  }
  respond(request.query_value("scope") == "cluster" ? empty_response(204) : json_response(to_json(affected)));
}

}  // namespace

void add_loggers(http::Router& router) {
  auto modified = std::make_shared<Modified>();
  router.add("GET", "/admin/loggers", [modified](http::Request, http::Responder respond) {
    respond(json_response(write_json([&](JsonWriter& w) {
      w.StartObject();
      for (const auto& [name, level] : log::levels()) {
        key(w, name);
        write_level(w, level, modified->of(name));
      }
      w.EndObject();
    })));
  });
  router.add("GET", "/admin/loggers/{logger}", [modified](http::Request r, http::Responder respond) {
    const std::string logger = r.path["logger"];
    if (!log::levels().contains(logger) && logger != "tandem" && !logger.starts_with("tandem.")) {
      return respond(error_response(404, "Logger " + logger + " not found."));
    }
    respond(json_response(
        write_json([&](JsonWriter& w) { write_level(w, log::level_of(logger), modified->of(logger)); })));
  });
  router.add("PUT", "/admin/loggers/{logger}", [modified](http::Request r, http::Responder respond) {
    put(*modified, std::move(r), std::move(respond));
  });
}

}  // namespace tandem::rest
