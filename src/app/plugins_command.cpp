#include <cstdio>

#include "app/builtin_plugins.hpp"
#include "app/command_line.hpp"

namespace tandem::app {

int plugins_command(const std::vector<std::string>& words) {
  parse_arguments(words, {}, {});
  for (const PluginInfo& plugin : builtin_plugins().list()) {
    std::printf("%-16s %s %s\n", std::string(to_string(plugin.type)).c_str(), plugin.class_name.c_str(), plugin.version.c_str());
  }
  return exit_ok;
}

}  // namespace tandem::app
