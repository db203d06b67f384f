#include "tandem/base/spare_memory.hpp"

/// Of mimalloc, which only the worker links, and not under sanitizers.
extern "C" __attribute__((weak)) void mi_collect(bool force) noexcept;

namespace tandem {

void release_spare_memory() noexcept {
  if (mi_collect != nullptr) {
    mi_collect(true);
  }
}

}  // namespace tandem
