#include "connectors/clients/mysql/options_apply.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <openssl/x509.h>

namespace tandem::mysql {
namespace {

void set(MYSQL* handle, mysql_option option, const void* value, std::string_view name) {
  if (mysql_optionsv(handle, option, value) != 0) {
    raise(ErrorKind::config, fmt::format("the MySQL client library refuses the connection option {}: {}",
                                         name, mysql_error(handle)));
  }
}

void set_seconds(MYSQL* handle, mysql_option option, std::chrono::seconds time, std::string_view name) {
  const unsigned seconds = static_cast<unsigned>(std::clamp<std::int64_t>(time.count(), 0, 365LL * 86400));
  if (seconds != 0) {
    set(handle, option, &seconds, name);
  }
}

void need_file(const std::string& path, std::string_view what) {
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) {
    raise(ErrorKind::config, fmt::format("the {} {} does not exist or cannot be read", what, path),
          "correct the path; the file is PEM");
  }
}

void apply_tls(MYSQL* handle, const ConnectionOptions& o) {
  my_bool on = o.tls == TlsMode::disabled ? 0 : 1;
  set(handle, MYSQL_OPT_SSL_ENFORCE, &on, "ssl");
  // The library verifies the chain as soon as it has an authority, and the host name only when told to.
  my_bool verify_host = o.tls == TlsMode::verify_identity ? 1 : 0;
  set(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify_host, "ssl verify");
  if (o.tls == TlsMode::disabled) {
    return;
  }
  if (o.tls == TlsMode::verify_ca || o.tls == TlsMode::verify_identity) {
    if (o.ca_file.empty()) {
      set(handle, MYSQL_OPT_SSL_CAPATH, X509_get_default_cert_dir(), "ssl capath");
    } else {
      need_file(o.ca_file, "file of trusted certificates");
      set(handle, MYSQL_OPT_SSL_CA, o.ca_file.c_str(), "ssl ca");
    }
  }
  if (!o.cert_file.empty()) {
    need_file(o.cert_file, "client certificate");
    set(handle, MYSQL_OPT_SSL_CERT, o.cert_file.c_str(), "ssl cert");
  }
  if (!o.key_file.empty()) {
    need_file(o.key_file, "client key");
    set(handle, MYSQL_OPT_SSL_KEY, o.key_file.c_str(), "ssl key");
  }
  if (!o.key_passphrase.empty()) {
    set(handle, MARIADB_OPT_TLS_PASSPHRASE, o.key_passphrase.c_str(), "ssl passphrase");
  }
}

}  // namespace

void apply_options(MYSQL* handle, const ConnectionOptions& o) {
  set(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4", "charset");
  unsigned infile = 0;
  set(handle, MYSQL_OPT_LOCAL_INFILE, &infile, "local infile");
  my_bool reconnect = 0;
  set(handle, MYSQL_OPT_RECONNECT, &reconnect, "reconnect");
  // Without this "localhost" means a Unix socket, and the port is ignored.
  unsigned protocol = MYSQL_PROTOCOL_TCP;
  set(handle, MYSQL_OPT_PROTOCOL, &protocol, "protocol");
  set_seconds(handle, MYSQL_OPT_CONNECT_TIMEOUT, o.connect_timeout, "connect timeout");
  set_seconds(handle, MYSQL_OPT_READ_TIMEOUT, o.read_timeout, "read timeout");
  set_seconds(handle, MYSQL_OPT_WRITE_TIMEOUT, o.write_timeout, "write timeout");
  unsigned long packet = o.max_packet_bytes;
  set(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet, "max packet");
  if (!o.plugin_dir.empty()) {
    set(handle, MYSQL_PLUGIN_DIR, o.plugin_dir.c_str(), "plugin dir");
  }
  if (!o.program_name.empty()) {
    mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", o.program_name.c_str());
  }
  apply_tls(handle, o);
}

unsigned long client_flags(const ConnectionOptions& o) noexcept {
  unsigned long flags = CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS;
  if (o.found_rows) {
    flags |= CLIENT_FOUND_ROWS;
  }
  return flags;
}

}  // namespace tandem::mysql
