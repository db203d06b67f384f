#pragma once
#include "http/message.hpp"
#include "http/router.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tandem::http {

struct Limits {
  std::size_t max_body = 16u << 20;       ///< bytes; more is answered 413
  std::size_t max_header = 16u << 10;     ///< bytes of request line and headers; more is answered 431
  std::size_t max_connections = 512;      ///< open at once; more are closed at once
  std::chrono::seconds read_timeout{30};  ///< for a whole request once its first byte came
  std::chrono::seconds idle_timeout{30};  ///< between requests of a connection
  std::chrono::seconds write_timeout{30};
};

enum class ClientAuth { none, requested, required };

/// Key and certificate of a listener: PEM text, or a file (PEM with key and chain, or PKCS#12).
struct Tls {
  std::string certificate_chain_pem, private_key_pem;
  std::string keystore_file;  ///< used when the two above are empty
  std::string key_password;
  std::string trust_pem;  ///< authorities for client certificates
  std::string trust_file;
  ClientAuth client_auth = ClientAuth::none;
};

struct Address {
  std::string host;        ///< empty: all interfaces
  std::uint16_t port = 0;  ///< 0: any free one
  std::optional<Tls> tls;
};

/// Listens on several addresses, each with a router of its own, with one thread for all.
class Server {
 public:
  explicit Server(Limits limits = {});
  ~Server();  ///< stop() without grace
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds at once; returns the port. Throws TandemError(config) naming address and cause (port taken, no
  /// such address, bad key).
  std::uint16_t listen(const Address& address, std::shared_ptr<const Router> router);
  void start();
  /// Calls `job` on the server's thread again and again while it runs; before start() only.
  void every(std::chrono::milliseconds period, std::function<void()> job);
  /// No new connections; waits up to `grace` for answers under way, then closes. Any thread but the server's
  /// own.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tandem::http
