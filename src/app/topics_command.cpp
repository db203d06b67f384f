#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "app/command_line.hpp"
#include "app/properties_file.hpp"
#include "tandem/base/error.hpp"
#include "topics/open.hpp"

namespace tandem::app {
namespace {

/// Records shown of each partition unless --from-beginning is given.
constexpr std::int64_t last_records = 10;

/// Without --follow the command ends when nothing has come for this long.
constexpr std::chrono::seconds idle_end{3};

volatile std::sig_atomic_t interrupted = 0;

ConfigMap worker_of(const Arguments& arguments) {
  ConfigMap worker = arguments.has("config") ? read_worker_file(arguments.get("config", "")).properties : ConfigMap{};
  if (arguments.has("bootstrap")) {
    worker["bootstrap.servers"] = arguments.get("bootstrap", "");
  }
  return worker;
}

std::string shown(const std::optional<BytesView>& bytes) {
  if (!bytes) {
    return "null";
  }
  std::string out;
  for (const char c : *bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n' || byte == '\t' || byte == '\\') {
      out += byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : "\\\\";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

int list(topics::Topics& log) {
  auto names = log.admin().list_topics();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const auto topic = log.admin().describe(name);
    if (!topic) {
      continue;
    }
    std::int64_t records = 0;
    for (std::int32_t p = 0; p < topic->partitions; ++p) {
      const auto w = log.admin().watermarks({name, p});
      records += w.high - w.low;
    }
    const auto policy = topic->config.find("cleanup.policy");
    fmt::print("{}\tpartitions={}\toffsets={}\t{}\n", name, topic->partitions, records,
               policy == topic->config.end() ? "" : policy->second);
  }
  return exit_ok;
}

int tail(topics::Topics& log, const std::string& name, bool from_beginning, bool follow) {
  const auto topic = log.admin().describe(name);
  if (!topic) {
    raise(ErrorKind::not_found, "there is no topic " + name, "tandem topics list shows what there is");
  }
  topics::Offsets from, until;
  for (std::int32_t p = 0; p < topic->partitions; ++p) {
    const auto w = log.admin().watermarks({name, p});
    from[{name, p}] = from_beginning ? w.low : std::max(w.low, w.high - last_records);
    if (w.high > w.low) {
      until[{name, p}] = w.high;
    }
  }
  topics::ClientConfig client;
  client.client_id = "tandem-topics";
  const auto consumer = log.consumer(client);
  consumer->assign(from);
  auto last = std::chrono::steady_clock::now();
  while (interrupted == 0 && (follow || !until.empty())) {
    const auto batch = consumer->poll(std::chrono::milliseconds(200), 500, 1u << 20);
    if (!batch) {
      std::fflush(stdout);
      // Records at the end may have been compacted away: what is left then never comes.
      if (!follow && std::chrono::steady_clock::now() - last > idle_end) {
        break;
      }
      continue;
    }
    last = std::chrono::steady_clock::now();
    for (const auto& r : batch->records) {
      fmt::print("{}\t{}\t{}\t{}\t{}", r.partition, r.offset, r.timestamp_ms, shown(r.key), shown(r.value));
      for (const auto& header : batch->headers_of(r)) {
        fmt::print("\t{}={}", header.key, shown(header.value));
      }
      fmt::print("\n");
      const auto end = until.find({name, r.partition});
      if (end != until.end() && r.offset + 1 >= end->second) {
        until.erase(end);
      }
    }
  }
  std::fflush(stdout);
  return exit_ok;
}

}  // namespace

int topics_command(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words, {"bootstrap", "config"}, {"from-beginning", "follow"});
  const auto& what = arguments.positional;
  const bool is_list = what.size() == 1 && what[0] == "list";
  const bool is_tail = what.size() == 2 && what[0] == "tail";
  if (!is_list && !is_tail) {
    std::fprintf(stderr, "tandem: say `tandem topics list` or `tandem topics tail TOPIC` (--bootstrap SERVERS)\n");
    return exit_usage;
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  const auto log = topics::open_topics(worker_of(arguments));
  return is_list ? list(*log) : tail(*log, what[1], arguments.has("from-beginning"), arguments.has("follow"));
}

}  // namespace tandem::app
