#pragma once
#include <map>
#include <string>
#include <vector>

namespace tandem::app {

/// Exit codes of every command.
inline constexpr int exit_ok = 0;
inline constexpr int exit_usage = 1;  ///< wrong use, or a defect
inline constexpr int exit_start = 2;  ///< cannot start: bad setting, taken port, log not reachable

/// Arguments after the command: `--name value`, `--name=value`, `--switch`, and the rest in order.
struct Arguments {
  std::vector<std::string> positional;
  std::map<std::string, std::string> options;  ///< without dashes; "" for a switch
  bool has(const std::string& name) const { return options.contains(name); }
  std::string get(const std::string& name, const std::string& otherwise) const;
};
/// Throws TandemError(config) for an option that is neither in `valued` nor in `switches`, or a value that is
/// missing.
Arguments parse_arguments(const std::vector<std::string>& words, const std::vector<std::string>& valued,
                          const std::vector<std::string>& switches);

/// The commands; each takes the words after its name and returns the exit code.
int worker_command(const std::vector<std::string>& words);
int healthcheck_command(const std::vector<std::string>& words);
int topics_command(const std::vector<std::string>& words);
int plugins_command(const std::vector<std::string>& words);

/// "0.1.0"
std::string version();

}  // namespace tandem::app
