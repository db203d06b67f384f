#include "connectors/clients/postgres/connection.hpp"

#include "connectors/clients/postgres/copy.hpp"
#include "tandem/base/log.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

namespace tandem::postgres {
namespace {

constexpr std::string_view kLogger = "tandem.postgres.client";

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

/// With PQERRORS_VERBOSE the text of a refused login holds its SQLSTATE: "FATAL:  28P01: password
/// …\nLOCATION:  …". libpq has no other way to tell it in this phase.
SqlFailure connect_failure(const std::string& text) {
  SqlFailure f;
  f.connection_usable = false;
  f.sqlstate = "08001";
  f.message = trimmed(text);
  for (std::size_t at = f.message.find(":  "); at != std::string::npos; at = f.message.find(":  ", at + 1)) {
    const std::string_view rest = std::string_view(f.message).substr(at + 3);
    if (rest.size() < 7 || rest.substr(5, 2) != ": " ||
        rest.substr(0, 5).find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
            std::string_view::npos) {
      continue;
    }
    f.sqlstate = rest.substr(0, 5);
    f.message.erase(at + 3, 7);
    if (const auto location = f.message.find("\nLOCATION:"); location != std::string::npos) {
      f.message.erase(location);
    }
    return f;
  }
  return f;
}

void on_notice(void*, const char* text) { log::debug(kLogger, "{}", trimmed(text)); }

}  // namespace

Connection::Connection(ConnectionOptions options, std::stop_token stop) : options_(std::move(options)) {
  try {
    connect(std::move(stop));
    for (const auto& statement : options_.session_statements) {
      query(statement);
    }
  } catch (...) {
    PQfreeCancel(cancel_);
    PQfinish(handle_);
    throw;
  }
}

Connection::~Connection() {
  PQfreeCancel(cancel_);
  PQfinish(handle_);
}

void Connection::connect(std::stop_token stop) {
  const std::string port = std::to_string(options_.port);
  const std::string user_timeout = std::to_string(options_.tcp_user_timeout.count());
  std::vector<const char*> keys, values;
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) {
      keys.push_back(key);
      values.push_back(value.c_str());
    }
  };
  const std::string utf8 = "UTF8", on = "1", off = "0", database = "database", idle = "30", interval = "10",
                    count = "3";
  put("host", options_.host);
  put("port", port);
  put("user", options_.user);
  put("password", options_.password);
  put("dbname", options_.dbname);
  put("sslmode", options_.sslmode);
  put("sslcert", options_.sslcert);
  put("sslkey", options_.sslkey);
  put("sslpassword", options_.sslpassword);
  put("sslrootcert", options_.sslrootcert);
  put("application_name", options_.application_name);
  put("client_encoding", utf8);
  put("keepalives", options_.tcp_keepalives ? on : off);
  put("keepalives_idle", idle);
  put("keepalives_interval", interval);
  put("keepalives_count", count);
  put("tcp_user_timeout", user_timeout);
  if (options_.replication) {
    put("replication", database);
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);

  handle_ = PQconnectStartParams(keys.data(), values.data(), 0);
  if (handle_ == nullptr) {
    raise(ErrorKind::fatal, "out of memory while connecting to PostgreSQL");
  }
  PQsetNoticeProcessor(handle_, &on_notice, nullptr);
  PQsetErrorVerbosity(handle_, PQERRORS_VERBOSE);
  const auto deadline = std::chrono::steady_clock::now() + options_.connect_timeout;
  PostgresPollingStatusType state =
      PQstatus(handle_) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    if (stop.stop_requested()) {
      raise(ErrorKind::cancelled,
            fmt::format("stopped while connecting to {}:{}", options_.host, options_.port));
    }
    if (std::chrono::steady_clock::now() > deadline) {
      SqlFailure f;
      f.sqlstate = "08001";
      f.connection_usable = false;
      f.message = fmt::format("no connection to PostgreSQL at {}:{} within {} ms", options_.host,
                              options_.port, options_.connect_timeout.count());
      throw SqlError(std::move(f));
    }
    if (wait_socket(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, 100)) {
      state = PQconnectPoll(handle_);
    }
  }
  if (state == PGRES_POLLING_FAILED) {
    throw SqlError(connect_failure(PQerrorMessage(handle_)));
  }
  PQsetErrorVerbosity(handle_, PQERRORS_DEFAULT);
  cancel_ = PQgetCancel(handle_);
  socket_.hold(PQsocket(handle_));
}

