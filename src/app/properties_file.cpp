#include "app/properties_file.hpp"

#include "tandem/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tandem::app {

WorkerFile read_worker_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    raise(ErrorKind::config, "cannot read " + file + ": " + std::strerror(errno),
          "start from config/worker-embedded.properties or config/worker-kafka.properties");
  }
  const ConfigMap raw = parse_properties(text.str());
  ConfigVariables variables(raw);
  return {variables.resolve(raw), std::move(variables)};
}

}  // namespace tandem::app
