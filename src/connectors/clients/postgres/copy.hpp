#pragma once
#include "connectors/clients/postgres/connection.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace tandem::postgres {

/// COPY … FROM STDIN in progress. Destroyed unfinished: the copy is aborted and the connection stays usable.
class CopyIn {
 public:
  CopyIn(CopyIn&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)), sql_(std::move(other.sql_)) {}
  CopyIn& operator=(CopyIn&&) = delete;
  ~CopyIn();

  /// Any cut of the stream, best in pieces of 8 KiB and more.
  void write(BytesView bytes);
  /// Rows copied. Throws the server's verdict.
  std::uint64_t finish();

 private:
  friend class Connection;
  CopyIn(Connection& connection, std::string sql) : connection_(&connection), sql_(std::move(sql)) {}
  Connection* connection_;
  std::string sql_;
};

/// COPY … TO STDOUT, or a replication stream, in progress. Destroyed early: a COPY is cancelled and drained
/// (the connection stays usable), a replication stream ends the connection.
class CopyOut {
 public:
  enum class Read { row, nothing, end };

  CopyOut(CopyOut&& other) noexcept;
  CopyOut& operator=(CopyOut&&) = delete;
  ~CopyOut();

  /// The next row (CopyData message), waiting for it; false at the end. The view is valid until the next
  /// call.
  bool next(BytesView& row);
  /// The same without waiting: what has arrived, reading the socket at most once.
  Read try_next(BytesView& row);
  /// Waits until the socket has something (true) or `timeout` passed. `wake_fd` (an eventfd, or -1) ends the
  /// wait too.
  bool wait(std::chrono::milliseconds timeout, int wake_fd = -1);
  /// Replication streams only: one CopyData message towards the server, flushed.
  void send(BytesView message);
  /// Replication streams only: says CopyDone and reads up to the server's end; bounded by `timeout`.
  void finish(std::chrono::milliseconds timeout);

 private:
  friend class Connection;
  CopyOut(Connection& connection, std::string sql, bool both)
      : connection_(&connection), sql_(std::move(sql)), both_(both) {}
  void release() noexcept;
  bool ended(int code);
  Connection* connection_;
  std::string sql_;
  char* buffer_ = nullptr;
  bool both_;
  bool done_ = false;
};

}  // namespace tandem::postgres
