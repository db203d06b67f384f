#include "topics/kafka/admin.hpp"

#include "topics/kafka/errors.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace tandem::topics::kafka {
namespace {

constexpr int kLimitMs = 30'000;
constexpr auto kSettle = std::chrono::seconds(10);  // for the brokers to agree on who leads a partition
constexpr auto kPause = std::chrono::milliseconds(50);

/// A partition just made, or moving to another broker; librdkafka asks for nothing again here.
bool has_no_leader_yet(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/// One admin request: its options, its queue, its answer.
class Request {
 public:
  Request(rd_kafka_t* client, rd_kafka_admin_op_t operation, std::string doing)
      : doing_(std::move(doing)),
        queue_(rd_kafka_queue_new(client)),
        options_(rd_kafka_AdminOptions_new(client, operation)) {
    char why[256];
    rd_kafka_AdminOptions_set_request_timeout(options_.get(), kLimitMs, why, sizeof why);
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS) {
      // wait until the controller has done it
      rd_kafka_AdminOptions_set_operation_timeout(options_.get(), kLimitMs, why, sizeof why);
    }
  }
  rd_kafka_AdminOptions_t* options() const { return options_.get(); }
  rd_kafka_queue_t* queue() const { return queue_.get(); }

  rd_kafka_event_t* answer() {
    answer_.reset(rd_kafka_queue_poll(queue_.get(), kLimitMs + 5'000));
    if (!answer_) {
      raise_error(RD_KAFKA_RESP_ERR__TIMED_OUT, doing_);
    }
    check(rd_kafka_event_error(answer_.get()), rd_kafka_event_error_string(answer_.get()));
    return answer_.get();
  }
  void check(rd_kafka_resp_err_t code, const char* detail = nullptr) const {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      raise_error(code, doing_, detail == nullptr ? "" : detail);
    }
  }
  void check(const rd_kafka_error_t* error) const {
    if (error != nullptr) {
      check(rd_kafka_error_code(error), rd_kafka_error_string(error));
    }
  }

 private:
  std::string doing_;
  Queue queue_;
  AdminOptions options_;
  Event answer_;
};

void check_partitions(const Request& request, const rd_kafka_topic_partition_list_t& list) {
  for (int i = 0; i < list.cnt; ++i) {
    request.check(list.elems[i].err);
  }
}

}  // namespace

rd_kafka_t* KafkaAdmin::client() {
  const std::lock_guard lock(mutex_);
  if (!client_) {
    // A consumer never makes a topic by asking for it, a producer does.
    client_ = make_client(RD_KAFKA_CONSUMER, make_conf(settings_));
  }
  return client_.get();
}

Metadata KafkaAdmin::metadata() {
  const rd_kafka_metadata_t* data = nullptr;
  const rd_kafka_resp_err_t code = rd_kafka_metadata(client(), 1, nullptr, &data, kLimitMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    raise_error(code, "listing topics at " + settings_.native.at("bootstrap.servers"));
  }
  return Metadata(data);
}

std::string KafkaAdmin::cluster_id(int limit_ms) {
  char* id = rd_kafka_clusterid(client(), limit_ms);
  if (id == nullptr) {
    return {};
  }
  std::string out(id);
  rd_kafka_mem_free(client(), id);
  return out;
}

std::string KafkaAdmin::log_id() {
  const std::string id = cluster_id(kLimitMs);
  if (id.empty()) {
    raise_error(RD_KAFKA_RESP_ERR__TIMED_OUT,
                "asking " + settings_.native.at("bootstrap.servers") + " for its cluster id");
  }
  return "kafka:" + id;
}

std::vector<std::string> KafkaAdmin::list_topics() {
  const Metadata data = metadata();
  std::vector<std::string> out;
  for (int i = 0; i < data->topic_cnt; ++i) {
    out.emplace_back(data->topics[i].topic);
  }
  return out;
}

std::optional<TopicDescription> KafkaAdmin::describe(const std::string& topic) {
  const Metadata data = metadata();
  TopicDescription out;
  out.name = topic;
  for (int i = 0; i < data->topic_cnt; ++i) {
    if (data->topics[i].topic == topic && data->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      out.partitions = data->topics[i].partition_cnt;
    }
  }
  if (out.partitions == 0) {
    return std::nullopt;
  }
  Request request(client(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "describing topic '" + topic + "'");
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* one = resource.get();
  rd_kafka_DescribeConfigs(client(), &one, 1, request.options(), request.queue());
  const auto* result = rd_kafka_event_DescribeConfigs_result(request.answer());
  std::size_t resources = 0;
  const auto* list = rd_kafka_DescribeConfigs_result_resources(result, &resources);
  for (std::size_t i = 0; i < resources; ++i) {
    request.check(rd_kafka_ConfigResource_error(list[i]), rd_kafka_ConfigResource_error_string(list[i]));
    std::size_t entries = 0;
    const auto* entry = rd_kafka_ConfigResource_configs(list[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      if (const char* value = rd_kafka_ConfigEntry_value(entry[j])) {
        out.config[rd_kafka_ConfigEntry_name(entry[j])] = value;
      }
    }
  }
  return out;
}

bool KafkaAdmin::create_topic(const TopicSpec& spec) {
  Request request(client(), RD_KAFKA_ADMIN_OP_CREATETOPICS, "creating topic '" + spec.name + "'");
  char why[512];
  const NewTopic topic(
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication_factor, why, sizeof why));
  if (!topic) {
    raise(ErrorKind::config, "creating topic '" + spec.name + "': " + why,
          "correct the topic.creation.* settings");
  }
  for (const auto& [key, value] : spec.config) {
    rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
  }
  rd_kafka_NewTopic_t* one = topic.get();
  rd_kafka_CreateTopics(client(), &one, 1, request.options(), request.queue());
  const auto* result = rd_kafka_event_CreateTopics_result(request.answer());
  std::size_t count = 0;
  const auto* topics = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      return false;
    }
    request.check(code, rd_kafka_topic_result_error_string(topics[i]));
  }
  wait_for_leaders(spec.name);
  return true;
}

