#include "topics/kafka/client_config.hpp"

#include "tandem/base/log.hpp"
#include "topics/kafka/key_table.hpp"
#include "topics/kafka/security.hpp"

#include <algorithm>
#include <cstdlib>

namespace tandem::topics::kafka {
namespace {

constexpr const char* kLogger = "tandem.topics.kafka";
using Map = std::map<std::string, std::string>;

bool native_knows(const std::string& key) {
  Conf conf(rd_kafka_conf_new());
  std::size_t size = 0;
  return rd_kafka_conf_get(conf.get(), key.c_str(), nullptr, &size) == RD_KAFKA_CONF_OK;
}

std::string prefix_of(Role role) {
  return role == Role::producer   ? "producer.override."
         : role == Role::consumer ? "consumer.override."
                                  : "admin.override.";
}

std::int64_t integer(const std::string& key, const std::string& value) {
  char* end = nullptr;
  const long long n = std::strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0') {
    raise(ErrorKind::config, key + "=" + value + " is not a whole number", "write " + key + "=NUMBER");
  }
  return n;
}

void defaults(Role role, Map& native) {
  native["log_level"] = "5";  // notice and worse
  native["socket.keepalive.enable"] = "true";
  native["reconnect.backoff.max.ms"] = "2000";
  native["topic.metadata.refresh.interval.ms"] = "10000";
  native["topic.metadata.refresh.fast.interval.ms"] = "50";
  if (role == Role::producer) {
    native["acks"] = "all";
    native["enable.idempotence"] = "true";
    native["partitioner"] = "murmur2_random";
    native["compression.type"] = "lz4";
    native["batch.size"] = "1000000";
    native["message.max.bytes"] = "1048576";  // Java's max.request.size
    native["linger.ms"] = "20";               // only the end of a burst waits for it, see KafkaProducer::send
    native["batch.num.messages"] = "100000";  // bytes bound a batch, not the count
    native["message.timeout.ms"] = "0";       // never given up; the pipeline decides
    native["queue.buffering.max.messages"] = "10000000";  // bytes bound it: buffer.memory, in translate()
    // A value of more bytes is compressed or sent from where it lies; copying it into the request first costs
    // more than the list of pieces.
    native["message.copy.max.bytes"] = "1024";
  } else {
    native["enable.auto.commit"] = "false";
    native["allow.auto.create.topics"] = role == Role::consumer ? "true" : "false";
    native["isolation.level"] = "read_uncommitted";  // Java's default
    native["receive.message.max.bytes"] = "1000000000";
  }
  if (role == Role::consumer) {
    native["enable.auto.offset.store"] = "false";
    native["auto.offset.reset"] = "earliest";
    native["partition.assignment.strategy"] = "range";
    // After kill -9 the group waits this long for the dead member before the new one gets its partitions
    // (Java: 45 s).
    native["session.timeout.ms"] = "10000";
    native["fetch.min.bytes"] = "1";
    native["fetch.wait.max.ms"] = "100";  // also how long a full partition waits for the others' empty fetch
    native["fetch.error.backoff.ms"] = "50";
    // Compressed bytes: ten to twenty times as much lies in memory when they are JSON with schemas, and a
    // fetch brings one batch whatever its size. README.md has the figures.
    native["fetch.max.bytes"] = "4194304";
    native["fetch.message.max.bytes"] = "65536";
    native["queued.max.messages.kbytes"] = "2048";
    native["queued.min.messages"] = "100000";  // a queued record costs some 500 bytes besides its own
  }
}

std::string assignors(const std::string& value) {
  std::string out;
  std::size_t from = 0;
  while (from <= value.size()) {
    const std::size_t comma = std::min(value.find(',', from), value.size());
    std::string name = value.substr(from, comma - from);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    from = comma + 1;
    std::string native;
    if (name.ends_with("RangeAssignor") || name == "range") {
      native = "range";
    } else if (name.ends_with("RoundRobinAssignor") || name == "roundrobin") {
      native = "roundrobin";
    } else if (name.ends_with("CooperativeStickyAssignor") || name == "cooperative-sticky") {
      native = "cooperative-sticky";
    } else {
      raise(ErrorKind::config, "partition.assignment.strategy=" + name + " is not available here",
            "use org.apache.kafka.clients.consumer.RangeAssignor, RoundRobinAssignor or "
            "CooperativeStickyAssignor");
    }
    // Java's default list mixes eager and cooperative as a way to migrate; one client here speaks one
    // protocol.
    if (out.find("cooperative") == std::string::npos && (native != "cooperative-sticky" || out.empty())) {
      out += (out.empty() ? "" : ",") + native;
    }
  }
  return out;
}

/// Settings that need more than a new name. `java` keeps what is left.
void special(Map& java, ClientSettings& out) {
  Map& native = out.native;
  auto on = [&](const char* key, auto&& f) {
    if (auto node = java.extract(key); !node.empty()) {
      f(node.mapped());
    }
  };
  on("client.id", [](const std::string&) {});
  if (java.contains("linger.ms")) {
    out.prompt = false;
  }
  on("metadata.max.age.ms", [&](const std::string& v) {
    native["topic.metadata.refresh.interval.ms"] = v;
    native["metadata.max.age.ms"] = v;
  });
  on("receive.buffer.bytes",
     [&](const std::string& v) { native["socket.receive.buffer.bytes"] = v == "-1" ? "0" : v; });
  on("send.buffer.bytes",
     [&](const std::string& v) { native["socket.send.buffer.bytes"] = v == "-1" ? "0" : v; });
  on("request.timeout.ms", [&](const std::string& v) { native["socket.timeout.ms"] = v; });
  on("acks", [&](const std::string& v) {
    if (v != "all" && v != "-1") {
      raise(ErrorKind::config,
            "acks=" + v + " would let the source's position move past records that can still be lost",
            "remove it, or set acks=all");
    }
  });
  on("buffer.memory", [&](const std::string& v) {
    out.producer_bytes = static_cast<std::size_t>(integer("buffer.memory", v));
  });
  on("max.request.size", [&](const std::string& v) { native["message.max.bytes"] = v; });
  on("enable.idempotence", [&](const std::string& v) {
    native["enable.idempotence"] = v;
    if (v == "false") {
      native["max.in.flight.requests.per.connection"] = "1";  // order is kept without sequence numbers
    }
  });
  on("max.in.flight.requests.per.connection", [&](const std::string& v) {
    // More than 5 breaks idempotence, more than 1 breaks order without it.
    const std::int64_t most = native["enable.idempotence"] == "false" ? 1 : 5;
    native["max.in.flight.requests.per.connection"] = std::to_string(
        std::clamp<std::int64_t>(integer("max.in.flight.requests.per.connection", v), 1, most));
  });
  on("auto.offset.reset",
     [&](const std::string& v) { native["auto.offset.reset"] = v == "none" ? "error" : v; });
  on("enable.auto.commit", [](const std::string& v) {
    if (v != "false") {
      raise(ErrorKind::config, "enable.auto.commit=" + v + " would commit records that are not applied yet",
            "remove it: the worker commits what the sink has applied");
    }
  });
  on("fetch.max.bytes", [&](const std::string& v) { native["fetch.max.bytes"] = v; });
  on("group.id", [&](const std::string& v) {
    if (out.group_id.empty()) {
      out.group_id = v;
    }
  });
  on("group.protocol", [](const std::string& v) {
    if (v != "classic" && v != "CLASSIC") {
      raise(ErrorKind::config, "group.protocol=" + v + " is not available here",
            "set group.protocol=classic");
    }
  });
  on("partition.assignment.strategy",
     [&](const std::string& v) { native["partition.assignment.strategy"] = assignors(v); });
}

void apply(Role role, Map java, bool trusted, ClientSettings& out) {
  if (trusted) {
    java.erase("group.id");  // the worker's own group, never a client's
    java.erase("bootstrap.servers");
  }
  for (auto it = java.begin(); it != java.end();) {
    const auto& [key, value] = *it;
    const KeyRule* rule = find_rule(role, key);
    if (rule == nullptr || rule->use == Use::refused) {
      if (!trusted) {
        raise(ErrorKind::config,
              prefix_of(role) + key + "=" + value +
                  (rule ? " cannot be honoured" : " is not a setting that connectors may override"),
              rule ? std::string(rule->native) : "set it on the worker, or remove it");
      }
      if (rule == nullptr && native_knows(key)) {
        out.native[key] = value;
      } else if (rule != nullptr) {
        log::warn(kLogger, "{} is left out: {}", key, rule->native);
      }
      it = java.erase(it);
      continue;
    }
    if (rule->use == Use::same) {
      out.native[key] = value;
    } else if (rule->use == Use::renamed) {
      out.native[std::string(rule->native)] = value;
    }
    it = rule->use == Use::ours ? std::next(it) : java.erase(it);
  }
  map_security(java, out.native);
  special(java, out);
}

void stop_unless_known(rd_kafka_conf_res_t result, const std::string& key, const std::string& value,
                       const char* why) {
  if (result == RD_KAFKA_CONF_OK) {
    return;
  }
  const bool secret = key.find("password") != std::string::npos || key.find("secret") != std::string::npos ||
                      key.find("pem") != std::string::npos;
  raise(ErrorKind::config, key + "=" + (secret ? "[hidden]" : value) + " was refused: " + why,
        "correct or remove it");
}

void on_log(const rd_kafka_t*, int level, const char* facility, const char* text) noexcept {
  try {
    // syslog levels: 3 and below are errors, 4 warnings, 5 notices
    const bool ours = std::string_view(facility) == "CONFWARN";  // names settings that we chose, not the user
    const auto to = ours         ? log::Level::debug
                    : level <= 4 ? log::Level::warn
                    : level <= 6 ? log::Level::info
                                 : log::Level::debug;
    if (log::enabled(kLogger, to)) {
      log::write(kLogger, to, std::string(facility) + ": " + text);
    }
  } catch (...) {  // a lost log line must not end a C callback
  }
}

}  // namespace

