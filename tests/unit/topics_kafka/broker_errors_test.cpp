#include "tests/contract/topics/topics_fixture.hpp"
#include "topics/kafka/handles.hpp"
#include "topics/kafka/kafka_topics.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

/// What brokers may answer, played by the library's own mock cluster: what is tried again, and what is told.
namespace tandem::topics::test {
namespace {

// Numbers of requests: "Api Keys" of Kafka's protocol guide.
constexpr std::int16_t kProduce = 0, kFetch = 1, kOffsetCommit = 8, kFindCoordinator = 10, kJoinGroup = 11,
                       kInitProducerId = 22;

using Cluster =
    std::unique_ptr<rd_kafka_mock_cluster_t,
                    decltype([](rd_kafka_mock_cluster_t* p) { rd_kafka_mock_cluster_destroy(p); })>;

class BrokerErrors : public ::testing::Test {
 protected:
  void SetUp() override {
    char why[256];
    host_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why));
    cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), 1));
    rd_kafka_mock_topic_create(cluster_.get(), "t", 1, 1);
    topics_ = kafka::open_kafka(rd_kafka_mock_cluster_bootstraps(cluster_.get()), {"mock-admin", "", {}, {}});
  }
  void answer(std::int16_t request, std::vector<rd_kafka_resp_err_t> codes) {
    rd_kafka_mock_push_request_errors_array(cluster_.get(), request, codes.size(), codes.data());
  }
  std::unique_ptr<Producer> producer(Acks& acks, std::map<std::string, std::string> overrides = {}) {
    overrides.emplace("retry.backoff.ms", "20");
    return topics_->producer({"mock-producer", "", {}, std::move(overrides)}, acks);
  }
  std::unique_ptr<Consumer> consumer(const std::string& group,
                                     std::map<std::string, std::string> overrides = {}) {
    return topics_->consumer({"mock-consumer", group, {}, std::move(overrides)});
  }
  static std::vector<OutRecord> numbered(const std::vector<std::string>& values) {
    std::vector<OutRecord> out;
    for (const std::string& v : values) {
      OutRecord& r = out.emplace_back();
      r.topic = "t";
      r.partition = 0;
      r.value = v;
    }
    return out;
  }
  void write(const std::vector<std::string>& values) {
    Acks acks;
    const auto p = producer(acks);
    p->send(1, numbered(values), {});
    ASSERT_TRUE(wait_done(*p, acks, 1));
  }
  std::vector<std::string> all_values(std::size_t count) {
    const auto c = consumer("");
    c->assign({{{"t", 0}, 0}});
    std::vector<std::string> out;
    for (const Read& r : read_some(*c, count)) {
      out.push_back(r.value.value_or(""));
    }
    return out;
  }
  /// What `does` throws; kind fatal and no text when nothing.
  template <class F>
  static Error thrown(F&& does, std::chrono::milliseconds limit = 15s) {
    const auto until = std::chrono::steady_clock::now() + limit;
    try {
      while (std::chrono::steady_clock::now() < until) {
        does();
      }
    } catch (const TandemError& e) {
      return e.error();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorKind::fatal, "");
  }

  kafka::Client host_;
  Cluster cluster_;
  std::unique_ptr<Topics> topics_;
};

TEST_F(BrokerErrors, PassingOnesAreTriedAgainInOrderAndWithoutRepeats) {
  Acks acks;
  // No lost connection among them: the mock keeps no sequence numbers, so it would keep
  // what a broker drops as a repeat; one request at a time, because it would not refuse what overtook either.
  const auto p = producer(acks, {{"batch.size", "1"}, {"max.in.flight.requests.per.connection", "1"}});
  answer(kProduce, {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT});
  const std::vector<std::string> values{"0", "1", "2", "3", "4", "5", "6", "7"};
  p->send(1, numbered(values), {});
  ASSERT_TRUE(wait_done(*p, acks, 1));
  EXPECT_TRUE(acks.failures.empty()) << acks.failures[0].error.text();
  EXPECT_EQ(p->bytes_in_flight(), 0u);
  EXPECT_EQ(all_values(8), values);
}

TEST_F(BrokerErrors, ABrokerThatIsAwayIsWaitedFor) {
  Acks acks;
  const auto p = producer(acks);
  write({"before"});
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  const std::vector<std::string> values{"away"};
  p->send(1, numbered(values), {});
  EXPECT_FALSE(p->flush(700ms));
  EXPECT_TRUE(acks.failures.empty());
  EXPECT_GT(p->bytes_in_flight(), 0u);
  rd_kafka_mock_broker_set_up(cluster_.get(), 1);
  EXPECT_TRUE(p->flush(20s));
  EXPECT_TRUE(acks.failures.empty());
  EXPECT_EQ(all_values(2), (std::vector<std::string>{"before", "away"}));
}

