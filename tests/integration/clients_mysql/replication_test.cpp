#include "connectors/clients/mysql/replication_stream.hpp"
#include "tests/integration/clients_mysql/server.hpp"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::mysql {
namespace {

using namespace std::chrono_literals;

ReplicationOptions at_the_end(Connection& c, const ConnectionOptions& connection, std::uint32_t server_id) {
  ReplicationOptions r;
  r.connection = connection;
  r.server_id = server_id;
  const auto status = c.query(c.server().at_least(8, 2) && !c.server().is_mariadb() ? "SHOW BINARY LOG STATUS"
                                                                                    : "SHOW MASTER STATUS");
  r.file = std::string(*status.at(0, "File"));
  r.position = std::stoull(std::string(*status.at(0, "Position")));
  return r;
}

TEST(ReplicationStream, DeliversEventsAndHeartbeatsAndStops) {
  TANDEM_NEED_MYSQL(options);
  Connection c(options);
  auto r = at_the_end(c, options, 712001);
  r.heartbeat = 300ms;
  ReplicationStream stream(r);
  std::stop_source stop;
  std::vector<int> types;
  while (types.empty() || types.back() != 27) {  // HEARTBEAT_LOG_EVENT
    auto packet = stream.next(stop.get_token());
    ASSERT_TRUE(packet.has_value()) << packet.error().text();
    ASSERT_TRUE(packet.value().has_value());
    types.push_back(static_cast<unsigned char>((*packet.value())[4]));
  }
  EXPECT_EQ(types[0], 4);  // ROTATE, made up to name the file
  EXPECT_THAT(types, testing::Contains(15));
  std::jthread other([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  for (;;) {
    auto packet = stream.next(stop.get_token());
    if (!packet.has_value()) {
      EXPECT_EQ(packet.error().kind, ErrorKind::cancelled);
      break;
    }
  }
}

TEST(ReplicationStream, APurgedFileIsFatalWithARemedy) {
  TANDEM_NEED_MYSQL(options);
  ReplicationOptions r;
  r.connection = options;
  r.server_id = 712002;
  r.file = "no-such-file.000001";
  ReplicationStream stream(r);
  for (;;) {
    auto packet = stream.next({});
    if (!packet.has_value()) {
      EXPECT_EQ(packet.error().kind, ErrorKind::fatal);
      EXPECT_THAT(packet.error().remedy, testing::HasSubstr("snapshot"));
      return;
    }
    ASSERT_TRUE(packet.value().has_value());
  }
}

TEST(ReplicationStream, ReadsByGtidSet) {
  TANDEM_NEED_MYSQL(options);
  Connection c(options);
  if (c.server().is_mariadb() || c.query_value("SELECT @@gtid_mode") != "ON") {
    GTEST_SKIP() << "gtid_mode is not ON";
  }
  ReplicationOptions r;
  r.connection = options;
  r.server_id = 712003;
  r.gtid_set = std::string(8, '\0');  // no transactions
  ReplicationStream stream(r);
  auto packet = stream.next({});
  // An old server may have purged its first logs: then the refusal has to be the right one.
  if (packet.has_value()) {
    EXPECT_EQ((*packet.value())[4], 4);
  } else {
    EXPECT_EQ(packet.error().kind, ErrorKind::fatal);
  }
}

TEST(ReplicationStream, NeedsAServerId) {
  EXPECT_THROW(ReplicationStream{ReplicationOptions{}}, TandemError);
}

}  // namespace
}  // namespace tandem::mysql
