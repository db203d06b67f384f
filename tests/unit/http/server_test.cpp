#include "http/server.hpp"

#include "tandem/base/error.hpp"

#include <chrono>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem::http {
namespace {

using namespace std::chrono_literals;

/// A plain socket, so that the server is not tested by its own library.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval limit{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Client() { ::close(fd_); }
  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  void send(std::string_view text) const {
    while (!text.empty()) {
      const auto n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        return;
      }
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// Until `mark` is in the text, the peer closes, or five seconds.
  std::string read_until(std::string_view mark) const {
    std::string out;
    char buffer[4096];
    while (out.find(mark) == std::string::npos) {
      const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0) {
        break;
      }
      out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
  }
  bool closed_by_peer() const {
    char c;
    return ::recv(fd_, &c, 1, 0) == 0;
  }

 private:
  int fd_;
  bool connected_ = false;
};

struct Fixture {
  explicit Fixture(Limits limits = {}, std::optional<Tls> tls = {}) : server(limits) {
    auto router = std::make_shared<Router>([](int status, std::string_view text) {
      return Response{status, "E:" + std::string(text) + ".", "text/plain", {}};
    });
    router->add("GET", "/now", [](Request, Responder respond) { respond({200, "now.", "text/plain", {}}); });
    router->add("GET", "/none", [](Request, Responder respond) { respond({204, "", "", {}}); });
    router->add("POST", "/echo", [](Request r, Responder respond) {
      respond({200, r.body + ".", "text/plain", {}});
    });
    router->add("GET", "/drop", [](Request, Responder) {});
    router->add("GET", "/later", [this](Request, Responder respond) {
      later = std::jthread([respond] {
        std::this_thread::sleep_for(300ms);
        respond({200, "later.", "text/plain", {}});
      });
    });
    port = server.listen({"127.0.0.1", 0, std::move(tls)}, router);
    server.start();
  }
  std::jthread later;
  Server server;
  std::uint16_t port = 0;
};

TEST(Server, KeepsAConnectionAlive) {
  Fixture f;
  const Client c(f.port);
  c.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(c.read_until("now.").find("HTTP/1.1 200 OK"), std::string::npos);
  c.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_NE(c.read_until("hi.").find("Content-Length: 3"), std::string::npos);
  c.send("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string both = c.read_until("no such text");
  EXPECT_NE(both.find("Content-Length: 4"), std::string::npos);
  EXPECT_EQ(both.find("now."), std::string::npos);
  EXPECT_NE(both.find("204 No Content"), std::string::npos);
}

TEST(Server, ASlowHandlerBlocksNobody) {
  Fixture f;
  const Client slow(f.port), quick(f.port);
  slow.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(20ms);
  const auto begun = std::chrono::steady_clock::now();
  quick.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(quick.read_until("now.").find("200"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 200ms);
  EXPECT_NE(slow.read_until("later.").find("later."), std::string::npos);
}

TEST(Server, ADroppedRequestIsAnswered) {
  Fixture f;
  const Client c(f.port);
  c.send("GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(c.read_until("answered.").find("HTTP/1.1 500"), std::string::npos);
}

TEST(Server, LimitsBodyAndHeader) {
  Limits limits;
  limits.max_body = 1000;
  limits.max_header = 1000;
  Fixture f(limits);
  const Client announced(f.port);
  announced.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" +
                 std::string(200000, 'x'));
  EXPECT_NE(announced.read_until("Large.").find("HTTP/1.1 413"), std::string::npos);
  const Client chunked(f.port);
  chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
               std::string(2000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_NE(chunked.read_until("Large.").find("HTTP/1.1 413"), std::string::npos);
  const Client header(f.port);
  header.send("GET /now HTTP/1.1\r\nHost: x\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");
  EXPECT_NE(header.read_until("Large.").find("HTTP/1.1 431"), std::string::npos);
  const Client garbage(f.port);
  garbage.send("this is no HTTP\r\n\r\n");
  EXPECT_NE(garbage.read_until("Request.").find("HTTP/1.1 400"), std::string::npos);
}

TEST(Server, ClosesSlowAndSurplusClients) {
  Limits limits;
  limits.idle_timeout = 1s;
  limits.read_timeout = 1s;
  limits.max_connections = 2;
  Fixture f(limits);
  const Client slow_header(f.port), slow_body(f.port);
  slow_header.send("GET /now HT");
  slow_body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  std::this_thread::sleep_for(50ms);
  const Client surplus(f.port);
  surplus.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(surplus.read_until("now."), "");
  EXPECT_TRUE(slow_header.closed_by_peer());
  EXPECT_TRUE(slow_body.closed_by_peer());
  const Client next(f.port);
  next.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(next.read_until("now.").find("now."), std::string::npos);
}

TEST(Server, TellsClientsToGoOn) {
  Fixture f;
  const Client c(f.port);
  c.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_NE(c.read_until("\r\n\r\n").find("100 Continue"), std::string::npos);
  c.send("ok");
  EXPECT_NE(c.read_until("ok.").find("200 OK"), std::string::npos);
}

TEST(Server, StopLetsAnAnswerOut) {
  Fixture f;
  const Client c(f.port), idle(f.port);
  c.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  std::jthread stopper([&] { f.server.stop(5s); });
  EXPECT_NE(c.read_until("later.").find("Connection: close"), std::string::npos);
  EXPECT_TRUE(idle.closed_by_peer());
  stopper.join();
  EXPECT_FALSE(Client(f.port).connected());
}

TEST(Server, NamesATakenPort) {
  Fixture f;
  Server other;
  try {
    other.listen({"127.0.0.1", f.port, {}}, std::make_shared<Router>([](int s, std::string_view) {
                   return Response{s, "", "", {}};
                 }));
    FAIL() << "bound twice";
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::config);
    EXPECT_NE(std::string(e.what()).find(std::to_string(f.port)), std::string::npos);
  }
}

/// Key and self-signed certificate, one PEM text.
std::string self_signed() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), 0);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(cert, X509_get_subject_name(cert));
  X509_sign(cert, key, EVP_sha256());
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(bio, cert);
  char* data = nullptr;
  const long n = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(n));
  BIO_free_all(bio);
  X509_free(cert);
  EVP_PKEY_free(key);
  return out;
}