bool Connection::wait_socket(short events, int timeout_ms) const {
  pollfd fd{PQsocket(handle_), events, 0};
  if (fd.fd < 0) {
    return true;
  }
  return ::poll(&fd, 1, timeout_ms) > 0;
}

SqlFailure Connection::failure(const pg_result* result, std::string_view sql) const {
  SqlFailure f;
  f.statement = shorten_statement(sql);
  f.connection_usable = usable();
  if (result != nullptr && PQresultErrorField(result, PG_DIAG_SQLSTATE) != nullptr) {
    f.sqlstate = field(result, PG_DIAG_SQLSTATE);
    f.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    f.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    f.hint = field(result, PG_DIAG_MESSAGE_HINT);
    return f;
  }
  f.sqlstate = f.connection_usable ? "XX000" : "08006";
  f.message = trimmed(result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(handle_));
  if (f.message.empty()) {
    f.message = aborted_ ? "the connection to PostgreSQL was ended on request"
                         : "the connection to PostgreSQL was lost";
  }
  return f;
}

void Connection::fail(pg_result* result, std::string_view sql) {
  const Rows keep(result);
  drain();  // a FATAL is followed by the closed socket, which libpq sees only on reading on
  throw SqlError(failure(result, sql));
}

void Connection::drain() noexcept {
  while (PGresult* left = PQgetResult(handle_)) {
    const ExecStatusType status = PQresultStatus(left);
    PQclear(left);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH) {
      if (PQputCopyEnd(handle_, "abandoned") != 1) {
        return;
      }
    }
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      char* buffer = nullptr;
      while (PQgetCopyData(handle_, &buffer, 0) > 0) {
        PQfreemem(buffer);
      }
    }
    if (PQstatus(handle_) != CONNECTION_OK) {
      return;
    }
  }
}

Rows Connection::take(pg_result* result, std::string_view sql) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
      return Rows(result);
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH: {
      PQclear(result);
      drain();
      raise(ErrorKind::bug, fmt::format("a COPY went through query(): {}", shorten_statement(sql)));
    }
    default:
      fail(result, sql);
  }
}

Rows Connection::query(const std::string& sql) { return take(PQexec(handle_, sql.c_str()), sql); }

Rows Connection::query(const std::string& sql, std::span<const Param> params, ResultFormat results) {
  ParamArrays arrays;
  arrays.set(params);
  return take(PQexecParams(handle_, sql.c_str(), arrays.count(), arrays.types(), arrays.values(),
                           arrays.lengths(), arrays.formats(), static_cast<int>(results)),
              sql);
}

void Connection::prepare(const std::string& name, const std::string& sql, std::span<const Oid> oids) {
  take(PQprepare(handle_, name.c_str(), sql.c_str(), static_cast<int>(oids.size()), oids.data()), sql);
}

Rows Connection::execute_prepared(const std::string& name, std::span<const Param> params,
                                  ResultFormat results) {
  ParamArrays arrays;
  arrays.set(params);
  return take(PQexecPrepared(handle_, name.c_str(), arrays.count(), arrays.values(), arrays.lengths(),
                             arrays.formats(), static_cast<int>(results)),
              name);
}

