#pragma once
#include <string>
#include <string_view>

namespace tandem::sync {

/// How the sink of a link names the target of a captured table: it strips its own side's prefix
/// (`sync.table.strip`) when the name has it, else adds the other side's (`sync.table.add`). An empty prefix
/// does nothing.
///   sink to PostgreSQL, strip "postgres_", add "mysql_":  users → mysql_users, postgres_orders → orders
///   sink to MySQL, strip "mysql_", add "postgres_":       mysql_users → users, orders → postgres_orders
struct TableNaming {
  std::string strip;
  std::string add;

  std::string target(std::string_view table) const {
    if (!strip.empty() && table.size() > strip.size() && table.starts_with(strip)) {
      return std::string(table.substr(strip.size()));
    }
    return add + std::string(table);
  }
};

}  // namespace tandem::sync
