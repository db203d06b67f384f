#include "tandem/base/socket_hold.hpp"

#include "tandem/base/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem {

void SocketHold::hold(int descriptor) {
  const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (own < 0) {
    raise(ErrorKind::transient, "no second descriptor of a socket: " + std::generic_category().message(errno),
          "raise the limit of open files (ulimit -n)");
  }
  release();
  const std::lock_guard lock(mutex_);
  descriptor_ = own;
}

void SocketHold::release() noexcept {
  const std::lock_guard lock(mutex_);
  if (const int own = std::exchange(descriptor_, -1); own >= 0) {
    ::close(own);
  }
}

void SocketHold::shut_down() noexcept {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) {
    ::shutdown(descriptor_, SHUT_RDWR);
  }
}

}  // namespace tandem
