#pragma once
#include "connectors/clients/mysql/connection_options.hpp"
#include "connectors/clients/mysql/query_result.hpp"
#include "connectors/clients/mysql/row_stream.hpp"
#include "connectors/clients/mysql/server_version.hpp"
#include "connectors/clients/mysql/sql_error.hpp"
#include "tandem/base/socket_hold.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::mysql {

/// A logged-in connection: utf8mb4, no LOCAL INFILE, no silent reconnect. One thread at a time uses it;
/// `cancel` is for any other thread. Everything that can fail throws SqlError (a bad option: TandemError of
/// kind config).
class Connection {
 public:
  explicit Connection(ConnectionOptions options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// A statement and its result, all rows in memory.
  QueryResult query(std::string_view sql);
  /// The same, for statements without rows: how many rows they changed.
  std::uint64_t execute(std::string_view sql) { return query(sql).affected_rows(); }
  /// The first column of the first row; nullopt when there is no row or it is NULL.
  std::optional<std::string> query_value(std::string_view sql);
  /// Rows as they come; see RowStream.
  RowStream stream(std::string_view sql) { return RowStream(*this, sql); }

  /// Several statements in one round trip, one result each. None may contain a semicolon outside of quotes at
  /// its end or between. The server stops at the first that fails; its SqlError then has `statement_index`.
  std::vector<QueryResult> run_batch(std::span<const std::string> statements);
  /// The same with the statements already joined by ';' (the sink's writers build one buffer): the sum of
  /// affected rows is left to the caller, through `affected`, one entry a statement. Rows of results are read
  /// and dropped.
  void execute_batch(std::string_view joined, std::vector<std::uint64_t>& affected);

  void ping();
  /// Closes what is open and logs in anew; a cancelled connection may be used again after it.
  void reconnect();
  void close() noexcept;
  /// From any thread: what blocks in this connection returns with a SqlError of kind cancelled. Stays so
  /// until reconnect.
  void cancel() noexcept;

  const ServerVersion& server() const noexcept { return version_; }
  const ConnectionOptions& options() const noexcept { return options_; }
  std::uint64_t connection_id() const noexcept;  ///< CONNECTION_ID(), for KILL
  std::string tls_cipher() const;                ///< empty without TLS
  /// False when the session's SQL mode has NO_BACKSLASH_ESCAPES (as of the last statement).
  bool backslash_escapes() const noexcept;
  bool in_transaction() const noexcept;

 private:
  friend class RowStream;
  friend class ReplicationStream;

  void connect();
  void send(std::string_view sql);
  [[noreturn]] void fail(std::string_view statement);
  SqlError last_error(std::string_view statement);
  st_mysql* native();

  ConnectionOptions options_;
  st_mysql* handle_ = nullptr;
  bool logged_in_ = false;
  ServerVersion version_;
  SocketHold socket_;
  std::atomic<bool> cancelled_{false};
};

/// One throw-away login, for the configuration's live validation. Throws as Connection does.
ServerVersion probe(const ConnectionOptions& options);

}  // namespace tandem::mysql