/// The controller answers before the brokers know: what comes next would still be told that there is no such
/// topic.
void KafkaAdmin::wait_for_leaders(const std::string& topic) {
  const auto until = std::chrono::steady_clock::now() + kSettle;
  for (;;) {
    const Metadata data = metadata();
    for (int i = 0; i < data->topic_cnt; ++i) {
      const auto& t = data->topics[i];
      if (t.topic == topic && t.err == RD_KAFKA_RESP_ERR_NO_ERROR && t.partition_cnt > 0 &&
          std::all_of(t.partitions, t.partitions + t.partition_cnt,
                      [](const auto& p) { return p.leader >= 0; })) {
        return;
      }
    }
    if (std::chrono::steady_clock::now() > until) {
      return;  // made it is; who writes to it waits for a leader
    }
    std::this_thread::sleep_for(kPause);
  }
}

void KafkaAdmin::delete_topic(const std::string& topic) {
  Request request(client(), RD_KAFKA_ADMIN_OP_DELETETOPICS, "deleting topic '" + topic + "'");
  const DeleteTopic name(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* one = name.get();
  rd_kafka_DeleteTopics(client(), &one, 1, request.options(), request.queue());
  const auto* result = rd_kafka_event_DeleteTopics_result(request.answer());
  std::size_t count = 0;
  const auto* topics = rd_kafka_DeleteTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    request.check(rd_kafka_topic_result_error(topics[i]), rd_kafka_topic_result_error_string(topics[i]));
  }
}

Watermarks KafkaAdmin::watermarks(const TopicPartition& partition) {
  Watermarks out;
  const auto until = std::chrono::steady_clock::now() + kSettle;
  for (;;) {
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        client(), partition.topic.c_str(), partition.partition, &out.low, &out.high, kLimitMs);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return out;
    }
    if (has_no_leader_yet(code) && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    raise_error(code, "reading the first and last offset of " + partition.topic + "-" +
                          std::to_string(partition.partition));
  }
}

