#pragma once
#include <cstdint>

namespace tandem::metrics {

struct ProcessFigures {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double start_time_seconds = 0;  ///< since 1970
  double threads = 0;
  double open_fds = 0;
};
/// Of this process, from /proc/self (proc(5)).
ProcessFigures process_figures();

}  // namespace tandem::metrics
