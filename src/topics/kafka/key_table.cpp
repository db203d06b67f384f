#include "topics/kafka/key_table.hpp"

#include <algorithm>
#include <span>

// Java's names: org.apache.kafka.clients.{CommonClient,producer.Producer,consumer.Consumer}Config of
// Kafka 3.9. Native names: CONFIGURATION.md of librdkafka 2.0.2.
namespace tandem::topics::kafka {
namespace {

constexpr std::string_view kJavaClass = "remove it: classes of Java clients are not loaded here";

constexpr KeyRule kCommon[] = {
    {"client.dns.lookup", Use::no_effect},
    {"client.id", Use::ours},
    {"client.rack", Use::same},
    {"connections.max.idle.ms", Use::same},
    {"default.api.timeout.ms", Use::no_effect},
    {"enable.metrics.push", Use::no_effect},
    {"auto.include.jmx.reporter", Use::no_effect},
    {"interceptor.classes", Use::refused, kJavaClass},
    {"bootstrap.servers", Use::refused,
     "set bootstrap.servers on the worker: all its connectors use one cluster"},
    {"metadata.max.age.ms", Use::ours},
    {"metadata.recovery.strategy", Use::no_effect},
    {"metric.reporters", Use::no_effect},
    {"metrics.num.samples", Use::no_effect},
    {"metrics.recording.level", Use::no_effect},
    {"metrics.sample.window.ms", Use::no_effect},
    {"receive.buffer.bytes", Use::ours},
    {"reconnect.backoff.max.ms", Use::same},
    {"reconnect.backoff.ms", Use::same},
    {"request.timeout.ms", Use::ours},
    {"retry.backoff.ms", Use::same},
    {"retry.backoff.max.ms", Use::no_effect},
    {"sasl.jaas.config", Use::ours},
    {"sasl.kerberos.service.name", Use::same},
    {"sasl.mechanism", Use::ours},
    {"sasl.client.callback.handler.class", Use::refused, kJavaClass},
    {"sasl.login.callback.handler.class", Use::no_effect},
    {"sasl.login.class", Use::refused, kJavaClass},
    {"sasl.oauthbearer.token.endpoint.url", Use::same},
    {"sasl.oauthbearer.extensions", Use::same},
    {"security.protocol", Use::ours},
    {"security.providers", Use::refused, kJavaClass},
    {"send.buffer.bytes", Use::ours},
    {"socket.connection.setup.timeout.ms", Use::same},
    {"socket.connection.setup.timeout.max.ms", Use::no_effect},
    {"ssl.cipher.suites", Use::same},
    {"ssl.enabled.protocols", Use::no_effect},
    {"ssl.endpoint.identification.algorithm", Use::ours},
    {"ssl.engine.factory.class", Use::refused, kJavaClass},
    {"ssl.key.password", Use::ours},
    {"ssl.keymanager.algorithm", Use::no_effect},
    {"ssl.keystore.certificate.chain", Use::ours},
    {"ssl.keystore.key", Use::ours},
    {"ssl.keystore.location", Use::ours},
    {"ssl.keystore.password", Use::ours},
    {"ssl.keystore.type", Use::ours},
    {"ssl.protocol", Use::no_effect},
    {"ssl.provider", Use::no_effect},
    {"ssl.secure.random.implementation", Use::no_effect},
    {"ssl.trustmanager.algorithm", Use::no_effect},
    {"ssl.truststore.certificates", Use::ours},
    {"ssl.truststore.location", Use::ours},
    {"ssl.truststore.password", Use::ours},
    {"ssl.truststore.type", Use::ours},
};

constexpr KeyRule kProducer[] = {
    {"acks", Use::ours},
    {"batch.size", Use::same},
    {"buffer.memory", Use::ours},
    {"compression.gzip.level", Use::renamed, "compression.level"},
    {"compression.lz4.level", Use::renamed, "compression.level"},
    {"compression.zstd.level", Use::renamed, "compression.level"},
    {"compression.type", Use::same},
    {"delivery.timeout.ms", Use::no_effect},  // never gives up, as Connect's own default asks
    {"enable.idempotence", Use::ours},
    {"key.serializer", Use::no_effect},
    {"linger.ms", Use::same},
    {"max.block.ms", Use::no_effect},
    {"max.in.flight.requests.per.connection", Use::ours},
    {"max.request.size", Use::ours},
    {"partitioner.adaptive.partitioning.enable", Use::no_effect},
    {"partitioner.availability.timeout.ms", Use::no_effect},
    {"partitioner.class", Use::refused,
     "remove it: records are partitioned as by Java's default partitioner"},
    {"partitioner.ignore.keys", Use::refused, "remove it: records of one key must keep their order"},
    {"retries", Use::no_effect},
    {"transaction.timeout.ms", Use::no_effect},
    {"transactional.id", Use::refused, "remove it: the worker chooses it"},
    {"value.serializer", Use::no_effect},
};

constexpr KeyRule kConsumer[] = {
    {"allow.auto.create.topics", Use::same},
    {"auto.commit.interval.ms", Use::no_effect},
    {"auto.offset.reset", Use::ours},
    {"check.crcs", Use::same},
    {"enable.auto.commit", Use::ours},
    {"exclude.internal.topics", Use::no_effect},
    {"fetch.max.bytes", Use::ours},
    {"fetch.max.wait.ms", Use::renamed, "fetch.wait.max.ms"},
    {"fetch.min.bytes", Use::same},
    {"group.id", Use::ours},
    {"group.instance.id", Use::same},
    {"group.protocol", Use::ours},
    {"heartbeat.interval.ms", Use::same},
    {"isolation.level", Use::same},
    {"key.deserializer", Use::no_effect},
    {"max.partition.fetch.bytes", Use::renamed, "fetch.message.max.bytes"},
    {"max.poll.interval.ms", Use::same},
    {"max.poll.records", Use::no_effect},  // the caller's: Consumer::poll
    {"partition.assignment.strategy", Use::ours},
    {"session.timeout.ms", Use::same},
    {"value.deserializer", Use::no_effect},
};

const KeyRule* find_in(std::span<const KeyRule> rules, std::string_view key) noexcept {
  const auto it = std::find_if(rules.begin(), rules.end(), [&](const KeyRule& r) { return r.java == key; });
  return it == rules.end() ? nullptr : &*it;
}

}  // namespace

const KeyRule* find_rule(Role role, std::string_view key) noexcept {
  const KeyRule* rule = find_in(kCommon, key);
  if (rule == nullptr && role == Role::producer) {
    rule = find_in(kProducer, key);
  }
  if (rule == nullptr && role == Role::consumer) {
    rule = find_in(kConsumer, key);
  }
  return rule;
}

}  // namespace tandem::topics::kafka
