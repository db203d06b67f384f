#include "topics/kafka/client_config.hpp"

#include "topics/kafka/key_table.hpp"
#include "topics/kafka/security.hpp"

#include <gtest/gtest.h>

/// Java's client settings in librdkafka's words.
namespace tandem::topics::kafka::test {
namespace {

using Map = std::map<std::string, std::string>;

ClientSettings overridden(Role role, Map overrides) {
  return translate(role, "host:9092", {"client", "", {}, std::move(overrides)});
}

Error refusal(Role role, Map overrides) {
  try {
    overridden(role, std::move(overrides));
  } catch (const TandemError& e) {
    return e.error();
  }
  ADD_FAILURE() << "not refused";
  return Error(ErrorKind::fatal, "");
}

TEST(ClientConfig, SourceProducersLoseAndReorderNothingByDefault) {
  const Map native = overridden(Role::producer, {}).native;
  EXPECT_EQ(native.at("bootstrap.servers"), "host:9092");
  EXPECT_EQ(native.at("client.id"), "client");
  EXPECT_EQ(native.at("acks"), "all");
  EXPECT_EQ(native.at("enable.idempotence"), "true");
  EXPECT_EQ(native.at("message.timeout.ms"), "0");
  EXPECT_EQ(native.at("partitioner"), "murmur2_random");
  EXPECT_EQ(overridden(Role::producer, {}).producer_bytes, 32u << 20);
}

TEST(ClientConfig, JavasNamesBecomeTheLibrarysNames) {
  struct Case {
    Role role;
    const char *java, *value, *native, *becomes;
  };
  const Case cases[] = {
      {Role::producer, "linger.ms", "7", "linger.ms", "7"},
      {Role::producer, "batch.size", "16384", "batch.size", "16384"},
      {Role::producer, "compression.type", "zstd", "compression.type", "zstd"},
      {Role::producer, "compression.zstd.level", "3", "compression.level", "3"},
      {Role::producer, "max.request.size", "60000000", "message.max.bytes", "60000000"},
      {Role::producer, "request.timeout.ms", "1234", "socket.timeout.ms", "1234"},
      {Role::producer, "metadata.max.age.ms", "5000", "topic.metadata.refresh.interval.ms", "5000"},
      {Role::producer, "send.buffer.bytes", "-1", "socket.send.buffer.bytes", "0"},
      {Role::producer, "max.in.flight.requests.per.connection", "50", "max.in.flight.requests.per.connection",
       "5"},
      {Role::producer, "enable.idempotence", "false", "max.in.flight.requests.per.connection", "1"},
      {Role::producer, "security.protocol", "SASL_SSL", "security.protocol", "sasl_ssl"},
      {Role::producer, "ssl.endpoint.identification.algorithm", "", "ssl.endpoint.identification.algorithm",
       "none"},
      {Role::producer, "ssl.key.password", "p", "ssl.key.password", "p"},
      {Role::producer, "ssl.keystore.certificate.chain", "PEM", "ssl.certificate.pem", "PEM"},
      {Role::producer, "ssl.truststore.certificates", "PEM", "ssl.ca.pem", "PEM"},
      {Role::producer, "client.rack", "a", "client.rack", "a"},
      {Role::consumer, "max.partition.fetch.bytes", "70000000", "fetch.message.max.bytes", "70000000"},
      {Role::consumer, "fetch.max.wait.ms", "250", "fetch.wait.max.ms", "250"},
      {Role::consumer, "auto.offset.reset", "none", "auto.offset.reset", "error"},
      {Role::consumer, "isolation.level", "read_committed", "isolation.level", "read_committed"},
      {Role::consumer, "session.timeout.ms", "45000", "session.timeout.ms", "45000"},
      {Role::consumer, "group.instance.id", "i", "group.instance.id", "i"},
      {Role::consumer, "partition.assignment.strategy",
       "org.apache.kafka.clients.consumer.RangeAssignor, "
       "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
       "partition.assignment.strategy", "range"},
      {Role::consumer, "partition.assignment.strategy",
       "org.apache.kafka.clients.consumer.CooperativeStickyAssignor", "partition.assignment.strategy",
       "cooperative-sticky"},
  };
  for (const Case& c : cases) {
    const ClientSettings settings = overridden(c.role, {{c.java, c.value}});
    ASSERT_TRUE(settings.native.contains(c.native)) << c.java;
    EXPECT_EQ(settings.native.at(c.native), c.becomes) << c.java << '=' << c.value;
  }
  EXPECT_EQ(overridden(Role::producer, {{"buffer.memory", "123456"}}).producer_bytes, 123'456u);
  EXPECT_EQ(overridden(Role::consumer, {{"group.id", "mine"}}).native.at("group.id"), "mine");
}

TEST(ClientConfig, TheLibraryTakesWhatIsMade) {
  for (const Role role : {Role::producer, Role::consumer, Role::admin}) {
    EXPECT_NO_THROW(make_conf(overridden(role, {})));
  }
  EXPECT_NO_THROW(
      make_conf(overridden(Role::producer, {{"max.request.size", "60000000"}, {"batch.size", "200000000"}})));
  EXPECT_NO_THROW(make_conf(overridden(
      Role::consumer, {{"fetch.max.bytes", "2147483647"}, {"max.partition.fetch.bytes", "900000000"}})));
}

TEST(ClientConfig, ARecordOf60MegabytesPassesWhatJavasSettingsAllow) {
  const Map producer = overridden(Role::producer, {{"max.request.size", "70000000"}}).native;
  EXPECT_EQ(producer.at("message.max.bytes"), "70000000");
  EXPECT_EQ(producer.at("batch.size"), "1000000");
  const Map consumer = overridden(Role::consumer, {{"max.partition.fetch.bytes", "70000000"}}).native;
  EXPECT_EQ(consumer.at("fetch.message.max.bytes"), "70000000");
  EXPECT_EQ(consumer.at("fetch.max.bytes"), "70000000");  // the library refuses less than one partition's
  EXPECT_GE(std::stoll(consumer.at("receive.message.max.bytes")), 70'000'512);
  EXPECT_EQ(overridden(Role::producer, {{"max.request.size", "100000"}}).native.at("batch.size"), "100000");
}

TEST(ClientConfig, EveryQueueOfTheLibraryHasABoundInBytes) {
  const Map producer =
      overridden(Role::producer, {{"buffer.memory", "8000000"}, {"max.request.size", "2000000"}}).native;
  EXPECT_EQ(std::stoll(producer.at("queue.buffering.max.kbytes")), 10'000'000 / 1024 + 1);
  const Map consumer = overridden(Role::consumer, {}).native;
  EXPECT_EQ(consumer.at("queued.max.messages.kbytes"), "2048");
  EXPECT_EQ(consumer.at("fetch.max.bytes"), "4194304");
}

TEST(ClientConfig, ConnectorsMayNotOverrideWhatIsNotKnownOrDangerous) {
  struct Case {
    Role role;
    const char *key, *value, *named;
  };
  const Case cases[] = {
      {Role::producer, "no.such.key", "1", "producer.override.no.such.key=1"},
      {Role::producer, "queue.buffering.max.kbytes", "1", "producer.override.queue.buffering.max.kbytes"},
      {Role::consumer, "plugin.library.paths", "/x.so", "consumer.override.plugin.library.paths"},
      {Role::producer, "interceptor.classes", "a.B", "interceptor.classes=a.B"},
      {Role::producer, "partitioner.class", "a.B", "partitioner.class=a.B"},
      {Role::producer, "transactional.id", "t", "transactional.id=t"},
      {Role::producer, "bootstrap.servers", "other:9092", "bootstrap.servers=other:9092"},
      {Role::producer, "acks", "1", "acks=1"},
      {Role::consumer, "enable.auto.commit", "true", "enable.auto.commit=true"},
      {Role::consumer, "group.protocol", "consumer", "group.protocol=consumer"},
      {Role::consumer, "partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor",
       "StickyAssignor"},
      {Role::producer, "max.request.size", "many", "max.request.size=many"},
      {Role::producer, "buffer.memory", "12MB", "buffer.memory=12MB"},
  };
  for (const Case& c : cases) {
    const Error error = refusal(c.role, {{c.key, c.value}});
    EXPECT_EQ(error.kind, ErrorKind::config) << c.key;
    EXPECT_NE(error.message.find(c.named), std::string::npos) << error.message;
    EXPECT_FALSE(error.remedy.empty()) << c.key;
  }
}

TEST(ClientConfig, TheWorkersOwnKeysStandBesideTheClients) {
  const ClientConfig config{"c",
                            "",
                            {{"group.id", "connect-cluster"},
                             {"offset.storage.topic", "offsets"},
                             {"linger.ms", "9"},
                             {"broker.address.family", "v4"},
                             {"interceptor.classes", "a.B"}},
                            {{"linger.ms", "3"}}};
  const ClientSettings settings = translate(Role::producer, "h:1", config);
  EXPECT_FALSE(settings.native.contains("group.id"));
  EXPECT_FALSE(settings.native.contains("offset.storage.topic"));
  EXPECT_FALSE(settings.native.contains("interceptor.classes"));
  EXPECT_EQ(settings.native.at("broker.address.family"),
            "v4");                                  // the library's own: trusted where the worker says it
  EXPECT_EQ(settings.native.at("linger.ms"), "3");  // the connector's word is the last
}

TEST(ClientConfig, AValueThatTheLibraryRefusesIsNamedAndASecretIsNot) {
  auto refused = [](const char* key, const char* value) {
    ClientSettings settings;
    settings.native = {{key, value}};
    try {
      make_conf(settings);
    } catch (const TandemError& e) {
      return e.error().message;
    }
    return std::string();
  };
  EXPECT_NE(refused("linger.ms", "soon").find("linger.ms=soon"), std::string::npos);
  const std::string hidden = refused("ssl.no.such.password", "hunter2");
  EXPECT_NE(hidden.find("ssl.no.such.password"), std::string::npos);
  EXPECT_EQ(hidden.find("hunter2"), std::string::npos);
}

TEST(ClientConfig, KeysBelongToTheirClients) {
  EXPECT_NE(find_rule(Role::producer, "linger.ms"), nullptr);
  EXPECT_EQ(find_rule(Role::consumer, "linger.ms"), nullptr);
  EXPECT_EQ(find_rule(Role::admin, "max.poll.records"), nullptr);
  EXPECT_NE(find_rule(Role::admin, "ssl.truststore.location"), nullptr);
}

TEST(Jaas, OptionsAreReadAsJavaReadsThem) {
  const Map read = parse_jaas(
      "  org.apache.kafka.common.security.scram.ScramLoginModule  required\n  username=\"al;ice\"\n "
      "password='a\"b\\'c' tokenauth=true ;");
  EXPECT_EQ(read.at(""), "org.apache.kafka.common.security.scram.ScramLoginModule");
  EXPECT_EQ(read.at("username"), "al;ice");
  EXPECT_EQ(read.at("password"), "a\"b'c");
  EXPECT_EQ(read.at("tokenauth"), "true");
  for (const char* broken : {"", "Module;", "Module required username=\"a\"", "Module required username=\"a;",
                             "Module required user;"}) {
    EXPECT_THROW(parse_jaas(broken), TandemError) << broken;
  }
}

TEST(Jaas, LoginModulesBecomeTheLibrarysSettings) {
  auto with = [](const std::string& mechanism, const std::string& jaas) {
    return overridden(Role::consumer, {{"sasl.mechanism", mechanism}, {"sasl.jaas.config", jaas}}).native;
  };
  Map native =
      with("SCRAM-SHA-512",
           "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\";");
  EXPECT_EQ(native.at("sasl.mechanism"), "SCRAM-SHA-512");
  EXPECT_EQ(native.at("sasl.username"), "u");
  EXPECT_EQ(native.at("sasl.password"), "p");
  native = with("OAUTHBEARER",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
                "clientId=\"id\" clientSecret=\"s\" scope=\"x\";");
  EXPECT_EQ(native.at("sasl.oauthbearer.method"), "oidc");
  EXPECT_EQ(native.at("sasl.oauthbearer.client.id"), "id");
  EXPECT_EQ(native.at("sasl.oauthbearer.scope"), "x");
  native = with("GSSAPI",
                "com.sun.security.auth.module.Krb5LoginModule required keyTab=\"/k\" principal=\"me@R\" "
                "serviceName=\"kafka\";");
  EXPECT_EQ(native.at("sasl.kerberos.keytab"), "/k");
  EXPECT_EQ(native.at("sasl.kerberos.principal"), "me@R");
  EXPECT_EQ(native.at("sasl.kerberos.service.name"), "kafka");
  Error error = refusal(
      Role::consumer, {{"sasl.mechanism", "PLAIN"},
                       {"sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\";"}});
  EXPECT_NE(error.message.find("password"), std::string::npos);
  error = refusal(Role::consumer, {{"sasl.mechanism", "CUSTOM"},
                                   {"sasl.jaas.config", "com.acme.LoginModule required a=\"b\";"}});
  EXPECT_NE(error.message.find("com.acme.LoginModule"), std::string::npos);
  EXPECT_NE(error.remedy.find("SCRAM-SHA-512"), std::string::npos);
}

}  // namespace
}  // namespace tandem::topics::kafka::test
