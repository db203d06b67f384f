#include <malloc.h>

#include <cstdio>
#include <string_view>

#include "app/command_line.hpp"
#include "tandem/base/error.hpp"

namespace {

constexpr std::string_view help = R"(tandem: change data capture between MySQL and PostgreSQL, as a Kafka Connect worker

  tandem worker FILE.properties        run the worker; REST on `listeners` (8083), /metrics and /health on
                                       `metrics.listeners` (8084). SIGTERM or SIGINT stops it, a second one at once.
  tandem healthcheck [--url URL]       exit 0 when the worker at URL (default http://127.0.0.1:8083) is healthy
  tandem topics list                   the topics of the log, with partitions and offsets
  tandem topics tail TOPIC             records of a topic, one a line: partition, offset, time, key, value
      [--from-beginning]               all that is kept, not only the last ten of each partition
      [--follow]                       wait for more
      --bootstrap SERVERS              of both: host:port,… or embedded:DIR (default: localhost:9092); works beside a running worker
      --config FILE.properties         of both: a worker's file instead, with its security settings
  tandem plugins                       connectors, converters and transforms built in
  tandem --version                     version and compatibility levels

Exit status: 0 done; 1 wrong use or a defect; 2 cannot start (the message says what to change).
Manual: docs/. Examples: config/worker-embedded.properties (no Kafka needed), config/worker-kafka.properties.
)";

int run(const std::vector<std::string>& words) {
  using namespace tandem::app;
  const std::string command = words.empty() ? "" : words[0];
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "--help" || command == "-h" || command == "help") {
    std::fwrite(help.data(), 1, help.size(), stdout);
    return exit_ok;
  }
  if (command == "--version") {
    std::printf("tandem %s (Kafka Connect 3.9.1, Debezium 3.6.1.Final)\n", version().c_str());
    return exit_ok;
  }
  if (command == "worker") return worker_command(rest);
  if (command == "healthcheck") return healthcheck_command(rest);
  if (command == "topics") return topics_command(rest);
  if (command == "plugins") return plugins_command(rest);
  std::fprintf(stderr, "tandem: %s\n\n", command.empty() ? "no command given" : ("unknown command " + command).c_str());
  std::fwrite(help.data(), 1, help.size(), stderr);
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  // One arena a thread would keep tens of megabytes of free memory apart (mallopt(3)); tasks allocate little in steady state.
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const tandem::TandemError& e) {
    std::fprintf(stderr, "tandem: %s\n", e.what());
    return e.kind() == tandem::ErrorKind::bug ? tandem::app::exit_usage : tandem::app::exit_start;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tandem: %s\n", e.what());
    return tandem::app::exit_usage;
  }
}
