#include "connectors/mysql/binlog/wire.hpp"

#include <fmt/format.h>

namespace tandem::binlog {

Error broken_event(EventType type, std::string what) {
  return Error(ErrorKind::data, fmt::format("the binlog's {} event is broken: {}", to_string(type), what),
               "check the log on the server with mysqlbinlog --verify-binlog-checksum");
}

}  // namespace tandem::binlog
