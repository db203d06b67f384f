#include "connectors/clients/postgres/copy.hpp"

#include <algorithm>

#include <libpq-fe.h>
#include <poll.h>

namespace tandem::postgres {

CopyIn::~CopyIn() {
  if (connection_ != nullptr) {
    PQputCopyEnd(connection_->handle_, "abandoned by the client");
    connection_->drain();
  }
}

void CopyIn::write(BytesView bytes) {
  constexpr std::size_t kPiece = std::size_t{1} << 28;  // libpq counts in int
  while (!bytes.empty()) {
    const BytesView piece = bytes.substr(0, kPiece);
    if (PQputCopyData(connection_->handle_, piece.data(), static_cast<int>(piece.size())) != 1) {
      std::exchange(connection_, nullptr)->fail(nullptr, sql_);
    }
    bytes.remove_prefix(piece.size());
  }
}

std::uint64_t CopyIn::finish() {
  Connection* connection = std::exchange(connection_, nullptr);
  if (PQputCopyEnd(connection->handle_, nullptr) != 1) {
    connection->fail(nullptr, sql_);
  }
  const Rows rows = connection->take(PQgetResult(connection->handle_), sql_);
  connection->drain();
  return rows.affected();
}

CopyOut::CopyOut(CopyOut&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      sql_(std::move(other.sql_)),
      buffer_(std::exchange(other.buffer_, nullptr)),
      both_(other.both_),
      done_(other.done_) {}

CopyOut::~CopyOut() {
  release();
  if (connection_ == nullptr || done_ || !connection_->usable()) {
    return;
  }
  if (both_) {
    connection_->abort();
    return;
  }
  connection_->cancel();
  char* buffer = nullptr;
  while (PQgetCopyData(connection_->handle_, &buffer, 0) > 0) {
    PQfreemem(buffer);
  }
  connection_->drain();
}

void CopyOut::release() noexcept {
  PQfreemem(buffer_);
  buffer_ = nullptr;
}

bool CopyOut::ended(int code) {
  done_ = true;
  if (code == -2) {
    connection_->fail(nullptr, sql_);
  }
  connection_->take(PQgetResult(connection_->handle_), sql_);
  if (!both_) {
    connection_->drain();
  }
  return false;
}

bool CopyOut::next(BytesView& row) {
  release();
  if (done_) {
    return false;
  }
  const int length = PQgetCopyData(connection_->handle_, &buffer_, 0);
  if (length < 0) {
    return ended(length);
  }
  row = {buffer_, static_cast<std::size_t>(length)};
  return true;
}

CopyOut::Read CopyOut::try_next(BytesView& row) {
  release();
  if (done_) {
    return Read::end;
  }
  int length = PQgetCopyData(connection_->handle_, &buffer_, 1);
  if (length == 0) {
    if (PQconsumeInput(connection_->handle_) != 1) {
      done_ = true;
      connection_->fail(nullptr, sql_);
    }
    length = PQgetCopyData(connection_->handle_, &buffer_, 1);
  }
  if (length > 0) {
    row = {buffer_, static_cast<std::size_t>(length)};
    return Read::row;
  }
  if (length == 0) {
    return Read::nothing;
  }
  ended(length);
  return Read::end;
}

bool CopyOut::wait(std::chrono::milliseconds timeout, int wake_fd) {
  pollfd fds[2] = {{PQsocket(connection_->handle_), POLLIN, 0}, {wake_fd, POLLIN, 0}};
  return ::poll(fds, wake_fd >= 0 ? 2 : 1, static_cast<int>(timeout.count())) > 0 && fds[0].revents != 0;
}

void CopyOut::send(BytesView message) {
  if (PQputCopyData(connection_->handle_, message.data(), static_cast<int>(message.size())) != 1 ||
      PQflush(connection_->handle_) < 0) {
    done_ = true;
    connection_->fail(nullptr, sql_);
  }
}

void CopyOut::finish(std::chrono::milliseconds timeout) {
  if (done_) {
    return;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  PQputCopyEnd(connection_->handle_, nullptr);
  PQflush(connection_->handle_);
  BytesView row;
  for (;;) {
    const Read read = try_next(row);
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (read == Read::end || left.count() <= 0) {
      return;
    }
    if (read == Read::nothing) {
      wait(std::min(left, std::chrono::milliseconds(100)));
    }
  }
}

}  // namespace tandem::postgres
