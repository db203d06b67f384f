#pragma once
#include "connectors/clients/mysql/query_result.hpp"

#include <vector>

#include <mysql.h>
#include <strings.h>

/// Inside this room only: it includes mysql.h.
namespace tandem::mysql {

inline std::vector<ResultColumn> read_columns(MYSQL_RES* result) {
  const unsigned count = mysql_num_fields(result);
  const MYSQL_FIELD* fields = mysql_fetch_fields(result);
  std::vector<ResultColumn> out(count);
  for (unsigned i = 0; i < count; ++i) {
    const MYSQL_FIELD& f = fields[i];
    ResultColumn& c = out[i];
    c.name.assign(f.name, f.name_length);
    c.original_name.assign(f.org_name, f.org_name_length);
    c.table.assign(f.table, f.table_length);
    c.original_table.assign(f.org_table, f.org_table_length);
    c.database.assign(f.db, f.db_length);
    c.type = static_cast<std::uint8_t>(f.type);
    c.charset = static_cast<std::uint16_t>(f.charsetnr);
    c.flags = f.flags;
    c.length = static_cast<std::uint32_t>(f.length);
    c.decimals = f.decimals;
  }
  return out;
}

}  // namespace tandem::mysql
