#pragma once
#include <string>
#include <string_view>

namespace tandem::mysql {

enum class Flavor { mysql, mariadb };

std::string_view to_string(Flavor flavor) noexcept;

/// What a server says of itself: "8.0.15", "9.7.4-commercial", "10.11.19-MariaDB-log",
/// "5.5.5-10.11.6-MariaDB".
struct ServerVersion {
  Flavor flavor = Flavor::mysql;
  int major = 0, minor = 0, patch = 0;
  std::string text;

  static ServerVersion parse(std::string_view text);
  bool is_mariadb() const noexcept { return flavor == Flavor::mariadb; }
  bool at_least(int want_major, int want_minor, int want_patch = 0) const noexcept;
};

}  // namespace tandem::mysql
