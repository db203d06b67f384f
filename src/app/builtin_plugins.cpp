#include "app/builtin_plugins.hpp"

#include "app/command_line.hpp"
#include "connectors/file/plugins.hpp"
#include "connectors/mysql/connector.hpp"
#include "connectors/sql_sink/sink_connector.hpp"
#include "converters/builtin.hpp"
#include "transforms/builtin.hpp"

namespace tandem::app {

const Registry& builtin_plugins() {
  static const Registry registry = [] {
    Registry out;
    sql_sink::register_plugins(out, version());
    converters::add_builtin_converters(out);
    transforms::add_builtin_transforms(out);
    file::add_plugins(out);
    mysql::register_mysql_sources(out);
    return out;
  }();
  return registry;
}

}  // namespace tandem::app
