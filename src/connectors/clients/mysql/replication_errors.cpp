#include "connectors/clients/mysql/replication_errors.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace tandem::mysql {
namespace {

struct Phrase {
  std::string_view text;
  DumpRefusal meaning;
};

// MySQL 5.7 to 9.x sql/rpl_binlog_sender.cc and messages; MariaDB sql/sql_repl.cc. First match counts.
constexpr auto kPhrases = std::to_array<Phrase>({
    {"same server_uuid/server_id", DumpRefusal::server_id_clash},
    {"has connected to the", DumpRefusal::server_id_clash},
    {"slave has more GTIDs", DumpRefusal::gtid_diverged},
    {"replica has more GTIDs", DumpRefusal::gtid_diverged},
    {"which is not in the master's binlog", DumpRefusal::gtid_diverged},
    {"has purged", DumpRefusal::purged},
    {"purged required", DumpRefusal::purged},
    {"Could not find first log file", DumpRefusal::purged},
    {"Could not find GTID state requested by slave", DumpRefusal::purged},
    {"could not find next log", DumpRefusal::purged},
    {"Could not open log file", DumpRefusal::purged},
    {"max_allowed_packet", DumpRefusal::too_large},
    {"impossible position", DumpRefusal::bad_position},
    {"beyond the end", DumpRefusal::bad_position},
    {"> file size", DumpRefusal::bad_position},
    {"Client requested", DumpRefusal::bad_position},
    {"bogus data", DumpRefusal::corrupt},
    {"checksum", DumpRefusal::corrupt},
    {"corrupt", DumpRefusal::corrupt},
});

std::string_view remedy(DumpRefusal refusal) noexcept {
  switch (refusal) {
    case DumpRefusal::purged:
      return "the changes in between are lost: take a new snapshot (snapshot.mode=when_needed, or delete the "
             "connector's offsets), and raise binlog_expire_logs_seconds (expire_logs_days) on the server";
    case DumpRefusal::server_id_clash:
      return "give each connector and replica a database.server.id of its own";
    case DumpRefusal::bad_position:
      return "the stored position does not belong to this server: connect to the server it came from, or "
             "reset the "
             "connector's offsets and take a new snapshot";
    case DumpRefusal::too_large:
      return "on the server: SET GLOBAL max_allowed_packet = 1073741824";
    case DumpRefusal::gtid_diverged:
      return "the stored position has transactions that this server lacks (it is behind, or another "
             "cluster): wait "
             "for it to catch up, or reset the connector's offsets and take a new snapshot";
    case DumpRefusal::corrupt:
      return "the server cannot read its binlog: check it with mysqlbinlog --verify-binlog-checksum";
    case DumpRefusal::other:
      return "see the server's error log";
  }
  return {};
}

}  // namespace

DumpRefusal dump_refusal(std::string_view message) noexcept {
  for (const auto& phrase : kPhrases) {
    if (message.find(phrase.text) != std::string_view::npos) {
      return phrase.meaning;
    }
  }
  return DumpRefusal::other;
}

Error dump_error(std::string_view message, std::string_view where) {
  return Error(ErrorKind::fatal,
               fmt::format("{}: the server ended the binlog stream: {} (error 1236)", where, message),
               std::string(remedy(dump_refusal(message))));
}

}  // namespace tandem::mysql
