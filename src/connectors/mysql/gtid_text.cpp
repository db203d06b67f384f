#include "connectors/mysql/gtid_text.hpp"

#include "connectors/mysql/binlog/gtid.hpp"

namespace tandem::mysql {

bool gtid_contained(const std::string& inner, const std::string& outer) {
  const auto a = binlog::GtidSet::parse(inner), b = binlog::GtidSet::parse(outer);
  if (a.has_value() && b.has_value()) {
    return b.value().contains(a.value());
  }
  const auto ma = binlog::MariaDbGtidList::parse(inner), mb = binlog::MariaDbGtidList::parse(outer);
  if (!ma.has_value() || !mb.has_value()) {
    return false;
  }
  for (const auto& one : ma.value().entries()) {
    if (!mb.value().contains(one)) {
      return false;
    }
  }
  return true;
}

}  // namespace tandem::mysql
