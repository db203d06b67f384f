#pragma once
#include "herder/herder.hpp"
#include "http/router.hpp"
#include "metrics/registry.hpp"

#include <memory>
#include <string>

namespace tandem::app {

/// The routes of `metrics.listeners`: GET /metrics, GET /health. States of connectors and tasks, their
/// conditions and progress are taken from the herder for each page; a herder that does not answer within two
/// seconds costs the page those, not the rest. Runs on the HTTP thread; both arguments outlive it.
class Monitor {
 public:
  Monitor(herder::Herder& herder, metrics::MetricRegistry& registry, std::string version);
  ~Monitor();
  std::shared_ptr<const http::Router> router() const;
  void sweep();  ///< about once a second

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::app
