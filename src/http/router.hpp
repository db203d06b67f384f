#pragma once
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tandem::http {

/// Method and path pattern to handler. Filled before the server starts, then read only.
class Router {
 public:
  explicit Router(ErrorRenderer errors) : errors_(std::move(errors)) {}

  /// Pattern segments are literal or `{name}`; literal wins over `{name}`.
  void add(std::string method, std::string_view pattern, Handler handler);
  /// Looks at every request that has a route, before its handler; false: it has answered.
  using Filter = std::function<bool(const Request& request, const Responder& respond)>;
  void filter(Filter filter) { filters_.push_back(std::move(filter)); }
  /// Sees every response on its way out (extra headers, CORS, access log).
  using Finisher = std::function<void(const Request& request, Response& response)>;
  void finish(Finisher finisher) { finishers_.push_back(std::move(finisher)); }

  /// Fills segments, query and path of the request and calls the handler; answers 400, 404, 405, OPTIONS by
  /// itself. HEAD goes to GET.
  void dispatch(Request request, Responder respond) const;
  Response error(int status, std::string_view text) const { return errors_(status, text); }

 private:
  struct Part {
    bool variable;
    std::string text;
  };
  struct Route {
    std::string method;
    std::vector<Part> parts;
    Handler handler;
  };
  static bool matches(const Route& route, const std::vector<std::string>& segments) noexcept;
  static bool more_literal(const Route& a, const Route& b) noexcept;

  ErrorRenderer errors_;
  std::vector<Route> routes_;
  std::vector<Filter> filters_;
  std::vector<Finisher> finishers_;
};

}  // namespace tandem::http
