#pragma once
#include "connectors/mysql/binlog/table_map.hpp"

namespace tandem::binlog {

/// The optional metadata at the end of a TABLE_MAP (Table_map_event::Optional_metadata_field_type of
/// libbinlogevents/include/rows_event.h). Fields of kinds yet unknown are passed over. False when cut short.
bool read_optional_metadata(BytesView bytes, TableMap& map, bool from_mariadb);

}  // namespace tandem::binlog
