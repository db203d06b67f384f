#include "connectors/postgres/offset.hpp"

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

std::optional<std::int64_t> integer(const OffsetMap& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    if (name != key || value.is_null()) {
      continue;
    }
    std::int64_t out = 0;
    if (!value.to_int64(out)) {
      raise(ErrorKind::fatal, fmt::format("the stored offset's {} is not an integer", key),
            "set it to an integer with PATCH /connectors/NAME/offsets, or delete the offsets to take a new "
            "snapshot");
    }
    return out;
  }
  return std::nullopt;
}

std::optional<pgoutput::Lsn> lsn_of(const OffsetMap& map, std::string_view key) {
  const auto v = integer(map, key);
  return v ? std::optional(pgoutput::Lsn(static_cast<std::uint64_t>(*v))) : std::nullopt;
}

bool truth(const OffsetMap& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    if (name == key) {
      const bool* b = value.get_if<bool>();
      const std::string* s = value.string();
      return (b != nullptr && *b) || (s != nullptr && *s == "true");
    }
  }
  return false;
}

}  // namespace

OffsetMap PostgresOffset::to_map() const {
  OffsetMap put;
  const auto number = [&](const char* key, const auto& v) {
    if (v) {
      if constexpr (requires { v->value(); }) {
        put.emplace_back(key, static_cast<std::int64_t>(v->value()));
      } else {
        put.emplace_back(key, *v);
      }
    }
  };
  number("ts_usec", ts_usec);
  number("txId", xid);
  number("lsn", lsn);
  number("lsn_proc", processed);
  number("lsn_commit", commit);
  if (!message_type.empty()) {
    put.emplace_back("messageType", message_type);
  }
  if (events_at_lsn > 1) {
    put.emplace_back("lsn_events_processed", events_at_lsn);
  }
  if (snapshot != Snapshot::none) {
    put.emplace_back("snapshot", "INITIAL");
    put.emplace_back("last_snapshot_record", last_snapshot_record);
    put.emplace_back("snapshot_completed", snapshot == Snapshot::completed);
  } else if (transaction) {
    transaction->append_to(put);
  }
  std::vector<std::string> keys;
  for (const auto& [key, value] : put) {
    keys.push_back(key);
  }
  OffsetMap out;
  for (const std::size_t i : relational::java_hash_order(keys)) {
    out.push_back(std::move(put[i]));
  }
  return out;
}

PostgresOffset PostgresOffset::from_map(const OffsetMap& map) {
  PostgresOffset out;
  out.ts_usec = integer(map, "ts_usec");
  out.xid = integer(map, "txId");
  out.lsn = lsn_of(map, "lsn");
  out.processed = lsn_of(map, "lsn_proc");
  out.commit = lsn_of(map, "lsn_commit");
  out.events_at_lsn = integer(map, "lsn_events_processed").value_or(0);
  for (const auto& [key, value] : map) {
    if (key == "messageType" && value.string() != nullptr) {
      out.message_type = *value.string();
    } else if (key == "snapshot" && !value.is_null()) {
      out.snapshot = truth(map, "snapshot_completed") ? Snapshot::completed : Snapshot::running;
    }
  }
  out.last_snapshot_record = truth(map, "last_snapshot_record");
  out.transaction = relational::TransactionState::from(map);
  return out;
}

}  // namespace tandem::postgres_source
