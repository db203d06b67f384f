#pragma once
#include "tandem/base/error.hpp"

#include <string>
#include <string_view>

namespace tandem::mysql {

/// Error 1236 says many things in one number; only its text tells them apart.
enum class DumpRefusal {
  purged,           ///< the events asked for are deleted on the server
  server_id_clash,  ///< another replica with our server id has connected
  bad_position,     ///< no event begins at this position, or beyond the end of the file
  too_large,        ///< an event exceeds max_allowed_packet
  gtid_diverged,    ///< we have transactions that the server never had
  corrupt,          ///< the server cannot read its own log
  other,
};

DumpRefusal dump_refusal(std::string_view message) noexcept;
/// The error for the task: fatal with the remedy that fits.
Error dump_error(std::string_view message, std::string_view where);

}  // namespace tandem::mysql
