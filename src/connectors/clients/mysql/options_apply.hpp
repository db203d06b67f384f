#pragma once
#include "connectors/clients/mysql/connection_options.hpp"

#include <mysql.h>

/// Inside this room only: it includes mysql.h.
namespace tandem::mysql {

/// Everything of `options` that has to be set before mysql_real_connect. Raises config for what the library
/// refuses.
void apply_options(MYSQL* handle, const ConnectionOptions& options);
unsigned long client_flags(const ConnectionOptions& options) noexcept;

}  // namespace tandem::mysql
