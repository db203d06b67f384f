#include "connectors/mysql/server_checks.hpp"

#include "connectors/mysql/ddl_tokens.hpp"

#include <algorithm>

namespace tandem::mysql {
namespace {

std::string variable(Connection& c, const std::string& name) {
  const QueryResult r = c.query("SHOW GLOBAL VARIABLES LIKE '" + name + "'");
  return r.row_count() == 0 ? "" : std::string(r.at(0, 1).value_or(""));
}

/// Privileges granted on all databases, in upper case, and whether any grant gives SELECT.
struct Grants {
  std::string all;
  bool everything = false, any_select = false;
  bool has(std::string_view privilege) const {
    return everything || all.find(privilege) != std::string::npos;
  }
};

Grants read_grants(Connection& c) {
  Grants g;
  const QueryResult r = c.query("SHOW GRANTS");
  for (std::size_t i = 0; i < r.row_count(); ++i) {
    const std::string line = upper_case(r.at(i, 0).value_or(""));
    const auto on = line.find(" ON ");
    if (on == std::string::npos) {
      g.everything = g.everything || line.starts_with("GRANT `") ||
                     line.starts_with("GRANT '");  // roles are not looked into
      continue;
    }
    const std::string privileges = line.substr(0, on);
    const bool global = line.compare(on + 4, 3, "*.*") == 0;
    if (global) {
      g.all += privileges + ",";
      g.everything = g.everything || privileges.find("ALL PRIVILEGES") != std::string::npos;
    }
    g.any_select = g.any_select || privileges.find("SELECT") != std::string::npos ||
                   privileges.find("ALL PRIVILEGES") != std::string::npos;
  }
  return g;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> check_server(Connection& c, const Config& config) {
  std::vector<std::pair<std::string, std::string>> out;
  const std::string where =
      config.string("database.hostname") + ":" + std::to_string(config.integer("database.port"));
  const std::string host = "database.hostname", user = "database.user";
  if (const auto v = variable(c, "log_bin"); upper_case(v) != "ON") {
    out.emplace_back(host, "The server " + where + " writes no binary log: log_bin=" + v +
                               ". Set log_bin=binlog and a server_id in my.cnf and restart the server");
    return out;
  }
  if (const auto v = variable(c, "binlog_format"); !v.empty() && upper_case(v) != "ROW") {
    out.emplace_back(host, "The server " + where + " has binlog_format=" + v +
                               ", needed is ROW. Run: SET GLOBAL binlog_format = 'ROW' "
                               "(and set it in my.cnf)");
  }
  if (const auto v = variable(c, "binlog_row_image"); !v.empty() && upper_case(v) != "FULL") {
    out.emplace_back(
        host, "The server " + where + " has binlog_row_image=" + v +
                  ", needed is FULL. Run: SET GLOBAL binlog_row_image = 'FULL' (and set it in my.cnf)");
  }
  if (const auto v = variable(c, "binlog_row_value_options"); !v.empty()) {
    out.emplace_back(
        host, "The server " + where + " has binlog_row_value_options=" + v +
                  ", which leaves parts of JSON values out. Run: SET GLOBAL binlog_row_value_options = ''");
  }
  const Grants grants = read_grants(c);
  const std::string name = config.string("database.user");
  const auto need = [&](std::string_view privilege, const char* why) {
    if (!grants.has(privilege)) {
      out.emplace_back(user, "User " + name + " lacks " + std::string(privilege) + " on *.*, needed " + why +
                                 ". Run: GRANT " + std::string(privilege) + " ON *.* TO '" + name + "'@'%'");
    }
  };
  const bool mariadb = c.server().is_mariadb();
  need("REPLICATION SLAVE", "to read the binary log");
  if (!mariadb || !grants.has("BINLOG MONITOR")) {
    need("REPLICATION CLIENT", "to ask for the log's position");
  }
  const std::string mode = config.string("snapshot.mode");
  if (mode != "no_data" && mode != "never" && mode != "schema_only" && !grants.any_select &&
      !grants.everything) {
    need("SELECT", "to read the tables for the snapshot");
  }
  const std::string locking = config.string("snapshot.locking.mode");
  if (locking != "none" && !grants.has("RELOAD") && !grants.has("FLUSH_TABLES") &&
      !grants.has("LOCK TABLES")) {
    out.emplace_back(
        user, "User " + name + " lacks RELOAD on *.*, needed for snapshot.locking.mode=" + locking +
                  ". Run: GRANT RELOAD ON *.* TO '" + name + "'@'%' or set snapshot.locking.mode=none");
  }
  return out;
}

}  // namespace tandem::mysql
