#pragma once
#include "tandem/base/error.hpp"

#include <string>
#include <string_view>

namespace tandem::mysql {

/// Numbers of the server's errmsg-utf8.txt and the client's errmsg.h that code looks at by name.
inline constexpr unsigned kErrUnknown = 2000, kErrServerGone = 2006, kErrServerLost = 2013, kErrTls = 2026;
inline constexpr unsigned kErrDeadlock = 1213, kErrLockWait = 1205, kErrReplicationFatal = 1236;

ErrorKind classify(unsigned number, std::string_view sqlstate, std::string_view message) noexcept;
bool leaves_connection_usable(unsigned number) noexcept;
/// What mends it, from the number and the names in the server's message; empty when the message says all.
std::string remedy_for(unsigned number, std::string_view message);

}  // namespace tandem::mysql
