#pragma once
#include "http/server.hpp"

#include <openssl/ssl.h>

namespace tandem::http {

/// Loads key, certificate and authorities into a server context. Throws TandemError(config).
void configure_tls(SSL_CTX* context, const Tls& tls);

}  // namespace tandem::http
