#include "connectors/clients/mysql/replication_stream.hpp"

#include "connectors/clients/mysql/error_table.hpp"
#include "connectors/clients/mysql/quote.hpp"
#include "connectors/clients/mysql/replication_errors.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <mysql.h>

// `methods->db_command` and `mysql_net_read_packet` stand in the installed headers but are no promised API: a
// new major version has to be tried before it is let in here. At run time the library's soname
// (libmariadb.so.3) holds it.
static_assert(MARIADB_PACKAGE_VERSION_ID / 10000 == 3,
              "ReplicationStream was tried with MariaDB Connector/C 3.x");

namespace tandem::mysql {
namespace {

// sql/my_command.h of MySQL; the MariaDB header has no name for the last.
constexpr unsigned char kComBinlogDump = 18, kComRegisterReplica = 21, kComBinlogDumpGtid = 30;
// MariaDB sends ANNOTATE_ROWS (the statement's text) only to those who ask: sql/log_event.h.
constexpr std::uint64_t kSendAnnotateRows = 2;
constexpr unsigned long kKeptBuffer = 1 << 20;  // bytes: what one large event needed more is given back
constexpr std::size_t kBufferMargin = 64;       // libmariadb has room for two headers behind the buffer

void put(std::string& out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out += static_cast<char>(value >> (8 * i));
  }
}

ConnectionOptions with_timeouts(const ReplicationOptions& options) {
  using std::chrono::seconds;
  ConnectionOptions c = options.connection;
  const auto beat = std::chrono::ceil<seconds>(options.heartbeat);
  c.read_timeout = std::max<seconds>(beat * 3, seconds(3));
  if (c.write_timeout.count() == 0) {
    c.write_timeout = seconds(60);
  }
  return c;
}

void check_options(const ReplicationOptions& o) {
  if (o.server_id == 0) {
    raise(ErrorKind::config, "database.server.id is 0; a replica needs an id",
          "set database.server.id to a number of its own, 1 to 4294967295");
  }
  if (o.heartbeat.count() <= 0) {
    raise(ErrorKind::config, fmt::format("the replication heartbeat is {} ms", o.heartbeat.count()),
          "set it to 1 ms or more");
  }
}

}  // namespace

ReplicationStream::ReplicationStream(ReplicationOptions options)
    : options_((check_options(options), std::move(options))), connection_(with_timeouts(options_)) {
  prepare_session();
  register_replica();
  if (options_.gtid_set) {
    dump_from_gtids();
  } else {
    dump_from_file();
  }
}

ReplicationStream::~ReplicationStream() {
  on_stop_.reset();
  // COM_QUIT would wait behind megabytes of events that the server is still writing.
  connection_.cancel();
}

void ReplicationStream::prepare_session() {
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(options_.heartbeat).count();
  std::string sql = fmt::format(
      "SET @master_heartbeat_period = {0}, @source_heartbeat_period = {0}, "
      "@master_binlog_checksum = @@global.binlog_checksum, "
      "@source_binlog_checksum = @@global.binlog_checksum",
      nanoseconds);
  if (connection_.server().is_mariadb()) {
    sql += ", @mariadb_slave_capability = 4";  // 4: understands GTID events
    if (options_.mariadb_gtid_position) {
      sql += ", @slave_connect_state = " + quote_string(*options_.mariadb_gtid_position) +
             ", @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0";
    }
  } else {
    // Without an id of our own the server takes all nameless replicas for one and ends the older stream.
    const auto uuid = connection_.query_value("SELECT UUID()");
    sql += fmt::format(", @slave_uuid = '{0}', @replica_uuid = '{0}'", uuid.value_or(""));
  }
  connection_.execute(sql);
  server_name_ = connection_
                     .query_value(connection_.server().is_mariadb()
                                      ? "SELECT CONCAT_WS('/', @@hostname, @@port, @@GLOBAL.server_id)"
                                      : "SELECT @@GLOBAL.server_uuid")
                     .value_or("");
}

void ReplicationStream::register_replica() {
  std::string arg;
  put(arg, options_.server_id, 4);
  const std::string host = options_.report_host.substr(0, 60);
  put(arg, host.size(), 1);
  arg += host;
  put(arg, 0, 1);  // user
  put(arg, 0, 1);  // password
  put(arg, options_.connection.port, 2);
  put(arg, 0, 4);  // rank, ignored by the server
  put(arg, 0, 4);  // source id, filled in by the server
  command(kComRegisterReplica, arg, true, "COM_REGISTER_SLAVE");
}

