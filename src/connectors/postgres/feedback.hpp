#pragma once
#include "connectors/postgres/pgoutput/messages.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace tandem::postgres_source {

/// What the server is told of our progress (standby status updates). The slot moves to what is durable in the
/// log, never past it. No I/O.
class Feedback {
 public:
  /// `flush` false: the slot is never moved (lsn.flush.mode=manual).
  Feedback(std::chrono::milliseconds interval, bool flush)
      : interval_ns_(interval.count() * 1'000'000), flush_(flush) {}

  /// A stream begins: the server is told at once.
  void restart() {
    reported_ = {};
    next_ns_ = 0;
  }
  void durable(pgoutput::Lsn end) { confirmed_ = std::max(confirmed_, end); }
  /// The message to send now: when the server asked, the interval is over, or there is progress.
  std::optional<std::string> due(std::int64_t now_ns, std::int64_t now_us, bool asked) {
    const pgoutput::Lsn at = flush_ ? std::max(confirmed_, reported_) : pgoutput::Lsn();
    if (!asked && now_ns < next_ns_ && at == reported_) {
      return std::nullopt;
    }
    reported_ = at;
    next_ns_ = now_ns + interval_ns_;
    // 0/0 leaves the slot where it is (PostgreSQL, ProcessStandbyReplyMessage).
    return pgoutput::encode_status_update(at, at, at, now_us, false);
  }
  pgoutput::Lsn confirmed() const noexcept { return confirmed_; }

 private:
  std::int64_t interval_ns_, next_ns_ = 0;
  bool flush_;
  pgoutput::Lsn confirmed_, reported_;
};

}  // namespace tandem::postgres_source
