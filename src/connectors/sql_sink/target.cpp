#include "connectors/sql_sink/target.hpp"

#include <algorithm>

#include <strings.h>

namespace tandem::sql_sink {
namespace {

bool same_columns(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

int TargetTable::column(std::string_view column_name) const noexcept {
  int similar = -1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& name_here = columns[i].name;
    if (name_here == column_name) {
      return static_cast<int>(i);
    }
    if (similar < 0 && name_here.size() == column_name.size() &&
        strncasecmp(name_here.data(), column_name.data(), column_name.size()) == 0) {
      similar = static_cast<int>(i);
    }
  }
  return similar;
}

bool TargetTable::unique_over(const std::vector<std::string>& key) const {
  return same_columns(primary_key, key) || std::any_of(unique_keys.begin(), unique_keys.end(),
                                                       [&](const auto& k) { return same_columns(k, key); });
}

bool TargetTable::unique_besides(const std::vector<std::string>& key) const {
  return (!primary_key.empty() && !same_columns(primary_key, key)) ||
         std::any_of(unique_keys.begin(), unique_keys.end(),
                     [&](const auto& k) { return !same_columns(k, key); });
}

}  // namespace tandem::sql_sink
