#pragma once
#include "herder/herder.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "rest/listeners.hpp"

#include <memory>
#include <string>

namespace tandem::rest {

/// Connect's resources for one worker. Owns the deadlines; outlives the server that uses its routers.
class RestResources {
 public:
  /// `version` is Tandem's own, for /tandem/status.
  RestResources(herder::Herder& herder, const RestSettings& settings, std::string version);
  ~RestResources();
  RestResources(const RestResources&) = delete;
  RestResources& operator=(const RestResources&) = delete;

  std::shared_ptr<const http::Router> router() const;        ///< for `listeners`
  std::shared_ptr<const http::Router> admin_router() const;  ///< for `admin.listeners`
  void sweep();                                              ///< about once a second

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::rest
