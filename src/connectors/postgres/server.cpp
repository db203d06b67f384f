#include "connectors/postgres/server.hpp"

#include "tandem/base/log.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

using postgres::Connection;
using postgres::Param;

std::string table_list(const std::vector<CatalogTable>& tables) {
  std::string out;
  for (const auto& t : tables) {
    out += (out.empty() ? "" : ", ") + quoted_name(t.table.id);
  }
  return out;
}

std::string publish_list(const Settings& s) {
  std::string out;
  for (const auto& [letter, word] :
       {std::pair{'c', "insert"}, {'u', "update"}, {'d', "delete"}, {'t', "truncate"}}) {
    if (s.records.skipped_operations.find(letter) == std::string::npos) {
      out += (out.empty() ? "" : ", ") + std::string(word);
    }
  }
  return out;
}

}  // namespace

std::string quoted_name(const relational::TableId& id) {
  return Connection::quote_identifier(id.schema) + "." + Connection::quote_identifier(id.table);
}

void check_server(Connection& c, const Settings& s) {
  if (c.server_version() < 120000) {
    raise(ErrorKind::config, fmt::format("PostgreSQL {} is not served", c.parameter("server_version")),
          "upgrade to 12 or newer");
  }
  const std::string level(c.query("SHOW wal_level").at(0, 0));
  if (level != "logical") {
    raise(ErrorKind::config, fmt::format("wal_level is {}, logical decoding needs logical", level),
          "ALTER SYSTEM SET wal_level = logical; then restart the server");
  }
  const auto role = c.query(
      "SELECT rolreplication OR rolsuper OR COALESCE((SELECT bool_or(pg_has_role(rolname, m.oid, 'member')) "
      "FROM pg_roles m "
      "WHERE m.rolname IN ('rds_replication', 'rdsadmin')), false), rolname FROM pg_roles WHERE rolname = "
      "current_user");
  if (!role.empty() && role.at(0, 0) != "t") {
    raise(ErrorKind::auth, fmt::format("role {} has no REPLICATION right", role.at(0, 1)),
          fmt::format("ALTER ROLE {} REPLICATION", Connection::quote_identifier(role.at(0, 1))));
  }
  if (s.failover_slot && c.server_version() < 170000) {
    raise(ErrorKind::config,
          fmt::format("slot.failover=true needs PostgreSQL 17, the server is {}",
                      c.parameter("server_version")),
          "remove it");
  }
  if (s.publication_mode == "disabled" &&
      c.query("SELECT 1 FROM pg_publication WHERE pubname = $1", {Param::text(s.publication)}).empty()) {
    raise(
        ErrorKind::not_found,
        fmt::format("publication {} does not exist and publication.autocreate.mode=disabled", s.publication),
        fmt::format("CREATE PUBLICATION {} FOR ALL TABLES, or FOR TABLE …",
                    Connection::quote_identifier(s.publication)));
  }
}

std::vector<CatalogTable> captured_tables(Catalog& catalog, const Settings& s) {
  relational::CaptureFilter filter(s.filter);
  std::vector<CatalogTable> out;
  // A link applies each row once.
  const auto partitions = s.link.empty() ? Catalog::Partitions::both
                          : s.via_root   ? Catalog::Partitions::roots
                                         : Catalog::Partitions::leaves;
  for (CatalogTable& t : catalog.tables(partitions)) {
    if (filter.table(t.table.id)) {
      out.push_back(std::move(t));
    }
  }
  return out;
}

