#pragma once
#include "connectors/clients/mysql/connection.hpp"
#include "connectors/clients/mysql/packet_source.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tandem::mysql {

struct ReplicationOptions {
  ConnectionOptions connection;  ///< its read timeout is replaced, see `heartbeat`
  std::uint32_t server_id = 0;   ///< unique among all replicas of the server; never 0
  /// The server speaks at least this often. Three times this without a byte is a dead connection.
  std::chrono::milliseconds heartbeat{10'000};
  bool annotated = false;              ///< MariaDB: statements' texts too (ANNOTATE_ROWS)
  std::string report_host = "tandem";  ///< shown by SHOW REPLICAS

  /// Where to start; exactly one of the three forms.
  /// (a) file and position; an empty file is the server's first. COM_BINLOG_DUMP has 32 bits for the
  /// position. Beyond 4 GiB it is COM_BINLOG_DUMP_GTID, which has 64, where GTIDs are on; elsewhere the whole
  /// file comes, and the caller passes over its part.
  std::string file;
  std::uint64_t position = 4;
  /// (b) MySQL: transactions that we have, in the encoding of COM_BINLOG_DUMP_GTID (`GtidSet::encode`).
  std::optional<std::string> gtid_set;
  /// (c) MariaDB: position as text, "0-1-270,1-2-3"; empty text starts at the oldest.
  std::optional<std::string> mariadb_gtid_position;
};

/// A dump of the binlog over a connection of its own. One thread calls `next`; a stop request ends it at
/// once.
class ReplicationStream final : public PacketSource {
 public:
  /// Logs in, registers as a replica and starts the dump. Throws SqlError.
  explicit ReplicationStream(ReplicationOptions options);
  ~ReplicationStream() override;

  Result<std::optional<BytesView>> next(std::stop_token stop) override;
  /// From any thread: `next` returns an error of kind cancelled.
  void interrupt() noexcept { connection_.cancel(); }

  const ServerVersion& server() const noexcept { return connection_.server(); }
  /// What names this server, or this numbering's writer: its UUID; on MariaDB, which has none, host, port and
  /// server id.
  const std::string& server_name() const noexcept { return server_name_; }
  std::uint64_t bytes_received() const noexcept { return bytes_received_; }  ///< of events, since the start

 private:
  void prepare_session();
  void register_replica();
  void dump_from_file();
  void dump_from_gtids();
  void dump_gtid(std::string_view file, std::uint64_t position, const std::string& set);
  void command(unsigned char code, const std::string& argument, bool waits_for_ok, std::string_view what);
  void watch(const std::stop_token& stop);
  void shrink_buffer();
  Error read_error();

  struct Interrupt {
    ReplicationStream* stream;
    void operator()() const noexcept { stream->interrupt(); }
  };
  ReplicationOptions options_;
  Connection connection_;
  std::string server_name_;
  std::stop_token watched_;
  std::optional<std::stop_callback<Interrupt>> on_stop_;  // made anew only when another token comes
  std::uint64_t bytes_received_ = 0;
};

}  // namespace tandem::mysql
