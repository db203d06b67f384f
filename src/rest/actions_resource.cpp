#include "rest/resources.hpp"
#include "rest/views.hpp"

#include <charconv>

namespace tandem::rest {
namespace {

using herder::ConnectorStatus;
using herder::Nothing;
using http::Request;
using http::Responder;
using Tasks = std::vector<herder::TaskInfo>;
using Names = std::vector<std::string>;

/// A task number that is none is an unknown path to Connect.
std::optional<int> task_of(const Request& request) {
  const std::string& text = request.path.find("task")->second;
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return out;
}

/// PUT pause and resume answer 202, stop 204; all without a body.
auto nothing(const Exchange& x, Responder respond, int status) {
  return x.reply<Nothing>(std::move(respond), [status](Nothing) { return empty_response(status); });
}

}  // namespace

void add_connector_actions(http::Router& router, const Exchange& x) {
  const std::string base = "/connectors/{connector}";
  router.add("GET", base + "/status", [&x](Request r, Responder respond) {
    x.herder.connector_status(connector_of(r),
                              x.reply<ConnectorStatus>(std::move(respond), [](ConnectorStatus s) {
                                return json_response(to_json(s));
                              }));
  });
  router.add("GET", base + "/tasks", [&x](Request r, Responder respond) {
    x.herder.task_infos(connector_of(r), x.reply<Tasks>(std::move(respond), [](Tasks tasks) {
      return json_response(to_json(tasks));
    }));
  });
  router.add("GET", base + "/tasks-config", [&x](Request r, Responder respond) {
    x.herder.task_infos(connector_of(r), x.reply<Tasks>(std::move(respond), [](Tasks tasks) {
      return json_response(tasks_config_json(tasks));
    }));
  });
  router.add("GET", base + "/tasks/{task}/status", [&x](Request r, Responder respond) {
    const auto task = task_of(r);
    if (!task) {
      return respond(error_response(404, "HTTP 404 Not Found"));
    }
    x.herder.task_status(connector_of(r), *task,
                         x.reply<herder::TaskStateView>(std::move(respond), [](herder::TaskStateView s) {
                           return json_response(to_json(s));
                         }));
  });
  router.add("POST", base + "/tasks/{task}/restart", [&x](Request r, Responder respond) {
    const auto task = task_of(r);
    if (!task) {
      return respond(error_response(404, "HTTP 404 Not Found"));
    }
    x.herder.restart_task(connector_of(r), *task, nothing(x, std::move(respond), 204));
  });
  router.add("POST", base + "/restart", [&x](Request r, Responder respond) {
    const bool include_tasks = flag(r, "includeTasks"), only_failed = flag(r, "onlyFailed");
    if (!include_tasks && !only_failed) {
      return x.herder.restart_connector(connector_of(r), nothing(x, std::move(respond), 204));
    }
    x.herder.restart_connector_and_tasks(connector_of(r), include_tasks, only_failed,
                                         x.reply<ConnectorStatus>(std::move(respond), [](ConnectorStatus s) {
                                           return json_response(to_json(s), 202);
                                         }));
  });
  router.add("PUT", base + "/pause", [&x](Request r, Responder respond) {
    x.herder.pause(connector_of(r), nothing(x, std::move(respond), 202));
  });
  router.add("PUT", base + "/resume", [&x](Request r, Responder respond) {
    x.herder.resume(connector_of(r), nothing(x, std::move(respond), 202));
  });
  router.add("PUT", base + "/stop", [&x](Request r, Responder respond) {
    x.herder.stop_connector(connector_of(r), nothing(x, std::move(respond), 204));
  });
  router.add("GET", base + "/topics", [&x](Request r, Responder respond) {
    const std::string name = connector_of(r);
    x.herder.active_topics(name, x.reply<Names>(std::move(respond), [name](Names topics) {
      return json_response(write_json([&](JsonWriter& w) {
        w.StartObject();
        key(w, name);
        w.StartObject();
        key(w, "topics");
        write(w, topics);
        w.EndObject();
        w.EndObject();
      }));
    }));
  });
  router.add("PUT", base + "/topics/reset", [&x](Request r, Responder respond) {
    x.herder.reset_active_topics(connector_of(r), nothing(x, std::move(respond), 202));
  });
}

}  // namespace tandem::rest
