#pragma once
#include "connectors/clients/postgres/rows.hpp"
#include "connectors/clients/postgres/sql_error.hpp"
#include "tandem/base/socket_hold.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_cancel;

namespace tandem::postgres {

struct ConnectionOptions {
  std::string host;
  int port = 5432;
  std::string user;
  std::string password;
  std::string dbname;
  std::string sslmode = "prefer";  ///< disable, allow, prefer, require, verify-ca, verify-full
  std::string sslcert, sslkey, sslpassword, sslrootcert;  ///< PEM files; "" leaves libpq's default
  std::chrono::milliseconds connect_timeout{10'000};
  std::string application_name = "tandem";
  bool replication = false;  ///< replication=database: walsender commands and simple queries only
  bool tcp_keepalives = true;
  /// An acknowledgement outstanding for longer means a dead peer (tcp_user_timeout); 0 leaves the system's
  /// default.
  std::chrono::milliseconds tcp_user_timeout{30'000};
  /// Run after each connect, one statement each.
  std::vector<std::string> session_statements;
};

class CopyIn;
class CopyOut;

/// One session. One thread at a time calls everything except cancel() and abort(), which any thread may call
/// while the object lives. Client encoding is always UTF8. Throws SqlError.
class Connection {
 public:
  /// Connects; a stop request ends the wait with TandemError(cancelled).
  explicit Connection(ConnectionOptions options, std::stop_token stop = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Simple protocol: one or several statements, text results; the last result counts.
  Rows query(const std::string& sql);
  /// One statement with parameters.
  Rows query(const std::string& sql, std::span<const Param> params,
             ResultFormat results = ResultFormat::text);
  Rows query(const std::string& sql, std::initializer_list<Param> params,
             ResultFormat results = ResultFormat::text) {
    return query(sql, std::span<const Param>(params.begin(), params.size()), results);
  }

  /// `oids` may be shorter than the parameters: the rest is inferred.
  void prepare(const std::string& name, const std::string& sql, std::span<const Oid> oids = {});
  Rows execute_prepared(const std::string& name, std::span<const Param> params,
                        ResultFormat results = ResultFormat::text);

  /// Single-row mode: `row` sees one-row results as they come, memory stays flat. What `row` throws ends the
  /// query (it is cancelled on the server, the connection stays usable) and passes on.
  void for_each_row(const std::string& sql, std::span<const Param> params,
                    const std::function<void(const Rows&)>& row, ResultFormat results = ResultFormat::text);

  /// COPY … FROM STDIN and COPY … TO STDOUT, or START_REPLICATION (both ways). The Connection does nothing
  /// else meanwhile.
  CopyIn copy_in(const std::string& sql);
  CopyOut copy_out(const std::string& sql);

  /// Asks the server to cancel what runs (a second connection is made for it; may take as long as
  /// connecting).
  bool cancel() noexcept;
  /// Shuts the socket: whatever blocks in this connection fails at once, and the connection is spent.
  void abort() noexcept;

  bool usable() const noexcept;  ///< the last call left the session alive
  bool in_transaction() const noexcept;
  int server_version() const noexcept;  ///< 170004 for 17.4
  int backend_pid() const noexcept;
  std::string parameter(const char* name) const;  ///< of ParameterStatus ("TimeZone"); "" when unknown
  const ConnectionOptions& options() const noexcept { return options_; }

  std::string quote_literal(std::string_view text) const;
  /// "a""b" form; no connection needed.
  static std::string quote_identifier(std::string_view name);

 private:
  friend class Pipeline;
  friend class CopyIn;
  friend class CopyOut;
  void connect(std::stop_token stop);
  Rows take(pg_result* result, std::string_view sql);
  [[noreturn]] void fail(pg_result* result, std::string_view sql);
  SqlFailure failure(const pg_result* result, std::string_view sql) const;
  void drain() noexcept;
  bool wait_socket(short events, int timeout_ms) const;

  ConnectionOptions options_;
  pg_conn* handle_ = nullptr;
  pg_cancel* cancel_ = nullptr;
  SocketHold socket_;
  std::atomic<bool> aborted_{false};
};

/// The encoded arrays that libpq wants for one statement's parameters; reused between calls.
class ParamArrays {
 public:
  void set(std::span<const Param> params);
  int count() const noexcept { return static_cast<int>(values_.size()); }
  const Oid* types() const noexcept { return types_.data(); }
  const char* const* values() const noexcept { return values_.data(); }
  const int* lengths() const noexcept { return lengths_.data(); }
  const int* formats() const noexcept { return formats_.data(); }

 private:
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
  std::string text_;  // libpq takes text parameters NUL-terminated
};

}  // namespace tandem::postgres
