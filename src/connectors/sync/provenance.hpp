#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tandem::sync {

/// Where a change was first made and which databases it has passed since. Headers `tandem.origin` and
/// `tandem.hops` (names joined by commas; absent when there are none) and the same fields of a marker.
///   A change by a user of database M:              origin M, no hops.
///   The same change read again in P (another link): origin M, hops [P].
struct Provenance {
  std::string origin;
  std::vector<std::string> hops;

  std::string hops_text() const;
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

std::vector<std::string> parse_hops(std::string_view text);

/// What a source of database `own` stamps on a change that a sink of another link has brought into it.
Provenance forwarded(const Provenance& marker, std::string_view own);

/// True when a sink of database `own` has to drop the change: it started there, or has been there.
bool has_been_at(const Provenance& change, std::string_view own) noexcept;

/// "" when `name` may name a database or a link: 1 to 64 of A-Z a-z 0-9 . _ -; else what is wrong.
std::string name_problem(std::string_view name);

}  // namespace tandem::sync
