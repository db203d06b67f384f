#include "app/builtin_plugins.hpp"
#include "app/command_line.hpp"

#include <cstdio>

namespace tandem::app {

int plugins_command(const std::vector<std::string>& words) {
  parse_arguments(words, {}, {});
  for (const PluginInfo& plugin : builtin_plugins().list()) {
    // Plugins answer to the last part of their class as well.
    const std::string alias = plugin.class_name.substr(plugin.class_name.rfind('.') + 1);
    std::printf("%-16s %-68s %s\n", std::string(to_string(plugin.type)).c_str(), plugin.class_name.c_str(),
                alias.c_str());
  }
  return exit_ok;
}

}  // namespace tandem::app
