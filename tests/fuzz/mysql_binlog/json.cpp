#include "connectors/mysql/binlog/json_binary.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string out;
  (void)tandem::binlog::append_json_text(out, {reinterpret_cast<const char*>(data), size});
  return 0;
}
