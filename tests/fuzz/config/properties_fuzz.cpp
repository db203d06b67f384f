#include "tandem/base/error.hpp"
#include "tandem/config/config.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    tandem::parse_properties({reinterpret_cast<const char*>(data), size});
  } catch (const tandem::TandemError& e) {
    if (e.kind() == tandem::ErrorKind::bug) {
      throw;
    }
  }
  return 0;
}