ClientSettings translate(Role role, const std::string& bootstrap_servers, const ClientConfig& config) {
  ClientSettings out;
  out.group_id = config.group_id;
  defaults(role, out.native);
  apply(role, config.properties, true, out);
  apply(role, config.overrides, false, out);
  out.native["bootstrap.servers"] = bootstrap_servers;
  if (!config.client_id.empty()) {
    out.native["client.id"] = config.client_id;
  }
  if (role == Role::producer) {
    // librdkafka refuses a batch smaller than it may hold
    const auto limit = integer("max.request.size", out.native["message.max.bytes"]);
    const auto batch = integer("batch.size", out.native["batch.size"]);
    out.native["batch.size"] =
        std::to_string(std::clamp<std::int64_t>(batch, 1, std::max<std::int64_t>(limit, 1)));
    // The library's own queue: what send() lets pass, and one record, which may be larger than buffer.memory.
    const auto kilobytes = (static_cast<std::int64_t>(out.producer_bytes) + limit) / 1024 + 1;
    out.native["queue.buffering.max.kbytes"] =
        std::to_string(std::clamp<std::int64_t>(kilobytes, 1, 2147483647));
  }
  if (role == Role::consumer) {
    // librdkafka only makes the part that assigns partitions when there is a group; nothing joins or commits
    // by this one
    out.native["group.id"] = out.group_id.empty() ? "tandem-no-group" : out.group_id;
    const auto fetch = std::max(integer("fetch.max.bytes", out.native["fetch.max.bytes"]),
                                integer("max.partition.fetch.bytes", out.native["fetch.message.max.bytes"]));
    out.native["fetch.max.bytes"] = std::to_string(std::min<std::int64_t>(fetch, 2147483135));
    out.native["receive.message.max.bytes"] = std::to_string(
        std::min<std::int64_t>(std::max<std::int64_t>(1'000'000'000, fetch + 512), 2147483647));
  }
  return out;
}

Conf make_conf(const ClientSettings& settings) {
  Conf conf(rd_kafka_conf_new());
  char why[512];
  for (const auto& [key, value] : settings.native) {
    stop_unless_known(rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), why, sizeof why), key, value,
                      why);
  }
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  return conf;
}

Client make_client(rd_kafka_type_t type, Conf conf) {
  char why[512];
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (client == nullptr) {
    raise(ErrorKind::config, std::string("the Kafka client cannot be made: ") + why,
          "correct the setting named");
  }
  conf.release();  // rd_kafka_new has taken it
  return Client(client);
}

}  // namespace tandem::topics::kafka
