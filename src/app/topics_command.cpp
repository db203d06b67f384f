#include "app/command_line.hpp"
#include "app/properties_file.hpp"
#include "tandem/base/error.hpp"
#include "topics/embedded/reader.hpp"
#include "topics/open.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

namespace tandem::app {
namespace {

/// Records shown of each partition unless --from-beginning is given.
constexpr std::int64_t last_records = 10;

/// Without --follow the command ends when nothing has come for this long.
constexpr std::chrono::seconds idle_end{3};

volatile std::sig_atomic_t interrupted = 0;

ConfigMap worker_of(const Arguments& arguments) {
  ConfigMap worker =
      arguments.has("config") ? read_worker_file(arguments.get("config", "")).properties : ConfigMap{};
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

void print_topic(const std::string& name, const topics::TopicDescription& topic, std::int64_t offsets) {
  const auto policy = topic.config.find("cleanup.policy");
  fmt::print("{}\tpartitions={}\toffsets={}\t{}\n", name, topic.partitions, offsets,
             policy == topic.config.end() ? "" : policy->second);
}

void print_record(const topics::InRecord& r, std::span<const topics::RecordHeader> headers) {
  fmt::print("{}\t{}\t{}\t{}\t{}", r.partition, r.offset, r.timestamp_ms, shown(r.key), shown(r.value));
  for (const auto& header : headers) {
    fmt::print("\t{}={}", header.key, shown(header.value));
  }
  fmt::print("\n");
}

std::int64_t first_shown(const topics::Watermarks& w, bool from_beginning) {
  return from_beginning ? w.low : std::max(w.low, w.high - last_records);
}

int list(topics::Admin& admin) {
  auto names = admin.list_topics();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const auto topic = admin.describe(name);
    if (!topic) {
      continue;  // deleted meanwhile
    }
    std::int64_t offsets = 0;
    for (std::int32_t p = 0; p < topic->partitions; ++p) {
      const auto w = admin.watermarks({name, p});
      offsets += w.high - w.low;
    }
    print_topic(name, *topic, offsets);
  }
  return exit_ok;
}

int list(const topics::embedded::Reader& reader) {
  for (const auto& topic : reader.topics()) {
    std::int64_t offsets = 0;
    for (const auto& p : topic.partitions) {
      offsets += p.watermarks.high - p.watermarks.low;
    }
    print_topic(topic.description.name, topic.description, offsets);
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
    from[{name, p}] = first_shown(w, from_beginning);
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
      print_record(r, batch->headers_of(r));
      const auto end = until.find({name, r.partition});
      if (end != until.end() && r.offset + 1 >= end->second) {
        until.erase(end);
      }
    }
  }
  std::fflush(stdout);
  return exit_ok;
}

int tail(topics::embedded::Reader& reader, const std::string& name, bool from_beginning, bool follow) {
  const auto topic = reader.topic(name);
  std::vector<std::int64_t> next;
  for (const auto& p : topic.partitions) {
    next.push_back(first_shown(p.watermarks, from_beginning));
  }
  for (;;) {
    bool any = false;
    for (std::size_t p = 0; p < next.size(); ++p) {
      while (interrupted == 0 &&
             reader.read({name, static_cast<std::int32_t>(p)}, next[p], 500, print_record) > 0) {
        any = true;
      }
    }
    std::fflush(stdout);
    if (interrupted != 0 || !follow) {
      return exit_ok;
    }
    if (!any) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    reader.refresh();
  }
}

}  // namespace

int topics_command(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words, {"bootstrap", "config"}, {"from-beginning", "follow"});
  const auto& what = arguments.positional;
  const bool is_list = what.size() == 1 && what[0] == "list";
  const bool is_tail = what.size() == 2 && what[0] == "tail";
  if (!is_list && !is_tail) {
    std::fprintf(stderr,
                 "tandem: say `tandem topics list` or `tandem topics tail TOPIC` (--bootstrap SERVERS)\n");
    return exit_usage;
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  const ConfigMap worker = worker_of(arguments);
  const std::string servers = get_or(worker, "bootstrap.servers", "localhost:9092");
  const bool from_beginning = arguments.has("from-beginning"), follow = arguments.has("follow");
  static constexpr std::string_view embedded = "embedded:";
  if (servers.starts_with(embedded)) {  // a worker may own the log: look at it without its lock
    topics::embedded::Reader reader(servers.substr(embedded.size()));
    return is_list ? list(reader) : tail(reader, what[1], from_beginning, follow);
  }
  const auto log = topics::open_topics(worker);
  return is_list ? list(log->admin()) : tail(*log, what[1], from_beginning, follow);
}

}  // namespace tandem::app
