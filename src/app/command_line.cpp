#include "app/command_line.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>

namespace tandem::app {

std::string Arguments::get(const std::string& name, const std::string& otherwise) const {
  const auto it = options.find(name);
  return it == options.end() ? otherwise : it->second;
}

Arguments parse_arguments(const std::vector<std::string>& words, const std::vector<std::string>& valued,
                          const std::vector<std::string>& switches) {
  Arguments out;
  const auto in = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      out.positional.push_back(word);
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (in(switches, name) && equals == std::string::npos) {
      out.options[name] = "";
    } else if (in(valued, name)) {
      if (equals != std::string::npos) {
        out.options[name] = word.substr(equals + 1);
      } else if (i + 1 < words.size()) {
        out.options[name] = words[++i];
      } else {
        raise(ErrorKind::config, "option --" + name + " needs a value");
      }
    } else {
      raise(ErrorKind::config, "unknown option " + word, "tandem --help lists what there is");
    }
  }
  return out;
}

std::string version() { return TANDEM_VERSION; }

}  // namespace tandem::app
