#include "app/monitor.hpp"

#include "app/state_figures.hpp"
#include "rest/exchange.hpp"
#include "rest/gather.hpp"

#include <algorithm>
#include <mutex>

namespace tandem::app {

struct Monitor::State {
  State(herder::Herder& h, metrics::MetricRegistry& r, const std::string& version)
      : herder(h),
        registry(r),
        figures(r, version),
        slow_pages(std::chrono::seconds(2), [this] { return page(); }),
        slow_health(std::chrono::seconds(2), [] {
          return http::Response{500, "the worker does not answer\n", "text/plain", {}};
        }) {}

  http::Response page() { return {200, registry.text(), "text/plain; version=0.0.4; charset=utf-8", {}}; }

  herder::Herder& herder;
  metrics::MetricRegistry& registry;
  StateFigures figures;
  rest::Deadlines slow_pages, slow_health;
  std::shared_ptr<http::Router> router;
};

Monitor::Monitor(herder::Herder& herder, metrics::MetricRegistry& registry, std::string version)
    : state_(std::make_unique<State>(herder, registry, version)) {
  State& s = *state_;
  s.router = std::make_shared<http::Router>([](int status, std::string_view text) {
    return http::Response{status, std::string(text) + "\n", "text/plain", {}};
  });
  s.router->add("GET", "/metrics", [&s](http::Request, http::Responder respond) {
    auto pending = s.slow_pages.track(std::move(respond));
    rest::gather_connectors(s.herder, {.info = true, .status = true},
                            [&s, pending](Result<std::vector<rest::GatheredConnector>> all) {
                              if (all.has_value()) {
                                s.figures.set(all.value());
                              }
                              pending->answer(s.page());
                            });
  });
  s.router->add("GET", "/health", [&s](http::Request, http::Responder respond) {
    if (!s.herder.ready()) {
      return respond({503, "starting\n", "text/plain", {}});
    }
    auto pending = s.slow_health.track(std::move(respond));
    s.herder.ping([pending](Result<herder::Nothing> answer) {
      pending->answer(answer.has_value()
                          ? http::Response{200, "healthy\n", "text/plain", {}}
                          : http::Response{500, answer.error().text() + "\n", "text/plain", {}});
    });
  });
}

Monitor::~Monitor() = default;
std::shared_ptr<const http::Router> Monitor::router() const { return state_->router; }

void Monitor::sweep() {
  state_->figures.tick(state_->herder.ready());
  state_->slow_pages.sweep();
  state_->slow_health.sweep();
}

}  // namespace tandem::app