void check_tables(Connection& c, const Settings& s, const std::vector<CatalogTable>& captured) {
  if (s.most_tables > 0 && captured.size() > s.most_tables) {
    const std::string text = fmt::format("guardrail.collections.max={}, and {} tables are captured",
                                         s.most_tables, captured.size());
    if (s.fail_above_most_tables) {
      raise(ErrorKind::config, text,
            "narrow table.include.list, or set guardrail.collections.limit.action=warn");
    }
    log::warn("tandem.postgres", "{}", text);
  }
  for (const CatalogTable& t : captured) {
    const std::string name = quoted_name(t.table.id);
    const auto may = c.query(
        "SELECT has_schema_privilege($1, 'USAGE') AND has_table_privilege($2, 'SELECT'), current_user",
        {Param::text(t.table.id.schema), Param::text(name)});
    if (may.at(0, 0) != "t") {
      raise(ErrorKind::auth, fmt::format("role {} may not read captured table {}", may.at(0, 1), name),
            fmt::format("GRANT USAGE ON SCHEMA {0} TO {2}; GRANT SELECT ON {1} TO {2}",
                        Connection::quote_identifier(t.table.id.schema), name,
                        Connection::quote_identifier(may.at(0, 1))));
    }
    if (t.unlogged) {
      const std::string text = fmt::format("table {} is unlogged, its changes are not in the WAL", name);
      if (!s.link.empty() || s.publication_mode == "filtered") {
        raise(ErrorKind::config,
              fmt::format("{}, and {} needs them", text,
                          s.link.empty() ? "publication.autocreate.mode=filtered" : "sync.link"),
              fmt::format("ALTER TABLE {} SET LOGGED, or table.exclude.list={}.{}", name, t.table.id.schema,
                          t.table.id.table));
      }
      log::warn("tandem.postgres", "{}: a snapshot reads its rows, nothing follows", text);
    }
    if (!s.link.empty() && t.replica_identity != 'f') {
      raise(ErrorKind::config,
            fmt::format("sync.link needs whole rows, but {} has replica identity '{}'", name,
                        t.replica_identity),
            fmt::format("ALTER TABLE {} REPLICA IDENTITY FULL, or replica.identity.autoset.values={}.{}:FULL",
                        name, t.table.id.schema, t.table.id.table));
    }
  }
}

void set_replica_identities(Connection& c, const Settings& s, std::vector<CatalogTable>& captured) {
  for (const std::string& item : relational::split_regex_list(s.replica_identities)) {
    const auto colon = item.rfind(':');
    if (colon == std::string::npos) {
      raise(ErrorKind::config,
            fmt::format("replica.identity.autoset.values has \"{}\" without an identity", item),
            "write schema.table:FULL, :DEFAULT, :NOTHING or :INDEX name");
    }
    const relational::PatternList pattern("replica.identity.autoset.values", item.substr(0, colon));
    std::string identity = item.substr(colon + 1);
    std::string word = identity.substr(0, identity.find(' '));
    for (char& ch : word) {
      ch = static_cast<char>(std::toupper(static_cast<unsigned char>(ch)));
    }
    const char letter = word == "FULL"      ? 'f'
                        : word == "DEFAULT" ? 'd'
                        : word == "NOTHING" ? 'n'
                        : word == "INDEX"   ? 'i'
                                            : '?';
    if (letter == '?') {
      raise(ErrorKind::config, fmt::format("replica.identity.autoset.values has identity \"{}\"", identity),
            "use FULL, DEFAULT, NOTHING or INDEX name");
    }
    for (CatalogTable& t : captured) {
      if (pattern.matches(t.table.id.identifier()) && (t.replica_identity != letter || letter == 'i')) {
        const std::string clause =
            letter == 'i'
                ? "USING INDEX " + Connection::quote_identifier(identity.substr(identity.find(' ') + 1))
                : word;
        c.query(fmt::format("ALTER TABLE {} REPLICA IDENTITY {}", quoted_name(t.table.id), clause));
        t.replica_identity = letter;
      }
    }
  }
}

