// Text and binary form; what is read has to survive the way out and back.
#include "connectors/mysql/binlog/gtid.hpp"

#include <cstdlib>

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& set : {binlog::GtidSet::parse(text), binlog::GtidSet::decode(text)}) {
    if (!set.has_value()) {
      continue;
    }
    auto again = binlog::GtidSet::decode(set.value().encode());
    if (!again.has_value() || !(again.value() == set.value())) {
      std::abort();
    }
  }
  if (auto list = binlog::MariaDbGtidList::parse(text); list.has_value()) {
    if (auto again = binlog::MariaDbGtidList::parse(list.value().to_string());
        !(again.value() == list.value())) {
      std::abort();
    }
  }
  return 0;
}