TEST(Server, SpeaksTls) {
  const std::string pem = self_signed();
  Tls tls;
  tls.certificate_chain_pem = pem;
  tls.private_key_pem = pem;
  Fixture f({}, tls);
  const Client c(f.port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, c.fd());
  ASSERT_EQ(SSL_connect(ssl), 1);
  const std::string_view request = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
  SSL_write(ssl, request.data(), static_cast<int>(request.size()));
  std::string answer;
  char buffer[1024];
  for (int n = 0;
       answer.find("now.") == std::string::npos && (n = SSL_read(ssl, buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  EXPECT_NE(answer.find("HTTP/1.1 200 OK"), std::string::npos);
  SSL_free(ssl);
  SSL_CTX_free(context);
}

TEST(Server, RefusesAKeystoreOfJava) {
  const std::string file = testing::TempDir() + "tandem-http.jks";
  FILE* out = std::fopen(file.c_str(), "wb");
  std::fwrite("\xFE\xED\xFE\xED\0\0\0\2", 1, 8, out);
  std::fclose(out);
  Server server;
  Tls tls;
  tls.keystore_file = file;
  try {
    server.listen({"127.0.0.1", 0, tls}, std::make_shared<Router>([](int s, std::string_view) {
                    return Response{s, "", "", {}};
                  }));
    FAIL() << "a JKS store was taken";
  } catch (const TandemError& e) {
    EXPECT_NE(e.error().remedy.find("keytool -importkeystore"), std::string::npos);
  }
}

}  // namespace
}  // namespace tandem::http
