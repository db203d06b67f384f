#include "rest/gather.hpp"

#include <memory>
#include <mutex>

namespace tandem::rest {
namespace {

using Done = std::function<void(Result<std::vector<GatheredConnector>>)>;

/// Answers may come from several threads; the last one out calls `done`.
struct Gathering {
  GatherWhat what;
  Done done;
  std::mutex mutex;
  std::vector<GatheredConnector> all;

  ~Gathering() {
    std::vector<GatheredConnector> found;
    for (auto& one : all) {
      if ((!what.info || one.info) && (!what.status || one.status)) {
        found.push_back(std::move(one));
      }
    }
    done(std::move(found));
  }
};

}  // namespace

void gather_connectors(herder::Herder& herder, GatherWhat what, Done done) {
  herder.connectors([&herder, what, done = std::move(done)](Result<std::vector<std::string>> names) mutable {
    if (!names.has_value()) {
      return done(std::move(names.error()));
    }
    auto gathering = std::make_shared<Gathering>();
    gathering->what = what;
    gathering->done = std::move(done);
    for (std::string& name : names.value()) {
      gathering->all.push_back({std::move(name), {}, {}});
    }
    for (std::size_t i = 0; i < gathering->all.size(); ++i) {
      const std::string name = gathering->all[i].name;
      if (what.info) {
        herder.connector_info(name, [gathering, i](Result<herder::ConnectorInfo> info) {
          const std::lock_guard lock(gathering->mutex);
          if (info.has_value()) {
            gathering->all[i].info = std::move(info.value());
          }
        });
      }
      if (what.status) {
        herder.connector_status(name, [gathering, i](Result<herder::ConnectorStatus> status) {
          const std::lock_guard lock(gathering->mutex);
          if (status.has_value()) {
            gathering->all[i].status = std::move(status.value());
          }
        });
      }
    }
  });
}

}  // namespace tandem::rest