Offsets KafkaAdmin::group_offsets(const std::string& group) {
  // librdkafka 2.0 asks only for partitions that are named, so all are.
  const Metadata data = metadata();
  PartitionList all(rd_kafka_topic_partition_list_new(data->topic_cnt));
  for (int i = 0; i < data->topic_cnt; ++i) {
    for (int p = 0; p < data->topics[i].partition_cnt; ++p) {
      rd_kafka_topic_partition_list_add(all.get(), data->topics[i].topic, data->topics[i].partitions[p].id);
    }
  }
  Offsets out;
  if (all->cnt == 0) {
    return out;
  }
  Request request(client(), RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
                  "reading the offsets of group '" + group + "'");
  const ListGroupOffsets list(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), all.get()));
  rd_kafka_ListConsumerGroupOffsets_t* one = list.get();
  rd_kafka_ListConsumerGroupOffsets(client(), &one, 1, request.options(), request.queue());
  const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(request.answer());
  std::size_t count = 0;
  const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    request.check(rd_kafka_group_result_error(groups[i]));
    const auto* partitions = rd_kafka_group_result_partitions(groups[i]);
    for (int p = 0; p < partitions->cnt; ++p) {
      const auto& e = partitions->elems[p];
      if (e.err == RD_KAFKA_RESP_ERR_NO_ERROR && e.offset >= 0) {
        out[{e.topic, e.partition}] = e.offset;
      }
    }
  }
  return out;
}

void KafkaAdmin::alter_group_offsets(const std::string& group, const Offsets& next) {
  PartitionList set(rd_kafka_topic_partition_list_new(1));
  PartitionList drop(rd_kafka_topic_partition_list_new(1));
  for (const auto& [p, offset] : next) {
    auto* list = offset < 0 ? drop.get() : set.get();
    rd_kafka_topic_partition_list_add(list, p.topic.c_str(), p.partition)->offset = offset;
  }
  const std::string doing = "changing the offsets of group '" + group + "'";
  auto conflict = [&](const TandemError& e) -> TandemError {
    Error error = e.error();
    // An active group answers an offset commit from outside with UNKNOWN_MEMBER_ID.
    if (error.message.find("(UNKNOWN_MEMBER_ID)") != std::string::npos) {
      error = Error(ErrorKind::conflict, doing + ": it has members", "stop the connector first");
    }
    return TandemError(std::move(error));
  };
  try {
    if (set->cnt > 0) {
      Request request(client(), RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, doing);
      const AlterGroupOffsets alter(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), set.get()));
      rd_kafka_AlterConsumerGroupOffsets_t* one = alter.get();
      rd_kafka_AlterConsumerGroupOffsets(client(), &one, 1, request.options(), request.queue());
      std::size_t count = 0;
      const auto* groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
          rd_kafka_event_AlterConsumerGroupOffsets_result(request.answer()), &count);
      for (std::size_t i = 0; i < count; ++i) {
        request.check(rd_kafka_group_result_error(groups[i]));
        check_partitions(request, *rd_kafka_group_result_partitions(groups[i]));
      }
    }
    if (drop->cnt > 0) {
      Request request(client(), RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, doing);
      const DeleteGroupOffsets remove(rd_kafka_DeleteConsumerGroupOffsets_new(group.c_str(), drop.get()));
      rd_kafka_DeleteConsumerGroupOffsets_t* one = remove.get();
      rd_kafka_DeleteConsumerGroupOffsets(client(), &one, 1, request.options(), request.queue());
      std::size_t count = 0;
      const auto* groups = rd_kafka_DeleteConsumerGroupOffsets_result_groups(
          rd_kafka_event_DeleteConsumerGroupOffsets_result(request.answer()), &count);
      for (std::size_t i = 0; i < count; ++i) {
        request.check(rd_kafka_group_result_error(groups[i]));
        check_partitions(request, *rd_kafka_group_result_partitions(groups[i]));
      }
    }
  } catch (const TandemError& e) {
    throw conflict(e);
  }
}

void KafkaAdmin::delete_group(const std::string& group) {
  Request request(client(), RD_KAFKA_ADMIN_OP_DELETEGROUPS, "deleting group '" + group + "'");
  const DeleteGroup name(rd_kafka_DeleteGroup_new(group.c_str()));
  rd_kafka_DeleteGroup_t* one = name.get();
  rd_kafka_DeleteGroups(client(), &one, 1, request.options(), request.queue());
  std::size_t count = 0;
  const auto* groups =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(request.answer()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[i]);
    if (error == nullptr || rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) {
      request.check(error);
    }
  }
}

}  // namespace tandem::topics::kafka
