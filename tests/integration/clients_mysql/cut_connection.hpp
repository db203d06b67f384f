#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem::mysql::test {

/// Stands between one client and a server on 127.0.0.1, and hangs up on both when the server has sent `most`
/// bytes: a server that dies at that place.
class CutConnection {
 public:
  CutConnection(std::uint16_t server_port, std::size_t most)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)), server_port_(server_port), most_(most) {
    sockaddr_in at = address(0);
    socklen_t size = sizeof at;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&at), size);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~CutConnection() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  CutConnection(const CutConnection&) = delete;
  CutConnection& operator=(const CutConnection&) = delete;

  std::uint16_t port() const noexcept { return port_; }

 private:
  static sockaddr_in address(std::uint16_t port) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
  }

  void run() {
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in at = address(server_port_);
    if (client >= 0 && ::connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) {
      pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      bool open = true;
      while (open && passed_ < most_) {
        open = (::poll(ends, 2, -1) > 0) && (ends[0].revents == 0 || pass(client, server, nullptr)) &&
               (ends[1].revents == 0 || pass(server, client, &passed_));
      }
    }
    ::close(server);
    ::close(client);
  }

  bool pass(int from, int to, std::size_t* counted) {
    char bytes[16384];
    const std::size_t room = counted != nullptr ? std::min(sizeof bytes, most_ - *counted) : sizeof bytes;
    const ssize_t n = ::recv(from, bytes, room, 0);
    if (n <= 0 || ::send(to, bytes, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) {
      return false;
    }
    if (counted != nullptr) {
      *counted += static_cast<std::size_t>(n);
    }
    return true;
  }

  int listener_;
  std::uint16_t server_port_, port_ = 0;
  std::size_t most_;
  std::size_t passed_ = 0;  ///< bytes of the server that the client was given; the thread's
  std::thread thread_;
};

}  // namespace tandem::mysql::test
