#include "http/router.hpp"

#include "http/url.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <memory>

namespace tandem::http {

std::string_view Request::header(std::string_view name) const {
  const auto it = headers.find(std::string(name));
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

std::optional<std::string> Request::query_value(std::string_view key) const {
  for (const auto& [k, v] : query) {
    if (k == key) {
      return v;
    }
  }
  return std::nullopt;
}

std::string_view reason(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  Route route{std::move(method), {}, std::move(handler)};
  const auto target = parse_target(pattern);
  if (!target) {
    raise(ErrorKind::bug, "route pattern is not a path: " + std::string(pattern));
  }
  for (const std::string& segment : target->segments) {
    if (segment.starts_with('{') && segment.ends_with('}')) {
      route.parts.push_back({true, segment.substr(1, segment.size() - 2)});
    } else {
      route.parts.push_back({false, segment});
    }
  }
  routes_.push_back(std::move(route));
  std::stable_sort(routes_.begin(), routes_.end(), more_literal);
}

bool Router::more_literal(const Route& a, const Route& b) noexcept {
  return std::lexicographical_compare(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                                      [](const Part& x, const Part& y) { return x.variable < y.variable; });
}

bool Router::matches(const Route& route, const std::vector<std::string>& segments) noexcept {
  if (route.parts.size() != segments.size()) {
    return false;
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Part& part = route.parts[i];
    const std::string& segment = segments[i];
    if (part.variable ? segment.empty() : part.text != segment) {
      return false;
    }
  }
  return true;
}

void Router::dispatch(Request request, Responder respond) const {
  auto target = parse_target(request.target);
  if (target) {
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
  }
  if (!finishers_.empty()) {
    // The handler gets the request; finishers need only what is in its first line and headers.
    auto seen = std::make_shared<Request>();
    seen->method = request.method;
    seen->target = request.target;
    seen->headers = request.headers;
    seen->peer = request.peer;
    respond = [this, seen, inner = std::move(respond)](Response response) {
      for (const Finisher& finisher : finishers_) {
        finisher(*seen, response);
      }
      inner(std::move(response));
    };
  }
  if (!target) {
    return respond(errors_(400, "HTTP 400 Bad Request"));
  }

  const Route* found = nullptr;
  std::vector<std::string> allowed;
  for (const Route& route : routes_) {
    if (!matches(route, request.segments)) {
      continue;
    }
    allowed.push_back(route.method);
    if (route.method == "GET") {
      allowed.emplace_back("HEAD");
    }
    if (!found && (route.method == request.method || (route.method == "GET" && request.method == "HEAD"))) {
      found = &route;
    }
  }
  if (allowed.empty()) {
    return respond(errors_(404, "HTTP 404 Not Found"));
  }
  if (!found) {
    allowed.emplace_back("OPTIONS");
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    std::string list;
    for (const std::string& method : allowed) {
      list += (list.empty() ? "" : ",") + method;
    }
    const bool asked = request.method == "OPTIONS";
    Response response =
        asked ? Response{200, list, "text/plain", {}} : errors_(405, "HTTP 405 Method Not Allowed");
    response.headers.emplace_back("Allow", list);
    return respond(std::move(response));
  }
  for (std::size_t i = 0; i < found->parts.size(); ++i) {
    if (found->parts[i].variable) {
      request.path[found->parts[i].text] = request.segments[i];
    }
  }
  try {
    for (const Filter& filter : filters_) {
      if (!filter(request, respond)) {
        return;
      }
    }
    found->handler(std::move(request), respond);
  } catch (...) {
    const Error error = current_error();
    log::error("tandem.http", "request failed: {}", error.text());
    respond(errors_(500, error.text()));
  }
}

}  // namespace tandem::http