void Connection::for_each_row(const std::string& sql, std::span<const Param> params,
                              const std::function<void(const Rows&)>& row, ResultFormat results) {
  ParamArrays arrays;
  arrays.set(params);
  if (PQsendQueryParams(handle_, sql.c_str(), arrays.count(), arrays.types(), arrays.values(),
                        arrays.lengths(), arrays.formats(), static_cast<int>(results)) != 1) {
    fail(nullptr, sql);
  }
  PQsetSingleRowMode(handle_);
  try {
    while (PGresult* result = PQgetResult(handle_)) {
      const bool is_row = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
      const Rows rows = take(result, sql);
      if (is_row) {
        row(rows);
      }
    }
  } catch (const SqlError&) {
    drain();
    throw;
  } catch (...) {
    cancel();
    drain();
    throw;
  }
  if (!usable()) {
    fail(nullptr, sql);
  }
}

CopyIn Connection::copy_in(const std::string& sql) {
  PGresult* result = PQexec(handle_, sql.c_str());
  if (PQresultStatus(result) != PGRES_COPY_IN) {
    take(result, sql);
    raise(ErrorKind::bug, fmt::format("not a COPY FROM STDIN: {}", shorten_statement(sql)));
  }
  PQclear(result);
  return CopyIn(*this, sql);
}

CopyOut Connection::copy_out(const std::string& sql) {
  PGresult* result = PQexec(handle_, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH) {
    take(result, sql);
    raise(ErrorKind::bug, fmt::format("not a COPY TO STDOUT: {}", shorten_statement(sql)));
  }
  PQclear(result);
  return CopyOut(*this, sql, status == PGRES_COPY_BOTH);
}

bool Connection::cancel() noexcept {
  char text[256];
  return cancel_ != nullptr && PQcancel(cancel_, text, sizeof text) == 1;
}

void Connection::abort() noexcept {
  aborted_ = true;
  socket_.shut_down();
}

bool Connection::usable() const noexcept { return !aborted_ && PQstatus(handle_) == CONNECTION_OK; }

bool Connection::in_transaction() const noexcept {
  const PGTransactionStatusType status = PQtransactionStatus(handle_);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int Connection::server_version() const noexcept { return PQserverVersion(handle_); }
int Connection::backend_pid() const noexcept { return PQbackendPID(handle_); }

std::string Connection::parameter(const char* name) const {
  const char* value = PQparameterStatus(handle_, name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string Connection::quote_literal(std::string_view text) const {
  char* quoted = PQescapeLiteral(handle_, text.data(), text.size());
  if (quoted == nullptr) {
    raise(ErrorKind::data, fmt::format("text that cannot be quoted: {}", trimmed(PQerrorMessage(handle_))));
  }
  std::string out(quoted);
  PQfreemem(quoted);
  return out;
}

std::string Connection::quote_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') {
      out.push_back('"');
    }
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

void ParamArrays::set(std::span<const Param> params) {
  types_.clear();
  values_.clear();
  lengths_.clear();
  formats_.clear();
  text_.clear();
  std::size_t bytes = 0;
  for (const Param& p : params) {
    bytes += p.binary || p.null ? 0 : p.bytes.size() + 1;
  }
  text_.reserve(bytes);  // the pointers taken below must not move
  for (const Param& p : params) {
    types_.push_back(p.oid);
    formats_.push_back(p.binary ? 1 : 0);
    lengths_.push_back(static_cast<int>(p.bytes.size()));
    if (p.null) {
      values_.push_back(nullptr);
    } else if (p.binary) {
      values_.push_back(p.bytes.data() == nullptr ? "" : p.bytes.data());
    } else {
      if (std::memchr(p.bytes.data(), 0, p.bytes.size()) != nullptr) {
        raise(ErrorKind::data, "a text parameter holds a NUL character, which PostgreSQL cannot store");
      }
      values_.push_back(text_.data() + text_.size());
      text_.append(p.bytes);
      text_.push_back('\0');
    }
  }
}

}  // namespace tandem::postgres
