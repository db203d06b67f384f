#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::mysql {

/// Debezium's database.ssl.mode (MariaDB's names are taken too: disable, trust, verify-ca, verify-full).
enum class TlsMode {
  disabled,
  preferred,        ///< TLS when the server has it; the certificate is not looked at
  required,         ///< TLS or nothing; the certificate is not looked at
  verify_ca,        ///< and the certificate must come from the authority
  verify_identity,  ///< and name the host
};

std::string_view to_string(TlsMode mode) noexcept;
/// False when `text` names no mode. Case-insensitive; '-' and '_' are the same.
bool parse_tls_mode(std::string_view text, TlsMode& out) noexcept;

struct ConnectionOptions {
  std::string host = "localhost";
  std::uint16_t port = 3306;
  std::string user, password, database;
  std::chrono::seconds connect_timeout{30};
  /// Longest silence of the server while we wait for it, and of the network while we write; 0: no limit.
  /// Whole seconds.
  std::chrono::seconds read_timeout{0}, write_timeout{0};

  TlsMode tls = TlsMode::preferred;
  std::string ca_file;  ///< PEM; empty: the system's authorities (only the verify modes read it)
  std::string cert_file, key_file, key_passphrase;

  /// Run after login, in order, and again by `Connection::reconnect`.
  std::vector<std::string> session_statements;
  /// An UPDATE then counts the rows it found, not the rows it changed.
  bool found_rows = false;
  /// Folder of the login plugins (caching_sha2_password.so); empty: the client library's own.
  std::string plugin_dir;
  std::string program_name = "tandem";  ///< shown by performance_schema.session_connect_attrs
  std::uint32_t max_packet_bytes = 1U << 30;

  std::string address() const { return host + ":" + std::to_string(port); }
};

}  // namespace tandem::mysql
