#pragma once
#include "connectors/relational/model/envelope.hpp"

#include <cstdint>
#include <string>

namespace tandem::mysql {

/// The `source` block. One task thread; the schema is made once.
class SourceInfo {
 public:
  /// `kind`: "mysql" or "mariadb".
  SourceInfo(std::string kind, std::string name);
  const SchemaPtr& schema() const noexcept { return schema_; }

  relational::SnapshotMarker snapshot = relational::SnapshotMarker::streaming;
  std::int64_t ts_ns = 0;
  std::uint32_t server_id = 0;
  std::string gtid;  ///< of the current transaction; empty: none
  std::string file;
  std::uint64_t pos = 0;
  std::int32_t row = 0;
  std::int64_t thread = -1;  ///< -1: not known
  std::string query;         ///< empty: none

  /// A block for one record. `table` nullptr: null.
  StructPtr make(const std::string& database, const std::string* table) const;
  StructPtr make(const std::string& database, const std::string& table) const {
    return make(database, &table);
  }

 private:
  std::string kind_, name_;
  SchemaPtr schema_;
};

}  // namespace tandem::mysql
