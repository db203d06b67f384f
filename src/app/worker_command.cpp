#include "app/builtin_plugins.hpp"
#include "app/command_line.hpp"
#include "app/monitor.hpp"
#include "app/properties_file.hpp"
#include "app/startup_pages.hpp"
#include "herder/worker.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"
#include "rest/rest.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"
#include "topics/open.hpp"

#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace tandem::app {
namespace {

constexpr std::string_view logger = "tandem.app";

/// SIGTERM and SIGINT, taken by whoever waits for them: blocked in every thread that is started later.
class StopSignals {
 public:
  StopSignals() : main_(pthread_self()) {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);  // a client that goes away is an error of its own socket
  }
  int wait() const {
    int number = 0;
    while (sigwait(&set_, &number) != 0) {
    }
    return number;
  }
  /// From now on a signal ends the process at once.
  void quick_from_now() const {
    std::thread([set = set_] {
      int number = 0;
      while (sigwait(&set, &number) != 0) {
      }
      log::warn(logger, "second signal: ending at once");
      std::_Exit(exit_usage);
    }).detach();
  }
  /// Wakes wait(), from any thread.
  void raise_in_main() const { pthread_kill(main_, SIGTERM); }

 private:
  pthread_t main_;
  sigset_t set_;
};

/// The error that ended the worker from inside.
class FatalError {
 public:
  void set(const Error& error) {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  std::optional<Error> get() {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  std::mutex mutex_;
  std::optional<Error> error_;
};

void listen_all(http::Server& server, const std::vector<http::Address>& addresses,
                const std::shared_ptr<const http::Router>& router, std::string_view what) {
  for (const http::Address& address : addresses) {
    const auto port = server.listen(address, router);
    log::info(logger, "{} on {}://{}:{}", what, address.tls ? "https" : "http",
              address.host.empty() ? "*" : address.host, port);
  }
}

void say_what_is_odd(const herder::WorkerConfig& config) {
  for (const std::string& key : config.unknown_keys()) {
    log::warn(logger, "setting {} is unknown to this worker and is ignored", key);
  }
  for (const std::string& key : config.ignored_keys()) {
    log::info(logger, "setting {} is accepted and has no effect", key);
  }
}

}  // namespace

int worker_command(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words, {}, {});
  if (arguments.positional.size() != 1) {
    std::fprintf(
        stderr,
        "tandem: say `tandem worker FILE.properties`, for example config/worker-embedded.properties\n");
    return exit_usage;
  }
  const StopSignals signals;
  WorkerFile file = read_worker_file(arguments.positional[0]);
  herder::WorkerConfig config(file.properties);
  log::open(config.config().string("log.file"));
  const rest::RestSettings settings = rest::rest_settings(file.properties);
  log::info(logger, "tandem {} (Kafka Connect 3.9.1, Debezium 3.6.1), group {}, worker {}", version(),
            config.group_id(), config.worker_id());
  say_what_is_odd(config);

  FatalError fatal;
  metrics::MetricRegistry figures;
  const auto topics = topics::open_topics(file.properties);
  herder::Worker worker({.config = std::move(config),
                         .variables = std::move(file.variables),
                         .topics = *topics,
                         .registry = builtin_plugins(),
                         .metrics = [&figures] { return figures.scope(); },
                         .on_fatal =
                             [&](const Error& error) {
                               fatal.set(error);
                               signals.raise_in_main();
                             }});
  rest::RestResources resources(worker, settings, version());
  Monitor monitor(worker, figures, version());
  http::Server server;
  listen_all(server, settings.listeners, resources.router(), "REST");
  listen_all(server, settings.admin.value_or(std::vector<http::Address>{}), resources.admin_router(),
             "REST for /admin");
  listen_all(server, settings.metrics, monitor.router(), "metrics");
  server.every(std::chrono::seconds(1), [&] {
    resources.sweep();
    monitor.sweep();
  });
  server.start();
  worker.start();
  release_startup_pages();

  const int signal_number = signals.wait();
  signals.quick_from_now();
  const auto failure = fatal.get();
  if (failure) {
    log::error(logger, "the worker ends: {}", failure->text());
  } else {
    log::info(logger, "signal {}: stopping", signal_number);
  }
  server.stop(std::chrono::seconds(2));
  if (!worker.stop()) {
    log::warn(logger, "a task did not stop in time; ending without it");
    std::_Exit(failure ? exit_start : exit_ok);
  }
  log::info(logger, "stopped");
  return failure ? exit_start : exit_ok;
}

}  // namespace tandem::app
