#include "topics/embedded/embedded_topics.hpp"

#include "topics/embedded/consumer.hpp"
#include "topics/embedded/groups.hpp"
#include "topics/embedded/log.hpp"
#include "topics/embedded/producer.hpp"

#include <charconv>

namespace tandem::topics::embedded {
namespace {

const std::string* lookup(const ClientConfig& config, const char* key) {
  for (const auto* map : {&config.overrides, &config.properties}) {
    if (const auto it = map->find(key); it != map->end()) {
      return &it->second;
    }
  }
  return nullptr;
}

std::size_t size_of(const ClientConfig& config, const char* key, std::size_t fallback) {
  const std::string* text = lookup(config, key);
  if (text == nullptr) {
    return fallback;
  }
  std::size_t v = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), v);
  if (failed != std::errc() || end != text->data() + text->size()) {
    raise(ErrorKind::config, std::string(key) + "=" + *text + " is not a whole number",
          std::string("write ") + key + "=NUMBER");
  }
  return v;
}

class LogAdmin final : public Admin {
 public:
  LogAdmin(Log& log, Groups& groups) : log_(log), groups_(groups) {}
  std::string log_id() override { return "embedded:" + log_.id(); }
  std::vector<std::string> list_topics() override { return log_.topic_names(); }
  std::optional<TopicDescription> describe(const std::string& topic) override {
    const auto row = log_.topic(topic);
    if (!row) {
      return std::nullopt;
    }
    TopicDescription out{topic, row->partitions, row->config, row->id};
    out.config.try_emplace("cleanup.policy", "delete");
    return out;
  }
  bool create_topic(const TopicSpec& spec) override { return log_.create(spec); }
  void delete_topic(const std::string& topic) override { log_.remove(topic); }
  Watermarks watermarks(const TopicPartition& partition) override { return log_.watermarks(partition); }
  Offsets group_offsets(const std::string& group) override { return log_.committed(group); }
  void alter_group_offsets(const std::string& group, const Offsets& next) override {
    refuse_active(group);
    log_.commit(group, next);
  }
  void delete_group(const std::string& group) override {
    refuse_active(group);
    log_.delete_group(group);
  }

 private:
  void refuse_active(const std::string& group) const {
    if (groups_.active(group)) {
      raise(ErrorKind::conflict, "changing the offsets of group '" + group + "': it has members",
            "stop the connector first");
    }
  }
  Log& log_;
  Groups& groups_;
};

class EmbeddedTopics final : public Topics {
 public:
  EmbeddedTopics(const std::string& folder, rocksdb::Env* env)
      : log_(folder, env), groups_(log_), admin_(log_, groups_) {}

  std::unique_ptr<Producer> producer(const ClientConfig& config, DeliveryListener& listener) override {
    return std::make_unique<LogProducer>(log_, size_of(config, "buffer.memory", 8 << 20),
                                         size_of(config, "max.request.size", 1048576), listener);
  }
  std::unique_ptr<Consumer> consumer(const ClientConfig& config) override {
    const std::string* reset = lookup(config, "auto.offset.reset");
    return std::make_unique<LogConsumer>(
        log_, groups_, config.group_id, reset != nullptr && *reset == "latest",
        std::chrono::milliseconds(size_of(config, "max.poll.interval.ms", 300'000)));
  }
  Admin& admin() override { return admin_; }
  std::string_view kind() const noexcept override { return "embedded"; }
  std::string cluster_id() override { return log_.id(); }

 private:
  Log log_;
  Groups groups_;
  LogAdmin admin_;
};

}  // namespace

std::unique_ptr<Topics> open_embedded(const std::string& folder, rocksdb::Env* env) {
  return std::make_unique<EmbeddedTopics>(folder, env);
}

}  // namespace tandem::topics::embedded
