#include "connectors/sql_sink/dialect.hpp"

#include "connectors/sql_sink/mysql/dialect.hpp"
#include "connectors/sql_sink/postgres/dialect.hpp"

#include <gtest/gtest.h>

namespace tandem::sql_sink {
namespace {

struct Fixture {
  TargetTable table;
  std::vector<BoundColumn> columns;
  std::vector<Value> values;
  std::vector<const Value*> cells;

  Fixture() {
    table.name = {"", "t"};
    table.columns.resize(2);
    table.columns[0].name = "id";
    table.columns[0].type = ColumnType::int4;
    table.columns[0].sql_type = "int";
    table.columns[1].name = "s";
    table.columns[1].type = ColumnType::text;
    table.primary_key = {"id"};
    columns = {{&table.columns[0], SourceKind::integer, nullptr, true},
               {&table.columns[1], SourceKind::text, nullptr, false}};
    values = {Value(1), Value("it's"), Value(2), Value()};
    for (const auto& v : values) {
      cells.push_back(&v);
    }
  }
  std::string sql(Dialect& dialect, WriteOp op) {
    std::vector<Statement> out;
    std::vector<const Value*> keys = {&values[0], &values[2]};
    dialect.write(op, table,
                  op == WriteOp::remove ? RowSet{{columns.data(), 1}, keys} : RowSet{columns, cells}, out);
    std::string all;
    for (const auto& s : out) {
      all += (all.empty() ? "" : "; ") + s.sql;
    }
    return all;
  }
};

TEST(Dialect, MysqlText) {
  Fixture f;
  MysqlDialect old(false), fresh(true);
  EXPECT_EQ(f.sql(old, WriteOp::insert), "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'),(2,NULL)");
  EXPECT_EQ(
      f.sql(old, WriteOp::upsert),
      "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'),(2,NULL) ON DUPLICATE KEY UPDATE `s` = VALUES(`s`)");
  EXPECT_EQ(f.sql(fresh, WriteOp::upsert),
            "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'),(2,NULL) AS new ON DUPLICATE KEY UPDATE `s` = "
            "new.`s`");
  EXPECT_EQ(
      f.sql(old, WriteOp::insert_missing),
      "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'),(2,NULL) ON DUPLICATE KEY UPDATE `id` = `t`.`id`");
  EXPECT_EQ(f.sql(old, WriteOp::remove), "DELETE FROM `t` WHERE `id` IN (1,2)");
  EXPECT_EQ(f.sql(old, WriteOp::update),
            "UPDATE `t` SET `s` = 'it\\'s' WHERE `id` = 1; UPDATE `t` SET `s` = NULL WHERE `id` = 2");
  f.table.unique_keys = {{"s"}};
  EXPECT_EQ(
      f.sql(old, WriteOp::upsert),
      "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'),(2,NULL) ON DUPLICATE KEY UPDATE "
      "`id` = IF(`t`.`id` <=> VALUES(`id`), `t`.`id`, (SELECT 1 UNION ALL SELECT 2)), `s` = VALUES(`s`)");
  MysqlDialect small(false, 40);
  EXPECT_EQ(f.sql(small, WriteOp::insert),
            "INSERT INTO `t` (`id`, `s`) VALUES (1,'it\\'s'); INSERT INTO `t` (`id`, `s`) VALUES (2,NULL)");
}

TEST(Dialect, PostgresText) {
  Fixture f;
  PostgresDialect d;
  const std::string insert =
      "INSERT INTO \"t\" (\"id\", \"s\") SELECT u.c1, u.c2 FROM UNNEST($1::int4[], $2::text[]) AS u(c1, c2)";
  EXPECT_EQ(f.sql(d, WriteOp::insert), insert);
  EXPECT_EQ(f.sql(d, WriteOp::upsert), insert + " ON CONFLICT (\"id\") DO UPDATE SET \"s\" = EXCLUDED.\"s\"");
  EXPECT_EQ(f.sql(d, WriteOp::insert_missing), insert + " ON CONFLICT (\"id\") DO NOTHING");
  EXPECT_EQ(f.sql(d, WriteOp::remove),
            "DELETE FROM \"t\" AS t USING UNNEST($1::int4[]) AS u(c1) WHERE t.\"id\" = u.c1");
  EXPECT_EQ(f.sql(d, WriteOp::update),
            "UPDATE \"t\" AS t SET \"s\" = u.c2 FROM UNNEST($1::int4[], $2::text[]) AS u(c1, c2) WHERE "
            "t.\"id\" = u.c1");
}

TEST(Dialect, PostgresArraysAreBinary) {
  Fixture f;
  PostgresDialect d;
  std::vector<Statement> out;
  d.write(WriteOp::insert, f.table, {f.columns, f.cells}, out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].arrays[0].oid, 1007u);
  EXPECT_EQ(out[0].arrays[0].bytes, std::string("\0\0\0\1\0\0\0\1\0\0\0\x17\0\0\0\2\0\0\0\1"
                                                "\0\0\0\4\0\0\0\1"
                                                "\0\0\0\4\0\0\0\2",
                                                36));
  EXPECT_EQ(out[0].arrays[1].bytes, std::string("\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1"
                                                "\0\0\0\4it's"
                                                "\xff\xff\xff\xff",
                                                32));
}

TEST(Dialect, ARowAliasOnlyWhereTheServerHasIt) {
  Fixture f;
  const auto aliased = [&](ServerKind kind, int version) {
    std::vector<Statement> out;
    make_dialect(kind, version)->write(WriteOp::upsert, f.table, {f.columns, f.cells}, out);
    return out.at(0).sql.find(" AS new ") != std::string::npos;
  };
  EXPECT_FALSE(aliased(ServerKind::mysql, 80019));
  EXPECT_TRUE(aliased(ServerKind::mysql, 80020));
  EXPECT_TRUE(aliased(ServerKind::mysql, 90704));
  EXPECT_FALSE(aliased(ServerKind::mysql, 101119)) << "a MariaDB behind jdbc:mysql";
  EXPECT_FALSE(aliased(ServerKind::mariadb, 101119));
}

TEST(Dialect, ValuesThatDoNotFitNameTheRow) {
  Fixture f;
  f.values[2] = Value(std::int64_t{1} << 40);
  for (const auto kind : {ServerKind::postgres, ServerKind::mysql}) {
    std::vector<Statement> out;
    try {
      make_dialect(kind, 80015)->write(WriteOp::upsert, f.table, {f.columns, f.cells}, out);
      ADD_FAILURE();
    } catch (const RowError& e) {
      EXPECT_EQ(e.row, 1u);
      EXPECT_NE(e.error().message.find("1099511627776"), std::string::npos);
    }
  }
}

TEST(Scalar, TextOfTimesGoesThereAndBack) {
  for (const char* text : {"2024-02-29 12:00:00.000001", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00",
                           "9999-12-31 23:59:59"}) {
    std::int64_t us = 0;
    ASSERT_TRUE(parse_timestamp(text, us)) << text;
    std::string out;
    append_timestamp(out, us);
    EXPECT_EQ(out, text);
  }
  std::int64_t a = 0, b = 0;
  EXPECT_TRUE(parse_timestamp("2024-01-01T00:00:00Z", a) && parse_timestamp("2024-01-01T05:30:00+05:30", b) &&
              a == b);
  for (const char* text :
       {"", "2024", "2024-13-01", "2024-01-01T", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+5", "x"}) {
    EXPECT_FALSE(parse_timestamp(text, a)) << text;
  }
  EXPECT_TRUE(parse_time("-838:59:59.5", a) &&
              a == -(838 * 3600 + 59 * 60 + 59) * std::int64_t{1'000'000} - 500'000);
}

}  // namespace
}  // namespace tandem::sql_sink
