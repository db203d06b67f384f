#include "connectors/sync/provenance.hpp"

#include <algorithm>

namespace tandem::sync {

std::string Provenance::hops_text() const {
  std::string out;
  for (const auto& hop : hops) {
    if (!out.empty()) {
      out += ',';
    }
    out += hop;
  }
  return out;
}

std::vector<std::string> parse_hops(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    if (!part.empty()) {
      out.emplace_back(part);
    }
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return out;
}

Provenance forwarded(const Provenance& marker, std::string_view own) {
  Provenance p = marker;
  p.hops.emplace_back(own);
  return p;
}

bool has_been_at(const Provenance& change, std::string_view own) noexcept {
  return change.origin == own || std::find(change.hops.begin(), change.hops.end(), own) != change.hops.end();
}

std::string name_problem(std::string_view name) {
  if (name.empty() || name.size() > 64) {
    return "must be 1 to 64 characters long";
  }
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  return good ? "" : "may only hold letters, digits, '.', '_' and '-'";
}

}  // namespace tandem::sync
