#include "app/builtin_plugins.hpp"

#include "converters/builtin.hpp"

namespace tandem::app {

const Registry& builtin_plugins() {
  static const Registry registry = [] {
    Registry out;
    converters::add_builtin_converters(out);
    return out;
  }();
  return registry;
}

}  // namespace tandem::app
