#include "metrics/process.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace tandem::metrics {
namespace {

double boot_time_seconds() {
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("btime ")) {
      return std::stod(line.substr(6));
    }
  }
  return 0;
}

}  // namespace

ProcessFigures process_figures() {
  ProcessFigures out;
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  // The second field is the program's name in parentheses and may hold anything; the rest are numbers, from
  // field 3 on.
  const auto end = line.rfind(')');
  if (end == std::string::npos) {
    return out;
  }
  std::istringstream fields(line.substr(end + 2));
  std::string field;
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (int number = 3; number <= 24 && fields >> field; ++number) {
    switch (number) {
      case 14:
      case 15:
        out.cpu_seconds += std::stod(field) / ticks;
        break;
      case 20:
        out.threads = std::stod(field);
        break;
      case 22:
        out.start_time_seconds = boot_time_seconds() + std::stod(field) / ticks;
        break;
      case 24:
        out.resident_bytes = std::stod(field) * static_cast<double>(::sysconf(_SC_PAGESIZE));
        break;
      default:
        break;
    }
  }
  std::error_code ignored;
  for (std::filesystem::directory_iterator it("/proc/self/fd", ignored), last; !ignored && it != last;
       it.increment(ignored)) {
    ++out.open_fds;
  }
  return out;
}

}  // namespace tandem::metrics
