#include "herder/worker.hpp"

#include "herder/worker_internal.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <future>
#include <thread>

namespace tandem::herder {
namespace {

/// The default when nobody looks at figures.
class NoFigures final : public MetricScope {
  struct Nowhere final : Counter, Gauge, Histogram {
    void add(double) override {}
    void set(double) override {}
    void observe(double) override {}
  };
  std::shared_ptr<Nowhere> nowhere_ = std::make_shared<Nowhere>();

 public:
  std::shared_ptr<Counter> counter(const std::string&, Labels) override { return nowhere_; }
  std::shared_ptr<Gauge> gauge(const std::string&, Labels) override { return nowhere_; }
  std::shared_ptr<Histogram> histogram(const std::string&, Labels) override { return nowhere_; }
};

constexpr auto kStorageLimit = std::chrono::seconds(30);

}  // namespace

bool parse_initial_state(std::string_view text, TargetState& out) noexcept {
  const auto is = [&](std::string_view word) {
    return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(),
                                                    [](char a, char b) { return (a & ~0x20) == b; });
  };
  if (is("RUNNING")) {
    out = TargetState::started;
  } else if (is("PAUSED")) {
    out = TargetState::paused;
  } else if (is("STOPPED")) {
    out = TargetState::stopped;
  } else {
    return false;
  }
  return true;
}

Worker::Worker(WorkerParts parts)
    : parts_(std::move(parts)),
      worker_properties_(parts_.config.properties()),
      worker_id_(parts_.config.worker_id()),
      offset_store_(parts_.topics, parts_.config.offset_topic()),
      status_store_(parts_.topics, parts_.config.status_topic()),
      pool_(std::make_unique<Pool>()) {
  config_store_ = std::make_unique<storage::ConfigStore>(parts_.topics, parts_.config.config_topic(),
                                                         static_cast<storage::ConfigListener&>(*this));
  if (!parts_.metrics) {
    parts_.metrics = [] { return std::make_unique<NoFigures>(); };
  }
  starts_.emplace(parts_.metrics());
  const auto& config = parts_.config.config();
  services_ = std::make_unique<pipeline::TaskServices>(pipeline::TaskServices{
      parts_.topics, parts_.registry, parts_.clock, offset_store_, status_store_, parts_.metrics,
      worker_properties_, parts_.config.group_id(), config.millis("offset.flush.interval.ms"),
      config.millis("offset.flush.timeout.ms"), config.boolean("topic.tracking.enable"),
      config.boolean("topic.creation.enable")});
}

Worker::~Worker() { stop(); }

void Worker::start() {
  loop_.start([this](std::stop_token stop) { startup(std::move(stop)); });
}

void Worker::startup(std::stop_token stop) {
  const log::ThreadContext context("[worker] ");
  const EventLoop::Stage stage(loop_, "reading the storage topics");
  const auto began_ns = parts_.clock.monotonic_ns();
  Backoff backoff(std::chrono::milliseconds(250), std::chrono::seconds(10));
  while (!stop.stop_requested()) {
    try {
      offset_store_.start(kStorageLimit, stop);
      status_store_.start(kStorageLimit, stop);
      config_store_->start(kStorageLimit, stop);
      break;
    } catch (const TandemError& e) {
      if (stop.stop_requested()) {
        return;
      }
      if (e.kind() != ErrorKind::transient) {
        log::error("tandem.herder", "{}", e.error().trace());
        if (parts_.on_fatal) {
          parts_.on_fatal(e.error());
        }
        return;
      }
      log::warn("tandem.herder", "the storage topics cannot be read yet: {}", e.what());
      offset_store_.stop();
      status_store_.stop();
      config_store_->stop();
      parts_.clock.sleep_for(backoff.next(), stop);
    }
  }
  if (stop.stop_requested()) {
    return;
  }
  generation_ = status_store_.highest_generation() + 1;
  const auto names = config_store_->connectors();
  for (const auto& orphan : status_store_.connectors()) {
    if (std::find(names.begin(), names.end(), orphan) == names.end()) {
      // Removed while no worker ran, or by one that died in between.
      for (const auto id : status_store_.tasks(orphan)) {
        status_store_.delete_task(orphan, id);
      }
      status_store_.delete_connector(orphan);
    }
  }
  log::info("tandem.herder", "worker {} of group {} starts {} connectors", worker_id_,
            parts_.config.group_id(), names.size());
  if (names.empty()) {
    log::info(
        "tandem.herder",
        "no connectors yet: POST one to http://{}/connectors, or scripts/manage-connectors.sh deploy FILE",
        worker_id_);
  }
  for (const auto& name : names) {
    // Tasks that were configured before start at once; the connector may need its server to configure them
    // anew.
    start_connector(name);
    reconcile(name);
  }
  starts_->took_over(generation_, static_cast<double>(parts_.clock.monotonic_ns() - began_ns) / 1e6);
  ready_ = true;
}

