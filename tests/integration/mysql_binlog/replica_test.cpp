// A replica in miniature: everything the server does to its tables is read from its binlog and applied to a
// map, which in the end has to hold, cell for cell, what SELECT gives.
#include "connectors/clients/mysql/quote.hpp"
#include "connectors/clients/mysql/replication_stream.hpp"
#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "connectors/mysql/binlog/events.hpp"
#include "connectors/mysql/binlog/json_binary.hpp"
#include "connectors/mysql/binlog/row_decoder.hpp"
#include "tests/integration/clients_mysql/server.hpp"
#include "tests/integration/mysql_binlog/sql_types.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::binlog {
namespace {

/// Of a MariaDB GTID event: one statement follows that commits itself.
constexpr std::uint8_t kMariaDbStandalone = 1;
constexpr std::string_view kDatabase = "tandem_binlog_test";
using Row = std::vector<std::string>;
using Tables = std::map<std::string, std::map<std::string, Row>>;

std::string fraction(std::uint32_t micros, unsigned digits) {
  return digits == 0 ? "" : "." + fmt::format("{:06}", micros).substr(0, digits);
}

std::string text_of(const CellView& c, const TableMapColumn& column) {
  switch (c.kind) {
    case CellKind::absent:
      return "(absent)";
    case CellKind::null:
      return "(null)";
    case CellKind::int64:
      return fmt::format("{}", c.i64);
    case CellKind::uint64:
    case CellKind::year:
    case CellKind::enum_:
    case CellKind::set:
      return fmt::format("{}", c.u64);
    case CellKind::float32:
      return fmt::format("{}", static_cast<double>(c.f32));
    case CellKind::float64:
      return fmt::format("{}", c.f64);
    case CellKind::decimal: {
      std::string out;
      EXPECT_TRUE(append_decimal_text(out, c.bytes, c.precision, c.scale));
      return out;
    }
    case CellKind::string: {
      std::string bytes(c.bytes);
      if (column.type == ColumnType::string && column.collation == 63) {
        bytes.resize(column.size, '\0');
      }
      return to_hex(bytes);
    }
    case CellKind::geometry:
      return to_hex(c.bytes);
    case CellKind::vector:
      return to_hex(c.bytes);
    case CellKind::date:
      return fmt::format("{:04}-{:02}-{:02}", c.time.year, c.time.month, c.time.day);
    case CellKind::time:
      return fmt::format("{}{:02}:{:02}:{:02}{}", c.time.negative ? "-" : "", c.time.hour, c.time.minute,
                         c.time.second, fraction(c.time.micros, c.scale));
    case CellKind::datetime:
      return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}", c.time.year, c.time.month, c.time.day,
                         c.time.hour, c.time.minute, c.time.second, fraction(c.time.micros, c.scale));
    case CellKind::timestamp:
      return fmt::format("{}{}", c.instant.seconds, fraction(c.instant.micros, c.scale));
    case CellKind::bit: {
      std::uint64_t v = 0;
      for (unsigned char b : c.bytes) {
        v = v << 8 | b;
      }
      return fmt::format("{}", v);
    }
    case CellKind::json: {
      std::string out;
      const auto r = append_json_text(out, c.bytes);
      EXPECT_TRUE(r.has_value());
      return out;
    }
  }
  return "?";
}

/// What SELECT has to say for a column so that it reads as text_of writes.
std::string expression(const std::string& name, const std::string& type) {
  const std::string q = mysql::quote_identifier(name);
  const auto is = [&](std::string_view t) { return type.find(t) != std::string::npos; };
  if (is("enum(") || is("set(") || is("bit(") || is("year")) {
    return q + "+0";
  }
  if (is("char") || is("text") || is("blob") || is("binary") || is("geo") || is("point") ||
      is("linestring")) {
    return "lower(hex(" + q + "))";
  }
  if (is("timestamp")) {
    return "unix_timestamp(" + q + ")";
  }
  return q;
}

class Replica {
 public:
  /// Follows the stream until `marker` comes by as a ROWS_QUERY-free DDL: a database of that name is created.
  void follow(mysql::ReplicationStream& stream, std::string_view marker) {
    EventDecoder decoder(true);
    while (!done_) {
      auto packet = value_or_throw(stream.next({}));
      ASSERT_TRUE(packet);
      apply(value_or_throw(decoder.decode(*packet)), marker);
    }
  }

