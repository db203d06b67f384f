#include "connectors/clients/postgres/connection.hpp"
#include "connectors/clients/postgres/copy.hpp"
#include "connectors/clients/postgres/pipeline.hpp"
#include "tests/support/postgres_server.hpp"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::postgres {
namespace {

using ::testing::HasSubstr;

std::string be32(std::uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
          static_cast<char>(v)};
}

TEST(PostgresClient, QueriesWithTextAndBinaryParameters) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  EXPECT_GE(c.server_version(), 140000);
  const std::string n = be32(41);
  const Rows rows = c.query("SELECT $1::int4 + 1, $2::text || 'x', $3::text",
                            {Param::raw(n, 23), Param::text("a"), Param::none(25)}, ResultFormat::binary);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows.at(0, 0), be32(42));
  EXPECT_EQ(rows.at(0, 1), "ax");
  EXPECT_TRUE(rows.is_null(0, 2));
  EXPECT_EQ(rows.column_type(0), 23U);
  c.prepare("twice", "SELECT $1 * 2", std::vector<Oid>{23});
  EXPECT_EQ(c.execute_prepared("twice", std::vector<Param>{Param::text("21")}).at(0, 0), "42");
}

TEST(PostgresClient, ErrorsNameTheStatementAndLeaveTheConnectionUsable) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  try {
    c.query("SELECT * FROM table_that_is_not_there");
    FAIL();
  } catch (const SqlError& e) {
    EXPECT_EQ(e.sqlstate(), "42P01");
    EXPECT_EQ(e.kind(), ErrorKind::schema);
    EXPECT_TRUE(e.connection_usable());
    EXPECT_THAT(e.what(), HasSubstr("table_that_is_not_there"));
  }
  EXPECT_EQ(c.query("SELECT 1").at(0, 0), "1");
}

TEST(PostgresClient, WrongPasswordAndDatabaseAreToldApart) {
  TANDEM_NEEDS_POSTGRES(server);
  auto options = server.options;
  options.dbname = "no_such_database";
  try {
    Connection c(options);
    FAIL();
  } catch (const SqlError& e) {
    EXPECT_EQ(e.sqlstate(), "3D000") << e.what();
    EXPECT_EQ(e.kind(), ErrorKind::not_found);
    EXPECT_FALSE(e.connection_usable());
    EXPECT_THAT(e.what(), ::testing::Not(HasSubstr("LOCATION")));
  }
  options = server.options;
  options.port = 1;
  try {
    Connection c(options);
    FAIL();
  } catch (const SqlError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::transient);
  }
}

TEST(PostgresClient, PipelineGivesResultsInOrder) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  c.query("CREATE TEMP TABLE t(id int PRIMARY KEY, v text)");
  Pipeline p(c);
  p.add("BEGIN");
  p.prepare("ins", "INSERT INTO t VALUES ($1, $2)");
  const std::string big(3000, 'x');
  for (int i = 0; i < 2000; ++i) {
    p.add_prepared("ins", std::vector<Param>{Param::text(std::to_string(i)), Param::text(big)});
  }
  p.add("SELECT id, v FROM t ORDER BY id");
  p.add("COMMIT");
  const auto results = p.run();
  ASSERT_EQ(results.size(), 2004U);
  EXPECT_EQ(results[2].affected(), 1U);
  EXPECT_EQ(results[2002].size(), 2000);
  EXPECT_EQ(results[2002].at(1999, 0), "1999");
  EXPECT_EQ(c.query("SELECT count(*) FROM t").at(0, 0), "2000");
}

