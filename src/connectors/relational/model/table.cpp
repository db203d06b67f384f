#include "connectors/relational/model/table.hpp"

#include <algorithm>

namespace tandem::relational {

bool same_name(const std::string& a, const std::string& b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

const Column* Table::column(const std::string& name) const noexcept {
  const auto it =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return same_name(c.name, name); });
  return it == columns.end() ? nullptr : &*it;
}

bool Table::in_primary_key(const std::string& name) const noexcept {
  return std::any_of(primary_key.begin(), primary_key.end(),
                     [&](const auto& k) { return same_name(k, name); });
}

void Table::renumber() noexcept {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].position = static_cast<std::int32_t>(i + 1);
  }
}

}  // namespace tandem::relational
