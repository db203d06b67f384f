#pragma once
#include <mutex>

namespace tandem {

/// A descriptor of our own for a socket that a client library opened and closes when it likes: the number of
/// the library's may be another's by the time somebody wants to end what blocks in it. Any thread.
class SocketHold {
 public:
  SocketHold() = default;
  ~SocketHold() { release(); }
  SocketHold(const SocketHold&) = delete;
  SocketHold& operator=(const SocketHold&) = delete;

  /// Duplicates `descriptor`; what was held is released. Throws TandemError(transient) when the process has
  /// none left.
  void hold(int descriptor);
  /// The socket closes when the library has closed its own, too.
  void release() noexcept;
  /// What blocks in the socket returns. Nothing when none is held.
  void shut_down() noexcept;

 private:
  std::mutex mutex_;
  int descriptor_ = -1;
};

}  // namespace tandem