TEST_F(BrokerErrors, ARequestTooLargeIsSplitAndOnlyARecordRefusedAloneFails) {
  Acks acks;
  const auto p = producer(acks, {{"linger.ms", "20"}});
  // The request whole, then the second of its records.
  answer(kProduce, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_NO_ERROR,
                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  const std::vector<std::string> values{"0", "1", "2"};
  p->send(1, numbered(values), {});
  ASSERT_TRUE(wait_done(*p, acks, 1));
  ASSERT_EQ(acks.failures.size(), 1u);
  EXPECT_EQ(acks.failures[0].index, 1u);
  EXPECT_EQ(acks.failures[0].error.kind, ErrorKind::data);
  EXPECT_NE(acks.failures[0].error.remedy.find("max.message.bytes"), std::string::npos);
  EXPECT_EQ(all_values(2), (std::vector<std::string>{"0", "2"}));
}

TEST_F(BrokerErrors, AMissingRightToWriteIsNamedWithItsGrant) {
  Acks acks;
  const auto p = producer(acks);
  answer(kProduce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  const std::vector<std::string> values{"0"};
  p->send(1, numbered(values), {});
  ASSERT_TRUE(wait_done(*p, acks, 1));
  ASSERT_EQ(acks.failures.size(), 1u);
  EXPECT_EQ(acks.failures[0].error.kind, ErrorKind::auth);
  EXPECT_NE(acks.failures[0].error.message.find("topic 't'"), std::string::npos);
  EXPECT_NE(acks.failures[0].error.remedy.find("kafka-acls --add"), std::string::npos);
}

TEST_F(BrokerErrors, AFatalOneStopsTheProducerAndNamesItsReason) {
  answer(kInitProducerId,
         {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED});
  Acks acks;
  const auto p = producer(acks);
  const std::vector<std::string> values{"0"};
  const auto records = numbered(values);
  bool sent = false;
  const Error error = thrown([&] {
    if (!std::exchange(sent, true)) {
      p->send(1, records, {});
    }
    p->poll(50ms);
  });
  EXPECT_EQ(error.kind, ErrorKind::auth) << error.text();
  EXPECT_NE(error.message.find("CLUSTER_AUTHORIZATION_FAILED"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("IdempotentWrite"), std::string::npos) << error.remedy;
}

TEST_F(BrokerErrors, ReadingGoesOnAfterPassingErrors) {
  write({"0", "1"});
  answer(kFetch, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
                  RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR__TRANSPORT});
  EXPECT_EQ(all_values(2), (std::vector<std::string>{"0", "1"}));
}

TEST_F(BrokerErrors, AMissingRightToReadIsThrownWithItsGrant) {
  write({"0"});
  answer(kFetch, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  const auto c = consumer("");
  c->assign({{{"t", 0}, 0}});
  const Error error = thrown([&] { c->poll(50ms, 1, 1); });
  EXPECT_EQ(error.kind, ErrorKind::auth) << error.text();
  EXPECT_NE(error.message.find("'t'"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("--operation Read"), std::string::npos);
}

TEST_F(BrokerErrors, APositionThatIsNotInTheTopicIsThrownWhereNoResetIsAllowed) {
  write({"0"});
  const auto c = consumer("", {{"auto.offset.reset", "none"}});
  c->assign({{{"t", 0}, 1000}});
  const Error error = thrown([&] { c->poll(50ms, 1, 1); });
  EXPECT_EQ(error.kind, ErrorKind::fatal) << error.text();
  EXPECT_NE(error.remedy.find("reset the connector's offsets"), std::string::npos) << error.remedy;
}

TEST_F(BrokerErrors, AGroupComesTogetherOverPassingErrorsAndRefusedCommitsAreTold) {
  write({"0", "1"});
  answer(kFindCoordinator,
         {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  answer(kJoinGroup, {RD_KAFKA_RESP_ERR_NOT_COORDINATOR});
  Rebalances listener;
  const auto c = consumer("g");
  c->subscribe({"t"}, listener);
  EXPECT_EQ(read_some(*c, 2).size(), 2u);
  answer(kOffsetCommit, {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS});
  Error error = thrown([&] { c->commit({{{"t", 0}, 1}}); });
  EXPECT_EQ(error.kind, ErrorKind::transient) << error.text();
  EXPECT_NE(error.message.find("group 'g'"), std::string::npos);
  answer(kOffsetCommit, {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED});
  error = thrown([&] { c->commit({{{"t", 0}, 1}}); });
  EXPECT_EQ(error.kind, ErrorKind::auth) << error.text();
  EXPECT_NE(error.remedy.find("--group"), std::string::npos);
}

}  // namespace
}  // namespace tandem::topics::test