bool Worker::stop() {
  if (stopped_.exchange(true)) {
    return abandoned_.empty();
  }
  ready_ = false;
  // Tasks are asked on the herder thread; it then serves their ends until all are gone or time is up.
  const auto graceful = parts_.config.config().millis("task.shutdown.graceful.timeout.ms");
  loop_.post([this] {
    for (auto& [name, slot] : slots_) {
      slot.present = false;
      ++slot.epoch;
      for (auto& [id, task] : slot.tasks) {
        task.wanted.reset();
        if (task.run && !task.stopping) {
          task.stopping = true;
          task.run->request_stop();
        }
      }
    }
  });
  const auto deadline = std::chrono::steady_clock::now() + graceful;
  for (;;) {
    auto alive = std::make_shared<std::promise<bool>>();
    auto answer = alive->get_future();
    loop_.post([this, alive] {
      bool any = false;
      for (const auto& [name, slot] : slots_) {
        for (const auto& [id, task] : slot.tasks) {
          any = any || task.run != nullptr;
        }
      }
      alive->set_value(any);
    });
    const auto now = std::chrono::steady_clock::now();
    if (answer.wait_until(std::max(deadline, now + std::chrono::milliseconds(10))) !=
            std::future_status::ready ||
        !answer.get() || now >= deadline) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  loop_.stop();
  for (auto& [name, slot] : slots_) {
    for (auto& [id, task] : slot.tasks) {
      if (task.run) {
        log::error("tandem.herder", "Graceful stop of task {}-{} failed.", name, id);
        task.run->abandon();
        abandoned_.push_back({task.run_id, std::move(task.run)});
      }
    }
  }
  const bool pool_ended = pool_->stop(std::chrono::seconds(1));
  config_store_->stop();
  status_store_.stop();
  offset_store_.stop();
  if (abandoned_.empty()) {
    return pool_ended;
  }
  // Their threads cannot be ended from here; what they use must not be destroyed under them.
  static std::vector<std::shared_ptr<pipeline::TaskRun>>* const hanging =
      new std::vector<std::shared_ptr<pipeline::TaskRun>>();
  for (auto& a : abandoned_) {
    hanging->push_back(a.run);
  }
  return false;
}

void Worker::dispatch(std::function<void()> job) { loop_.post(std::move(job)); }

void Worker::on_connector_changed(const std::string& connector) {
  dispatch([this, connector] {
    if (config_store_->contains(connector)) {
      start_connector(connector);
    } else {
      drop_connector(connector);
    }
  });
}

void Worker::on_tasks_changed(const std::string& connector) {
  dispatch([this, connector] { reconcile(connector); });
}

void Worker::on_target_state_changed(const std::string& connector) {
  dispatch([this, connector] { apply_target_state(connector); });
}

void Worker::on_restart_requested(const storage::RestartRequest& request) {
  dispatch([this, request] { apply_restart(request); });
}

std::vector<PluginInfo> Worker::plugins(bool connectors_only) const {
  auto list = parts_.registry.list();
  if (connectors_only) {
    std::erase_if(
        list, [](const PluginInfo& p) { return p.type != PluginType::source && p.type != PluginType::sink; });
  }
  return list;
}

std::string Worker::cluster_id() const { return parts_.topics.cluster_id(); }

void Worker::ping(Answer<Nothing> done) {
  ask<Nothing>(std::move(done), "answering a health check", [] { return Result<Nothing>(Nothing{}); });
}

}  // namespace tandem::herder
