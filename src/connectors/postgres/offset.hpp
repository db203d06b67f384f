#pragma once
#include "connectors/postgres/pgoutput/messages.hpp"
#include "connectors/relational/model/transaction.hpp"
#include "tandem/data/record.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tandem::postgres_source {

/// Where the connector stands, with Debezium's keys in the order of its HashMap. Immutable once shared.
struct PostgresOffset final : SourceOffset {
  enum class Snapshot : std::uint8_t { none, running, completed };

  std::optional<std::int64_t> ts_usec;     ///< commit time
  std::optional<std::int64_t> xid;         ///< txId
  std::optional<pgoutput::Lsn> lsn;        ///< of the last event
  std::optional<pgoutput::Lsn> processed;  ///< lsn_proc
  std::optional<pgoutput::Lsn>
      commit;                ///< lsn_commit: end of the last complete transaction; restart and feedback point
  std::string message_type;  ///< "" when unknown
  Snapshot snapshot = Snapshot::none;
  bool last_snapshot_record = false;
  /// Events already handled at `lsn` in the transaction `xid`, when more than one shares it
  /// (lsn_events_processed).
  std::int64_t events_at_lsn = 0;
  std::optional<relational::TransactionState> transaction;
  /// Everything before it is handled, when that is more than the keys say; not stored.
  pgoutput::Lsn confirmed;

  OffsetMap to_map() const override;
  /// Throws TandemError(fatal) when a known key has a value that is not of its type.
  static PostgresOffset from_map(const OffsetMap& map);
  /// Every transaction that committed before it is handled: how far the slot may have been moved on.
  pgoutput::Lsn handled_to() const noexcept {
    return std::max(
        {confirmed, restart_lsn(), processed.value_or(pgoutput::Lsn()), lsn.value_or(pgoutput::Lsn())});
  }
  /// Where the server has to start sending.
  pgoutput::Lsn restart_lsn() const noexcept {
    return commit ? *commit : processed ? *processed : lsn ? *lsn : pgoutput::Lsn();
  }
};

}  // namespace tandem::postgres_source