void ReplicationStream::dump_from_file() {
  std::string arg;
  const bool by_gtid = options_.mariadb_gtid_position.has_value();
  std::uint64_t position = by_gtid ? 4 : std::max<std::uint64_t>(options_.position, 4);
  if (position > 0xFFFFFFFFU) {
    if (!connection_.server().is_mariadb() &&
        connection_.query_value("SELECT @@GLOBAL.gtid_mode").value_or("") == "ON") {
      dump_gtid(options_.file, position, std::string(8, '\0'));  // a set of no sources: nothing is left out
      return;
    }
    position = 4;
  }
  put(arg, position, 4);
  put(arg, connection_.server().is_mariadb() && options_.annotated ? kSendAnnotateRows : 0, 2);
  put(arg, options_.server_id, 4);
  if (!by_gtid) {
    arg += options_.file;
  }
  command(kComBinlogDump, arg, false, "COM_BINLOG_DUMP");
}

void ReplicationStream::dump_from_gtids() { dump_gtid({}, 4, *options_.gtid_set); }

// mysql sql/rpl_source.cc, com_binlog_dump_gtid: flags 2, server id 4, length of the file's name 4 and the
// name, position 8, length of the set 4 and the set. Without a file the server finds it by the set; with one
// it begins there. It wants gtid_mode=ON either way.
void ReplicationStream::dump_gtid(std::string_view file, std::uint64_t position, const std::string& set) {
  std::string arg;
  put(arg, 0, 2);
  put(arg, options_.server_id, 4);
  put(arg, file.size(), 4);
  arg += file;
  put(arg, position, 8);
  put(arg, set.size(), 4);
  arg += set;
  command(kComBinlogDumpGtid, arg, false, "COM_BINLOG_DUMP_GTID");
}

void ReplicationStream::command(unsigned char code, const std::string& argument, bool waits_for_ok,
                                std::string_view what) {
  MYSQL* handle = connection_.native();
  if (handle->methods->db_command(handle, static_cast<enum_server_command>(code), argument.data(),
                                  argument.size(), waits_for_ok ? 0 : 1, nullptr) != 0) {
    connection_.fail(what);
  }
}

void ReplicationStream::watch(const std::stop_token& stop) {
  if (!on_stop_ || !(stop == watched_)) {
    on_stop_.reset();
    watched_ = stop;
    on_stop_.emplace(stop, Interrupt{this});
  }
}

Error ReplicationStream::read_error() {
  MYSQL* handle = connection_.native();
  if (mysql_errno(handle) == kErrReplicationFatal && !connection_.cancelled_) {
    return dump_error(mysql_error(handle), connection_.options().address());
  }
  return connection_.last_error("reading the binlog").error();
}

void ReplicationStream::shrink_buffer() {
  NET& net = connection_.native()->net;
  // A compressed stream keeps bytes it has not given out yet in the buffer.
  if (net.max_packet <= kKeptBuffer || net.compress) {
    return;
  }
  // As libmariadb's net_realloc() does it when it grows the buffer; read_pos is set by the next read.
  if (auto* bytes = static_cast<unsigned char*>(std::realloc(net.buff, kKeptBuffer + kBufferMargin));
      bytes != nullptr) {
    net.buff = net.write_pos = net.read_pos = bytes;
    net.max_packet = kKeptBuffer;
    net.buff_end = bytes + kKeptBuffer;
  }
}

Result<std::optional<BytesView>> ReplicationStream::next(std::stop_token stop) {
  watch(stop);
  shrink_buffer();
  MYSQL* handle = connection_.native();
  const unsigned long length = mysql_net_read_packet(handle);
  if (length == packet_error) {
    return read_error();
  }
  const char* bytes = reinterpret_cast<const char*>(handle->net.read_pos);
  if (length == 0) {
    return Error(ErrorKind::transient,
                 connection_.options().address() + ": an empty packet in the binlog stream");
  }
  if (static_cast<unsigned char>(bytes[0]) == 0xFE && length < 9) {
    return std::optional<BytesView>();
  }
  if (bytes[0] != 0) {
    return Error(ErrorKind::transient,
                 fmt::format("{}: the binlog stream is out of step (status byte {})",
                             connection_.options().address(), static_cast<unsigned char>(bytes[0])));
  }
  bytes_received_ += length - 1;
  return std::optional<BytesView>(BytesView(bytes + 1, length - 1));
}

}  // namespace tandem::mysql