TEST(PostgresClient, PipelineNamesTheFailingStatementAndRollsBack) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  c.query("CREATE TEMP TABLE t(id int PRIMARY KEY)");
  Pipeline p(c);
  for (int round = 0; round < 2; ++round) {
    p.add("BEGIN");
    p.add("INSERT INTO t VALUES (1)");
    p.add("INSERT INTO t VALUES (1)");
    p.add("INSERT INTO t VALUES (2)");
    p.add("COMMIT");
    try {
      p.run();
      FAIL();
    } catch (const PipelineError& e) {
      EXPECT_EQ(e.index(), 2U);
      EXPECT_EQ(e.sqlstate(), "23505");
      EXPECT_EQ(e.kind(), ErrorKind::data);
      EXPECT_TRUE(e.connection_usable());
    }
    EXPECT_FALSE(c.in_transaction());
    EXPECT_EQ(c.query("SELECT count(*) FROM t").at(0, 0), "0");
  }
}

TEST(PostgresClient, PipelineOnALostConnectionFailsForGood) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  Connection other(server.options);
  Pipeline p(c);
  p.add("SELECT 1");
  p.run();
  other.query("SELECT pg_terminate_backend(" + std::to_string(c.backend_pid()) + ")");
  p.add("SELECT pg_sleep(1)");
  try {
    p.run();
    FAIL();
  } catch (const PipelineError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::transient) << e.what();
    EXPECT_FALSE(e.connection_usable());
  }
}

TEST(PostgresClient, CopiesBothWays) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  c.query("CREATE TEMP TABLE t(id int, v text)");
  CopyIn in = c.copy_in("COPY t FROM STDIN");
  for (int i = 0; i < 1000; ++i) {
    in.write(std::to_string(i) + "\tvalue\n");
  }
  EXPECT_EQ(in.finish(), 1000U);
  {
    CopyOut out = c.copy_out("COPY t TO STDOUT");
    BytesView row;
    int rows = 0;
    while (out.next(row)) {
      EXPECT_EQ(row, std::to_string(rows) + "\tvalue\n");
      ++rows;
    }
    EXPECT_EQ(rows, 1000);
  }
  { CopyOut early = c.copy_out("COPY (SELECT generate_series(1, 10000000)) TO STDOUT"); }
  {
    CopyIn abandoned = c.copy_in("COPY t FROM STDIN");
    abandoned.write("1\tx\n");
  }
  EXPECT_EQ(c.query("SELECT count(*) FROM t").at(0, 0), "1000");
  CopyIn bad = c.copy_in("COPY t FROM STDIN");
  bad.write("no number\tx\n");
  EXPECT_THROW(bad.finish(), SqlError);
  EXPECT_EQ(c.query("SELECT count(*) FROM t").at(0, 0), "1000");
}

TEST(PostgresClient, SingleRowModeStreamsAndStops) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  int rows = 0;
  c.for_each_row("SELECT generate_series(1, $1::int)", std::vector<Param>{Param::text("5000")},
                 [&](const Rows&) { ++rows; });
  EXPECT_EQ(rows, 5000);
  EXPECT_THROW(c.for_each_row("SELECT generate_series(1, 100000000)", {},
                              [&](const Rows&) { throw std::runtime_error("enough"); }),
               std::runtime_error);
  EXPECT_EQ(c.query("SELECT 1").at(0, 0), "1");
  EXPECT_THROW(c.for_each_row("SELECT 1 / (g - 3) FROM generate_series(1, 5) g", {}, [](const Rows&) {}),
               SqlError);
  EXPECT_EQ(c.query("SELECT 1").at(0, 0), "1");
}

TEST(PostgresClient, CancelAndAbortFromAnotherThread) {
  TANDEM_NEEDS_POSTGRES(server);
  Connection c(server.options);
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    c.cancel();
  });
  try {
    c.query("SELECT pg_sleep(20)");
    FAIL();
  } catch (const SqlError& e) {
    EXPECT_EQ(e.sqlstate(), "57014");
    EXPECT_TRUE(e.connection_usable());
  }
  canceller.join();
  std::jthread aborter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    c.abort();
  });
  try {
    c.query("SELECT pg_sleep(20)");
    FAIL();
  } catch (const SqlError& e) {
    EXPECT_FALSE(e.connection_usable());
    EXPECT_EQ(e.kind(), ErrorKind::transient);
  }
}

}  // namespace
}  // namespace tandem::postgres
