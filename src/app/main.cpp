
#include "app/command_line.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#ifdef TANDEM_MIMALLOC
#include <mimalloc.h>
#endif

namespace {

struct Command {
  std::string_view name, help;
  int (*run)(const std::vector<std::string>& words);
};

constexpr Command commands[] = {
    {"worker",
     R"(  tandem worker FILE.properties        run the worker; REST on `listeners` (8083), /metrics and /health on
                                       `metrics.listeners` (8084). SIGTERM or SIGINT stops it, a second one at once.
                                       Start from config/worker-embedded.properties (no Kafka needed) or
                                       config/worker-kafka.properties; every setting in them is explained there.
)",
     tandem::app::worker_command},
    {"healthcheck",
     R"(  tandem healthcheck [--url URL]       exit 0 when the worker at URL (default http://127.0.0.1:8083) is healthy
)",
     tandem::app::healthcheck_command},
    {"topics", R"(  tandem topics list                   the topics of the log, with partitions and offsets
  tandem topics tail TOPIC             records of a topic, one a line: partition, offset, time, key, value, headers
      [--from-beginning]               all that is kept, not only the last ten of each partition
      [--follow]                       wait for more
      --bootstrap SERVERS              of both: host:port,… or embedded:DIR (default: localhost:9092); works beside a running worker
      --config FILE.properties         of both: a worker's file instead, with its security settings
)",
     tandem::app::topics_command},
    {"plugins",
     R"(  tandem plugins                       connectors, converters and transforms built in: kind, class, short name
)",
     tandem::app::plugins_command},
};

constexpr std::string_view headline =
    "tandem: change data capture between MySQL and PostgreSQL, as a Kafka Connect worker\n\n";
constexpr std::string_view last_lines =
    R"(  tandem --version                     version and compatibility levels
  tandem COMMAND --help                one command of these

Exit status: 0 done; 1 wrong use or a defect; 2 cannot start (the message says what to change).
First time? scripts/quickstart.sh starts two databases and the worker, and shows a row crossing. Manual: docs/README.md.
)";

void print(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

void print_help(std::FILE* out) {
  print(out, headline);
  for (const Command& command : commands) {
    print(out, command.help);
  }
  print(out, last_lines);
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

int run(const std::vector<std::string>& words) {
  using namespace tandem::app;
  const std::string name = words.empty() ? "" : words[0];
  if (asks_for_help(name) || name == "help") {
    print_help(stdout);
    return exit_ok;
  }
  if (name == "--version") {
    std::printf("tandem %s (Kafka Connect 3.9.1, Debezium 3.6.1.Final)\n", version().c_str());
    return exit_ok;
  }
  for (const Command& command : commands) {
    if (command.name != name) {
      continue;
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (std::any_of(rest.begin(), rest.end(), asks_for_help)) {
      print(stdout, command.help);
      return exit_ok;
    }
    return command.run(rest);
  }
  std::fprintf(stderr, "tandem: %s\n\n",
               name.empty() ? "no command given" : ("unknown command " + name).c_str());
  print_help(stderr);
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef TANDEM_MIMALLOC
  // Freed pages go back to the kernel after 10 ms instead of 25, however busy the threads are that free them:
  // a tenth less memory at the peak for the same CPU (tests/bench/README.md).
  mi_option_set(mi_option_decommit_delay, 10);
  mi_option_set(mi_option_decommit_extend_delay, 0);
#endif
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
