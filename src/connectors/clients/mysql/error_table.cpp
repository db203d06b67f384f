#include "connectors/clients/mysql/error_table.hpp"

#include "connectors/clients/mysql/quote.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace tandem::mysql {
namespace {

struct Entry {
  unsigned number;
  ErrorKind kind;
  bool usable = true;
  std::string_view remedy = {};
};

using enum ErrorKind;

constexpr std::string_view kRaisePacket =
    "raise max_allowed_packet on the server (SET GLOBAL max_allowed_packet = 1073741824) or make batches "
    "smaller";
constexpr std::string_view kReadOnly =
    "connect to the server that takes writes, or clear it there: SET GLOBAL super_read_only = OFF; SET "
    "GLOBAL read_only = OFF";
constexpr std::string_view kFreeDisk = "free disk space on the database server";

// Sorted by number. Sources: MySQL 8.0 share/messages_to_clients.txt, MariaDB sql/share/errmsg-utf8.txt,
// errmsg.h.
constexpr auto kTable = std::to_array<Entry>({
    {1021, transient, true, kFreeDisk},
    {1037, transient},
    {1038, transient, true, "raise sort_buffer_size on the server"},
    {1040, transient, false, "raise max_connections on the server, or close unused connections"},
    {1041, transient},
    {1044, auth},
    {1045, auth, false,
     "check user and password in the connector's configuration, and that the account may come from this "
     "host"},
    {1048, data},
    {1049, not_found, false, "create the database, or correct its name"},
    {1053, transient, false},
    {1054, schema},
    {1062, data},
    {1064, config},
    {1077, transient, false},
    {1078, transient, false},
    {1079, transient, false},
    {1080, transient, false},
    {1114, transient, true, kFreeDisk},
    {1129, auth, false,
     "run FLUSH HOSTS (mysqladmin flush-hosts) on the server and find out who connects without login"},
    {1130, auth, false, "create the account for this host: CREATE USER 'name'@'host'"},
    {1136, schema},
    {1142, auth},
    {1143, auth},
    {1146, not_found},
    {1152, transient, false},
    {1153, data, false, kRaisePacket},
    {1158, transient, false},
    {1159, transient, false},
    {1160, transient, false},
    {1161, transient, false},
    {1184, transient, false},
    {1193, config},
    {1203, transient, false, "raise max_user_connections for the account"},
    {1205, transient},
    {1206, transient},
    {1213, transient},
    {1226, transient, false, "raise the account's resource limits: ALTER USER … WITH MAX_QUERIES_PER_HOUR 0"},
    {1227, auth},
    {1231, config},
    {1235, config},
    {1236, fatal, false},
    {1251, auth, false},
    {1264, data},
    {1265, data},
    {1290, config},
    {1292, data},
    {1300, data},
    {1317, transient},
    {1364, data},
    {1366, data},
    {1370, auth},
    {1406, data},
    {1411, data},
    {1416, data},
    {1418, config},
    {1451, data},
    {1452, data},
    {1525, data},
    {1690, data},
    {1698, auth, false, "check user and password in the connector's configuration"},
    {1785, config},
    {1792, transient, true, kReadOnly},
    {1820, auth, true, "give the account a new password: ALTER USER … IDENTIFIED BY …"},
    {1836, transient, true, kReadOnly},
    {1862, auth, false, "the password has expired: ALTER USER … IDENTIFIED BY …"},
    {1927, transient, false},
    {1969, transient},
    {2001, transient, false},
    {2002, transient, false},
    {2003, transient, false},
    {2004, transient, false},
    {2005, transient, false, "check the host name in the connector's configuration, and name resolution"},
    {2006, transient, false},
    {2007, config, false},
    {2008, transient, false},
    {2012, transient, false},
    {2013, transient, false},
    {2014, bug, false},
    {2019, config, false},
    {2020, data, false, kRaisePacket},
    {2026, config, false, "check database.ssl.mode, the certificate files and that the server offers TLS"},
    {2027, transient, false},
    {2047, config, false},
    {2049, auth, false},
    {2055, transient, false},
    {2058, config, false,
     "install the client library's login plugins (package libmariadb3) or point MARIADB_PLUGIN_DIR at them"},
    {2059, config, false,
     "install the client library's login plugins (package libmariadb3) or point MARIADB_PLUGIN_DIR at them"},
    {2061, auth, false},
    {3024, transient},
    {3058, transient},
    {3100, transient},
    {3101, transient},
    {3118, auth, false, "ALTER USER … ACCOUNT UNLOCK"},
    {3140, data},
    {3159, config, false, "the server demands TLS: set database.ssl.mode=required"},
    {3168, transient, false},
    {3572, transient},
    {3819, data},
    {3955, auth, false},
    {4025, data},
    {4031, transient, false},
    {4151, auth, false, "ALTER USER … ACCOUNT UNLOCK"},
});
static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const Entry& a, const Entry& b) { return a.number < b.number; }));

