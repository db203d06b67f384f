#include "app/builtin_plugins.hpp"

#include "app/command_line.hpp"
#include "connectors/file/plugins.hpp"
#include "connectors/mysql/connector.hpp"
#include "connectors/postgres/connector.hpp"
#include "connectors/sql_sink/sink_connector.hpp"
#include "converters/builtin.hpp"
#include "transforms/builtin.hpp"

namespace tandem::app {

const Registry& builtin_plugins() {
  static const Registry registry = [] {
    Registry out;
    mysql::register_mysql_sources(out);
    out.source(postgres_source::kClassName, version(),
               [] { return std::make_unique<postgres_source::PostgresConnector>(); });
    sql_sink::register_plugins(out, version());
    file::add_plugins(out);
    converters::add_builtin_converters(out);
    transforms::add_builtin_transforms(out);
    return out;
  }();
  return registry;
}

}  // namespace tandem::app
