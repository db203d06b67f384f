#include "app/command_line.hpp"
#include "tandem/base/error.hpp"

#include <cstdio>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem::app {
namespace {

struct Url {
  std::string host = "127.0.0.1", port = "8083";
};

Url parse_url(std::string text) {
  static constexpr std::string_view scheme = "http://";
  if (!text.starts_with(scheme)) {
    raise(ErrorKind::config, "healthcheck asks over http only, not " + text,
          "give --url http://127.0.0.1:PORT of a plain listener (metrics.listeners has /health as well)");
  }
  text.erase(0, scheme.size());
  text = text.substr(0, text.find('/'));
  const auto colon = text.rfind(':');
  Url out;
  out.host = text.substr(0, colon);
  if (colon != std::string::npos) {
    out.port = text.substr(colon + 1);
  }
  return out;
}

int dial(const Url& url) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found); error != 0) {
    raise(ErrorKind::config, "cannot resolve " + url.host + ": " + ::gai_strerror(error));
  }
  int fd = -1;
  for (const addrinfo* a = found; a != nullptr && fd < 0; a = a->ai_next) {
    fd = ::socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
      ::close(fd);
      fd = -1;
    }
  }
  ::freeaddrinfo(found);
  return fd;
}

}  // namespace

int healthcheck_command(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words, {"url"}, {});
  const Url url = parse_url(arguments.get("url", "http://127.0.0.1:8083"));
  const int fd = dial(url);
  if (fd < 0) {
    std::fprintf(stderr, "tandem: nothing answers at %s:%s\n", url.host.c_str(), url.port.c_str());
    return exit_usage;
  }
  const std::string request =
      "GET /health HTTP/1.0\r\nHost: " + url.host + "\r\nAccept: application/json\r\n\r\n";
  std::string answer;
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
  }
  ::close(fd);
  const auto body = answer.find("\r\n\r\n");
  std::printf("%s\n", body == std::string::npos ? "no answer" : answer.c_str() + body + 4);
  return answer.size() > 12 && answer.compare(9, 3, "200") == 0 ? exit_ok : exit_usage;
}

}  // namespace tandem::app
