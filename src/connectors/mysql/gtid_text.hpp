#pragma once
#include <string>

namespace tandem::mysql {

/// Whether every transaction of the set `inner` is in the set `outer` (MySQL or MariaDB text forms).
bool gtid_contained(const std::string& inner, const std::string& outer);

}  // namespace tandem::mysql