  void apply(const Event& event, std::string_view marker) {
    switch (event.header.type) {
      case EventType::rotate:
        value_or_throw(parse_rotate(event));
        maps_.clear();
        decoders_.clear();
        break;
      case EventType::gtid:
      case EventType::anonymous_gtid:
      case EventType::gtid_tagged:
        value_or_throw(parse_gtid(event));
        break;
      case EventType::mariadb_gtid:
        // MariaDB's BEGIN, unless one statement follows that commits itself.
        in_transaction_ = (value_or_throw(parse_mariadb_gtid(event)).flags & kMariaDbStandalone) == 0;
        break;
      case EventType::transaction_payload:
        payload(event, marker);
        break;
      case EventType::table_map: {
        auto map = value_or_throw(maps_.take(event));
        if (map->database == kDatabase) {
          decoders_.insert_or_assign(map->table_id, std::pair(map, std::make_unique<RowDecoder>(*map)));
        }
        break;
      }
      case EventType::query:
      case EventType::mariadb_query_compressed:
        query(value_or_throw(parse_query(event, statement_)).sql, marker);
        break;
      case EventType::xid:
        commit();
        break;
      case EventType::write_rows:
      case EventType::update_rows:
      case EventType::delete_rows:
      case EventType::write_rows_v1:
      case EventType::update_rows_v1:
      case EventType::delete_rows_v1:
      case EventType::mariadb_write_rows_compressed_v1:
      case EventType::mariadb_update_rows_compressed_v1:
      case EventType::mariadb_delete_rows_compressed_v1:
      case EventType::mariadb_write_rows_compressed:
      case EventType::mariadb_update_rows_compressed:
      case EventType::mariadb_delete_rows_compressed:
      case EventType::partial_update_rows:
        rows(event);
        break;
      default:
        break;
    }
  }

  /// A compressed transaction is a whole one: its COMMIT is inside, too.
  void payload(const Event& event, std::string_view marker) {
    const int commits_before = commits;
    value_or_throw(payload_.start(event));
    while (auto inner = value_or_throw(payload_.next())) {
      // It would be unpacked into the buffer that it lies in.
      ASSERT_NE(inner->header.type, EventType::transaction_payload);
      apply(*inner, marker);
    }
    EXPECT_EQ(commits, commits_before + 1);
    ++payloads;
  }

  void query(std::string_view sql, std::string_view marker) {
    if (sql == "BEGIN") {
      in_transaction_ = true;
    } else if (sql == "COMMIT") {  // where an engine without transactions took part
      commit();
    } else if (sql.find(marker) != std::string_view::npos) {
      done_ = true;
    }
  }

  void commit() {
    EXPECT_TRUE(in_transaction_) << "COMMIT number " << commits + 1 << " has no BEGIN";
    in_transaction_ = false;
    ++commits;
  }

  void rows(const Event& event) {
    const auto it = decoders_.find(rows_event_table_id(event));
    if (it == decoders_.end()) {
      return;
    }
    const auto& [map, decoder] = it->second;
    EXPECT_TRUE(in_transaction_) << "rows of " << map->table << " before their BEGIN";
    value_or_throw(decoder->start(value_or_throw(parse_rows_event(event, plain_))));
    RowView row;
    auto& table = tables[map->table];
    while (value_or_throw(decoder->next(row))) {
      if (!row.before.empty()) {
        const Row before = texts(row.before, *map);
        const auto old = table.find(before[0]);
        ASSERT_NE(old, table.end()) << map->table << " " << before[0];
        EXPECT_EQ(old->second, before);
        table.erase(old);
      }
      if (!row.after.empty()) {
        Row after = texts(row.after, *map);
        const std::string key = after[0];
        table[key] = std::move(after);
      }
    }
    names[map->table].clear();
    for (const auto& c : map->columns) {
      names[map->table].push_back(c.name);
    }
  }

  static Row texts(std::span<const CellView> cells, const TableMap& map) {
    Row out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out.push_back(text_of(cells[i], map.columns[i]));
    }
    return out;
  }

  Tables tables;
  std::map<std::string, std::vector<std::string>> names;
  int commits = 0, payloads = 0;

 private:
  TableMapCache maps_;
  std::map<std::uint64_t, std::pair<std::shared_ptr<const TableMap>, std::unique_ptr<RowDecoder>>> decoders_;
  PayloadReader payload_;
  std::string plain_, statement_;
  bool in_transaction_ = false, done_ = false;
};

