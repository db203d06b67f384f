#include "connectors/clients/mysql/server_version.hpp"

#include <charconv>
#include <tuple>

namespace tandem::mysql {
namespace {

void read_numbers(std::string_view text, ServerVersion& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  for (int* part : {&out.major, &out.minor, &out.patch}) {
    const auto [next, ec] = std::from_chars(p, end, *part);
    if (ec != std::errc{}) {
      return;
    }
    p = next;
    if (p == end || *p != '.') {
      return;
    }
    ++p;
  }
}

}  // namespace

std::string_view to_string(Flavor flavor) noexcept { return flavor == Flavor::mysql ? "MySQL" : "MariaDB"; }

ServerVersion ServerVersion::parse(std::string_view text) {
  ServerVersion v;
  v.text = text;
  if (text.find("MariaDB") != std::string_view::npos) {
    v.flavor = Flavor::mariadb;
    // MariaDB 10 puts a false version in front, so that old MySQL replicas accept it.
    constexpr std::string_view kDisguise = "5.5.5-";
    if (text.substr(0, kDisguise.size()) == kDisguise) {
      text.remove_prefix(kDisguise.size());
    }
  }
  read_numbers(text, v);
  return v;
}

bool ServerVersion::at_least(int want_major, int want_minor, int want_patch) const noexcept {
  return std::tie(major, minor, patch) >= std::tie(want_major, want_minor, want_patch);
}

}  // namespace tandem::mysql
