#pragma once
#include <openssl/ssl.h>

#include "http/server.hpp"

namespace tandem::http {

/// Loads key, certificate and authorities into a server context. Throws TandemError(config).
void configure_tls(SSL_CTX* context, const Tls& tls);

}  // namespace tandem::http
