#pragma once
#include "connectors/postgres/catalog.hpp"
#include "connectors/postgres/settings.hpp"
#include "connectors/sync/log_position.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tandem::postgres_source {

/// What has to be true of the server, each refusal with the statement that mends it. Throws TandemError.
void check_server(postgres::Connection& connection, const Settings& settings);
/// SELECT on every captured table; where changes have to follow, no unlogged ones; in links REPLICA IDENTITY
/// FULL.
void check_tables(postgres::Connection& connection, const Settings& settings,
                  const std::vector<CatalogTable>& captured);
/// Publication as publication.autocreate.mode wants it, and replica.identity.autoset.values.
void prepare_publication(postgres::Connection& connection, const Settings& settings,
                         const std::vector<CatalogTable>& captured);
void set_replica_identities(postgres::Connection& connection, const Settings& settings,
                            std::vector<CatalogTable>& captured);
/// The tables that the filters let through.
std::vector<CatalogTable> captured_tables(Catalog& catalog, const Settings& settings);

struct SlotState {
  pgoutput::Lsn confirmed, restart;
  bool active = false;
  bool lost = false;  ///< wal_status "lost": its WAL is gone
};
/// nullopt when there is no such slot; throws when it belongs to another plugin or database.
std::optional<SlotState> find_slot(postgres::Connection& connection, const Settings& settings);

/// Its catalog_xmin; nullopt when it has none.
std::optional<std::int64_t> slot_xmin(postgres::Connection& connection, const Settings& settings);

struct NewSlot {
  pgoutput::Lsn consistent;
  std::string snapshot;  ///< valid while the replication connection that made it stays idle
};
NewSlot create_slot(postgres::Connection& replication, const Settings& settings);

/// IDENTIFY_SYSTEM: system identifier and timeline. LSNs of another cluster (pg_upgrade, a restored dump) and
/// of another timeline (restored to a moment) say nothing about this one's. `replication` is a replication
/// connection.
sync::LogIdentity identify_log(postgres::Connection& replication);

/// Where the log ends; nullopt on a standby, which may lag behind what was read elsewhere.
std::optional<pgoutput::Lsn> log_end(postgres::Connection& connection);

std::string quoted_name(const relational::TableId& id);

}  // namespace tandem::postgres_source
