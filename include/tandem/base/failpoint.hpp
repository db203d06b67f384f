#pragma once
#include <string_view>

namespace tandem {

/// A named place where a test can make the process die or a call fail. Armed only by the environment variable
/// TANDEM_FAILPOINTS="name=crash,other=3*error" (crash: _exit(137) as by kill -9; error: throws a transient
/// TandemError; sleep:MS; N*action: from the N-th pass on, once). Unarmed: one relaxed atomic load.
/// Names in use: `docs/failpoints.md`.
void failpoint(std::string_view name);

}  // namespace tandem
