#pragma once

namespace tandem::app {

/// Gives the pages of code that starting has touched back to the kernel: the constructors and option tables
/// of the libraries are megabytes that never run again. What is needed again comes from the page cache at its
/// next use. Any thread, at any time.
void release_startup_pages() noexcept;

}  // namespace tandem::app