void prepare_publication(Connection& c, const Settings& s, const std::vector<CatalogTable>& captured) {
  if (s.publication_mode == "disabled") {
    return;
  }
  const std::string name = Connection::quote_identifier(s.publication);
  const auto found =
      c.query("SELECT puballtables FROM pg_publication WHERE pubname = $1", {Param::text(s.publication)});
  // As Debezium: the default skipped.operations=t still has truncates published, and drops them here.
  std::string with =
      s.records.skipped_operations == "t" ? "" : fmt::format("publish = '{}'", publish_list(s));
  if (s.via_root) {
    with += (with.empty() ? "" : ", ") + std::string("publish_via_partition_root = true");
  }
  const std::string options = with.empty() ? "" : " WITH (" + with + ")";
  if (found.empty()) {
    std::string what;
    if (s.publication_mode == "all_tables") {
      what = " FOR ALL TABLES";
    } else if (s.publication_mode == "filtered") {
      if (captured.empty()) {
        raise(ErrorKind::config, "no table passes the filters, so a filtered publication would be empty",
              "correct table.include.list and schema.include.list");
      }
      what = " FOR TABLE " + table_list(captured);
    }
    c.query("CREATE PUBLICATION " + name + what + options);
    return;
  }
  if (s.publication_mode == "filtered") {
    if (found.at(0, 0) == "t") {
      raise(ErrorKind::conflict,
            fmt::format(
                "publication {} is FOR ALL TABLES, publication.autocreate.mode=filtered cannot narrow it",
                s.publication),
            fmt::format("DROP PUBLICATION {}, or set publication.autocreate.mode=all_tables", name));
    }
    c.query("ALTER PUBLICATION " + name + " SET TABLE " + table_list(captured));
  }
}

std::optional<SlotState> find_slot(Connection& c, const Settings& s) {
  const auto rows = c.query(c.server_version() >= 130000
                                ? "SELECT plugin, database, confirmed_flush_lsn, restart_lsn, active, "
                                  "wal_status FROM pg_replication_slots WHERE slot_name = $1"
                                : "SELECT plugin, database, confirmed_flush_lsn, restart_lsn, active, '' "
                                  "FROM pg_replication_slots WHERE slot_name = $1",
                            {Param::text(s.slot)});
  if (rows.empty()) {
    return std::nullopt;
  }
  if (rows.at(0, 0) != "pgoutput" || rows.at(0, 1) != s.database) {
    raise(ErrorKind::conflict,
          fmt::format("replication slot {} belongs to plugin {} in database {}", s.slot, rows.at(0, 0),
                      rows.at(0, 1)),
          fmt::format("set another slot.name, or SELECT pg_drop_replication_slot('{}')", s.slot));
  }
  SlotState out;
  if (!rows.is_null(0, 2)) {
    out.confirmed = value_or_throw(pgoutput::parse_lsn(rows.at(0, 2)));
  }
  if (!rows.is_null(0, 3)) {
    out.restart = value_or_throw(pgoutput::parse_lsn(rows.at(0, 3)));
  }
  out.active = rows.at(0, 4) == "t";
  out.lost = rows.at(0, 5) == "lost";
  return out;
}

std::optional<std::int64_t> slot_xmin(Connection& c, const Settings& s) {
  const auto rows =
      c.query("SELECT catalog_xmin FROM pg_replication_slots WHERE slot_name = $1", {Param::text(s.slot)});
  if (rows.empty() || rows.is_null(0, 0)) {
    return std::nullopt;
  }
  std::int64_t xmin = 0;
  std::from_chars(rows.at(0, 0).data(), rows.at(0, 0).data() + rows.at(0, 0).size(), xmin);
  return xmin;
}

NewSlot create_slot(Connection& replication, const Settings& s) {
  const std::string options = s.failover_slot ? "(SNAPSHOT 'export', FAILOVER true)" : "EXPORT_SNAPSHOT";
  const auto rows = replication.query(fmt::format("CREATE_REPLICATION_SLOT {} LOGICAL pgoutput {}",
                                                  Connection::quote_identifier(s.slot), options));
  return {value_or_throw(pgoutput::parse_lsn(rows.at(0, 1))), std::string(rows.at(0, 2))};
}

sync::LogIdentity identify_log(Connection& replication) {
  const auto row = replication.query("IDENTIFY_SYSTEM");
  sync::LogIdentity log;
  const auto number = [](std::string_view text, std::uint64_t& out) {
    std::from_chars(text.data(), text.data() + text.size(), out);
  };
  number(row.at(0, 0), log.server);
  number(row.at(0, 1), log.numbering);
  return log;
}

std::optional<pgoutput::Lsn> log_end(Connection& connection) {
  const auto row =
      connection.query("SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_current_wal_lsn()::text END");
  if (row.at(0, 0).empty()) {
    return std::nullopt;
  }
  return value_or_throw(pgoutput::parse_lsn(row.at(0, 0)));
}

}  // namespace tandem::postgres_source