const Entry* find(unsigned number) noexcept {
  const auto it = std::lower_bound(kTable.begin(), kTable.end(), number,
                                   [](const Entry& e, unsigned n) { return e.number < n; });
  return it != kTable.end() && it->number == number ? &*it : nullptr;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) {
    return std::nullopt;
  }
  text.remove_prefix(start + before.size());
  const auto end = text.find(after);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  return text.substr(0, end);
}

/// 'user'@'host' as the message spells it, or a form to fill in.
std::string account_in(std::string_view message) {
  const auto quoted = between(message, "user '", "'@'");
  const auto host = between(message, "'@'", "'");
  return quoted && host ? fmt::format("'{}'@'{}'", *quoted, *host) : "'user'@'host'";
}

std::string grant_for(unsigned number, std::string_view message) {
  if (number == 1044) {
    const auto db = between(message, "to database '", "'");
    return fmt::format("GRANT ALL PRIVILEGES ON {}.* TO {}", db ? quote_identifier(*db) : "*",
                       account_in(message));
  }
  if (number == 1227) {
    const auto what = between(message, "(at least one of) the ", " privilege");
    return fmt::format("GRANT {} ON *.* TO 'user'@'host'", what ? *what : "the named privilege");
  }
  const std::string_view command = message.substr(0, message.find(' '));
  // MySQL: for table 'orders'; MariaDB: for table `shop`.`orders`.
  auto table = between(message, "for table '", "'");
  if (!table) {
    const auto at = message.find("for table ");
    table = at == std::string_view::npos ? std::string_view{} : message.substr(at + 10);
  }
  return fmt::format("GRANT {} ON {} TO {}", command, table->empty() ? "the table" : *table,
                     account_in(message));
}

}  // namespace

ErrorKind classify(unsigned number, std::string_view sqlstate, std::string_view message) noexcept {
  if (number == 1290 && (message.find("read-only") != std::string_view::npos ||
                         message.find("read_only") != std::string_view::npos)) {
    return transient;
  }
  if (number == kErrTls && (message.find("timed out") != std::string_view::npos ||
                            message.find("reset by peer") != std::string_view::npos ||
                            message.find("unexpected eof") != std::string_view::npos)) {
    return transient;  // a network loss during the TLS handshake
  }
  if (const Entry* e = find(number)) {
    return e->kind;
  }
  if (starts_with(sqlstate, "08") || starts_with(sqlstate, "40")) {
    return transient;
  }
  if (starts_with(sqlstate, "22") || starts_with(sqlstate, "23")) {
    return data;
  }
  if (starts_with(sqlstate, "28")) {
    return auth;
  }
  if (starts_with(sqlstate, "42")) {
    return schema;
  }
  return fatal;
}

bool leaves_connection_usable(unsigned number) noexcept {
  if (const Entry* e = find(number)) {
    return e->usable;
  }
  return number < 2000 || number >= 3000;  // the client library's own failures leave the exchange half done
}

std::string remedy_for(unsigned number, std::string_view message) {
  if (number == 1044 || number == 1142 || number == 1143 || number == 1227) {
    return grant_for(number, message);
  }
  if (number == 1290 && classify(number, {}, message) == transient) {
    return std::string(kReadOnly);
  }
  const Entry* e = find(number);
  return e == nullptr ? std::string() : std::string(e->remedy);
}

}  // namespace tandem::mysql
