#pragma once
#include "connectors/sync/provenance.hpp"
#include "tandem/base/result.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// How a sink of a link marks its transactions, and how a source knows them again. DESIGN.md §5.
namespace tandem::sync {

inline constexpr std::string_view kHeaderPosition = "tandem.pos";  ///< LogPosition of the record, as STRING
inline constexpr std::string_view kHeaderSeen =
    "tandem.seen";  ///< what the change had seen of the other side
inline constexpr std::string_view kHeaderOrigin = "tandem.origin";  ///< database of the first change
inline constexpr std::string_view kHeaderHops = "tandem.hops";  ///< databases passed since, comma-separated

/// Prefix of the PostgreSQL logical message: pg_logical_emit_message(true, 'tandem', <marker JSON>), the
/// first item of the transaction.
inline constexpr std::string_view kMessagePrefix = "tandem";

/// Our own tables begin with this and are never captured.
inline constexpr std::string_view kTablePrefix = "tandem_";
inline constexpr std::string_view kPositionTable = "tandem_position";
inline constexpr int kPositionVersion = 1;

/// Columns of tandem_position in their order in the table (so in a binlog row image); primary key connector,
/// topic, partition_id. On MySQL and MariaDB the row is the marker: a sink's transaction updates it before
/// all else, so its TABLE_MAP comes first.
enum class PositionColumn : std::uint8_t {
  link,             ///< varchar(64)
  connector,        ///< varchar(190)
  topic,            ///< varchar(249)
  partition_id,     ///< int
  next_offset,      ///< bigint: the next record to read
  source_position,  ///< varchar(255): last LogPosition applied, "" before the first
  log_id,           ///< varchar(190): topics::Admin::log_id(), and "/" topic id where the log has one
  record_check,     ///< bigint: fingerprint of the record at next_offset - 1; 0 when there is none
  epoch,            ///< bigint: raised by each owner
  origin,           ///< varchar(64): Provenance of what was applied last
  hops,             ///< varchar(255)
  version,          ///< int: kPositionVersion
  updated,          ///< datetime(6), UTC; timestamptz
};
inline constexpr std::array<std::string_view, 13> kPositionColumns = {
    "link",         "connector", "topic",  "partition_id", "next_offset", "source_position", "log_id",
    "record_check", "epoch",     "origin", "hops",         "version",     "updated"};

/// Content of a PostgreSQL marker:
/// {"v":1,"link":…,"group":…,"origin":…,"hops":[…],"positions":{"topic/partition":"source position"}}
struct Marker {
  int version = 1;
  std::string link;
  std::string group;  ///< group.id of the worker
  Provenance from;
  std::map<std::string, std::string> positions;  ///< "topic/partition" → text of the LogPosition applied

  std::string to_json() const;
  /// Error(data) when the text is no marker; unknown fields are skipped, so that a later version can be read.
  static Result<Marker> from_json(std::string_view json);
  friend bool operator==(const Marker&, const Marker&) = default;
};

/// Key of Marker::positions.
std::string position_key(std::string_view topic, std::int32_t partition);

/// A source whose own link is `link` drops a transaction with this marker; a marker of another link passes.
inline bool is_echo(const Marker& marker, std::string_view link) noexcept { return marker.link == link; }

}  // namespace tandem::sync
