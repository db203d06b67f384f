#pragma once

namespace tandem {

/// Gives what the calling thread has freed back to the kernel. The allocator does that while a thread goes on
/// to allocate; a thread that has nothing more to do keeps megabytes. Costs up to a millisecond: for a thread
/// that comes to rest.
void release_spare_memory() noexcept;

}  // namespace tandem
