#include "connectors/clients/mysql/connection.hpp"

#include "connectors/clients/mysql/error_table.hpp"
#include "connectors/clients/mysql/options_apply.hpp"

#include <fmt/format.h>
#include <mysql.h>
#include <openssl/x509.h>

namespace tandem::mysql {
namespace {

/// Where a handshake breaks off, the library tells what OpenSSL thinks of the certificate that it had
/// received by then, also when the certificate is not to be looked at.
bool is_verify_result(std::string_view message) {
  // The first and the last of OpenSSL's x509_vfy.h.
  for (long code = X509_V_ERR_UNSPECIFIED; code <= X509_V_ERR_EC_KEY_EXPLICIT_PARAMS; ++code) {
    if (message.ends_with(X509_verify_cert_error_string(code))) {
      return true;
    }
  }
  return false;
}

}  // namespace

Connection::Connection(ConnectionOptions options) : options_(std::move(options)) { connect(); }

Connection::~Connection() { close(); }

void Connection::connect() {
  MYSQL* handle = mysql_init(nullptr);
  if (handle == nullptr) {
    raise(ErrorKind::transient, "out of memory for a MySQL connection");
  }
  handle_ = handle;
  try {
    apply_options(handle, options_);
    if (mysql_real_connect(handle, options_.host.c_str(), options_.user.c_str(), options_.password.c_str(),
                           options_.database.empty() ? nullptr : options_.database.c_str(), options_.port,
                           nullptr, client_flags(options_)) == nullptr) {
      throw last_error("login as " + options_.user);
    }
    socket_.hold(static_cast<int>(mysql_get_socket(handle)));
    // The library goes on in clear text when the server has no TLS, unless the host name is to be verified.
    if (options_.tls > TlsMode::preferred && mysql_get_ssl_cipher(handle) == nullptr) {
      throw SqlError(kErrTls, "HY000",
                     fmt::format("TLS is demanded (database.ssl.mode={}) and the server does not offer it",
                                 to_string(options_.tls)),
                     {}, options_.address());
    }
    logged_in_ = true;
    version_ = ServerVersion::parse(mysql_get_server_info(handle));
    for (const auto& statement : options_.session_statements) {
      query(statement);
    }
  } catch (...) {
    close();
    throw;
  }
}

void Connection::reconnect() {
  close();
  cancelled_ = false;
  connect();
}

void Connection::close() noexcept {
  logged_in_ = false;
  if (handle_ != nullptr) {
    mysql_close(handle_);
    handle_ = nullptr;
  }
  socket_.release();
}

void Connection::cancel() noexcept {
  cancelled_ = true;
  socket_.shut_down();
}

st_mysql* Connection::native() {
  if (handle_ == nullptr) {
    throw SqlError(kErrServerGone, "HY000", "the connection is closed", {}, options_.address());
  }
  return handle_;
}

SqlError Connection::last_error(std::string_view statement) {
  if (cancelled_) {
    return SqlError::cancelled(statement, options_.address());
  }
  unsigned number = mysql_errno(handle_);
  if (number == kErrTls &&
      (logged_in_ || (options_.tls < TlsMode::verify_ca && is_verify_result(mysql_error(handle_))))) {
    number = kErrServerLost;  // under TLS the library reports each network failure as one of TLS
  }
  return SqlError(number == 0 ? kErrUnknown : number, mysql_sqlstate(handle_), mysql_error(handle_),
                  statement, options_.address());
}

void Connection::fail(std::string_view statement) { throw last_error(statement); }

void Connection::send(std::string_view sql) {
  MYSQL* handle = native();
  if (cancelled_) {
    throw SqlError::cancelled(sql, options_.address());
  }
  if (mysql_real_query(handle, sql.data(), sql.size()) != 0) {
    fail(sql);
  }
}

QueryResult Connection::query(std::string_view sql) {
  send(sql);
  QueryResult result = QueryResult::take(handle_);
  if (mysql_errno(handle_) != 0) {
    fail(sql);
  }
  // CALL sends its own status after the rows; left unread it would answer the next statement.
  while (mysql_more_results(handle_)) {
    if (mysql_next_result(handle_) > 0) {
      fail(sql);
    }
    QueryResult::take(handle_);
  }
  return result;
}

std::optional<std::string> Connection::query_value(std::string_view sql) {
  const QueryResult r = query(sql);
  if (r.empty()) {
    return std::nullopt;
  }
  const CellText cell = r.at(0, std::size_t{0});
  return cell ? std::optional<std::string>(*cell) : std::nullopt;
}

std::vector<QueryResult> Connection::run_batch(std::span<const std::string> statements) {
  std::vector<QueryResult> results;
  if (statements.empty()) {
    return results;
  }
  std::string joined;
  for (const auto& s : statements) {
    joined += s;
    joined += ';';
  }
  results.reserve(statements.size());
  const auto fail_here = [&] {
    SqlError e = last_error(results.size() < statements.size() ? std::string_view(statements[results.size()])
                                                               : std::string_view(joined));
    e.set_statement_index(results.size());
    throw e;
  };
  if (mysql_real_query(native(), joined.data(), joined.size()) != 0) {
    fail_here();
  }
  for (;;) {
    QueryResult one = QueryResult::take(handle_);
    if (mysql_errno(handle_) != 0) {
      fail_here();
    }
    results.push_back(std::move(one));
    const int next = mysql_next_result(handle_);
    if (next < 0) {
      return results;
    }
    if (next > 0) {
      fail_here();
    }
  }
}

void Connection::execute_batch(std::string_view joined, std::vector<std::uint64_t>& affected) {
  affected.clear();
  const auto fail_here = [&] {
    SqlError e = last_error(joined);
    e.set_statement_index(affected.size());
    throw e;
  };
  if (mysql_real_query(native(), joined.data(), joined.size()) != 0) {
    fail_here();
  }
  for (;;) {
    if (mysql_field_count(handle_) != 0) {
      QueryResult::take(handle_);
      if (mysql_errno(handle_) != 0) {
        fail_here();
      }
      affected.push_back(0);
    } else {
      affected.push_back(mysql_affected_rows(handle_));
    }
    const int next = mysql_next_result(handle_);
    if (next < 0) {
      return;
    }
    if (next > 0) {
      fail_here();
    }
  }
}

void Connection::ping() {
  if (mysql_ping(native()) != 0) {
    fail("ping");
  }
}

std::uint64_t Connection::connection_id() const noexcept {
  return handle_ == nullptr ? 0 : mysql_thread_id(handle_);
}

std::string Connection::tls_cipher() const {
  const char* cipher = handle_ == nullptr ? nullptr : mysql_get_ssl_cipher(handle_);
  return cipher == nullptr ? std::string() : std::string(cipher);
}

bool Connection::backslash_escapes() const noexcept {
  return handle_ == nullptr || (handle_->server_status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0;
}

bool Connection::in_transaction() const noexcept {
  return handle_ != nullptr && (handle_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

ServerVersion probe(const ConnectionOptions& options) { return Connection(options).server(); }

}  // namespace tandem::mysql