/// Numbers with a point may differ in their spelling, JSON in its spacing: then the values have to be the
/// same.
void expect_same(mysql::Connection& c, const std::string& type, const std::string& ours,
                 const std::string& theirs) {
  if (ours == theirs || ours == "(null)" || theirs == "(null)") {
    EXPECT_EQ(ours, theirs) << type;
  } else if (type == "json" && ours.find("\"bin\"") != std::string::npos) {
    // Debezium's form of opaque values is not the server's.
    EXPECT_EQ(ours, test::opaque_json_text());
  } else if (type == "json") {
    const auto same = c.query_value("SELECT CAST(" + mysql::quote_string(ours) + " AS JSON) = CAST(" +
                                    mysql::quote_string(theirs) + " AS JSON)");
    EXPECT_EQ(same, "1") << ours << "\n" << theirs;
  } else if (type.find("float") != std::string::npos) {
    // The server shows six digits of a float.
    EXPECT_NEAR(std::stod(ours), std::stod(theirs), std::abs(std::stod(theirs)) * 1e-5) << type;
  } else if (type == "double") {
    EXPECT_DOUBLE_EQ(std::stod(ours), std::stod(theirs));
  } else if (type.find("timestamp") != std::string::npos && std::stod(ours) == 0) {
    EXPECT_EQ(std::stod(theirs), 0);
  } else {
    EXPECT_EQ(ours, theirs) << type;
  }
}

void compare(mysql::Connection& c, const Replica& replica) {
  for (const auto& [table, rows] : replica.tables) {
    const auto columns =
        c.query(fmt::format("SELECT column_name AS n, column_type AS t FROM information_schema.columns WHERE "
                            "table_schema='{}' AND table_name='{}' ORDER BY ordinal_position",
                            kDatabase, table));
    std::string sql = "SELECT ";
    std::vector<std::string> types;
    for (std::size_t i = 0; i < columns.row_count(); ++i) {
      const std::string name(*columns.at(i, "n"));
      types.emplace_back(*columns.at(i, "t"));
      sql += (i > 0 ? "," : "") + expression(name, types.back());
      if (!replica.names.at(table).at(i).empty()) {
        EXPECT_EQ(replica.names.at(table).at(i), name);
      }
    }
    const auto all = c.query(sql + " FROM " + mysql::quote_table(kDatabase, table));
    ASSERT_EQ(all.row_count(), rows.size()) << table;
    for (std::size_t r = 0; r < all.row_count(); ++r) {
      const auto found = rows.find(std::string(*all.at(r, std::size_t{0})));
      ASSERT_NE(found, rows.end()) << table << " " << *all.at(r, std::size_t{0});
      for (std::size_t i = 0; i < types.size(); ++i) {
        const auto cell = all.at(r, i);
        SCOPED_TRACE(fmt::format("{}.{} of row {}", table, *columns.at(i, "n"), found->first));
        expect_same(c, types[i], found->second[i], std::string(cell.value_or("(null)")));
      }
    }
  }
}

class MySqlBinlog : public testing::TestWithParam<std::string> {};

TEST_P(MySqlBinlog, EveryTypeReadsAsSelectShowsIt) {
  TANDEM_NEED_MYSQL(options);
  options.session_statements = {"SET time_zone='+00:00', sql_mode='ALLOW_INVALID_DATES'", GetParam()};
  std::optional<mysql::Connection> connection;
  try {
    connection.emplace(options);
  } catch (const mysql::SqlError& e) {
    GTEST_SKIP() << "the server does not know this setting: " << e.what();
  }
  mysql::Connection& c = *connection;
  mysql::ReplicationOptions r;
  r.connection = options;
  r.connection.session_statements.clear();
  r.server_id = 712100;
  c.execute(fmt::format("DROP DATABASE IF EXISTS {}", kDatabase));
  c.execute(fmt::format("CREATE DATABASE {} CHARACTER SET utf8mb4", kDatabase));
  c.execute(fmt::format("USE {}", kDatabase));
  const bool new_words = !c.server().is_mariadb() && c.server().at_least(8, 2);
  const auto status = c.query(new_words ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
  r.file = std::string(*status.at(0, "File"));
  r.position = std::stoull(std::string(*status.at(0, "Position")));
  for (const auto& statement : test::type_statements()) {
    // MariaDB's JSON is text, into which no raw bytes go.
    if (c.server().is_mariadb() && statement.find("'bin',cast(") != std::string::npos) {
      continue;
    }
    c.execute(statement);
  }
  const std::string marker = fmt::format("{}_end", kDatabase);
  c.execute("CREATE DATABASE " + marker);
  c.execute("DROP DATABASE " + marker);

  mysql::ReplicationStream stream(r);
  Replica replica;
  replica.follow(stream, marker);
  EXPECT_GT(replica.commits, 20);
  ASSERT_EQ(replica.tables.size(), 5U);
  compare(c, replica);
  if (GetParam().find("compression") != std::string::npos) {
    EXPECT_GT(replica.payloads, 20);
  }
  c.execute(fmt::format("DROP DATABASE {}", kDatabase));
}

INSTANTIATE_TEST_SUITE_P(Plain, MySqlBinlog, testing::Values("SET @plain = 1"));
INSTANTIATE_TEST_SUITE_P(Compressed, MySqlBinlog, testing::Values("SET binlog_transaction_compression = ON"));

}  // namespace
}  // namespace tandem::binlog
